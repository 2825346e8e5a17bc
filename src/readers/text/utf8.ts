import { isUtf8 } from 'node:buffer'

/** The character that a decoder inserts instead of bytes that are not valid UTF-8. */
const replacement = '\ufffd'

/**
 * Whether the bytes of a text were not valid UTF-8. A text may also contain the replacement character itself, so
 * finding this character is not enough: the bytes are checked too.
 */
export function isReplaced(text: string, bytes: Buffer, { from, to }: { from: number; to: number }): boolean {
  return text.includes(replacement) && !isUtf8(bytes.subarray(from, to))
}
