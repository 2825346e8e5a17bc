import { isUtf8 } from 'node:buffer'

/** The character that a decoder inserts in place of bytes that are not valid UTF-8. */
const replacement = '\ufffd'

/**
 * Whether `text` was decoded from bytes that are not valid UTF-8. Valid text may also contain the replacement
 * character, so if this character is found, the bytes are checked too.
 */
export function isReplaced(text: string, bytes: Buffer, { from, to }: { from: number; to: number }): boolean {
  return text.includes(replacement) && !isUtf8(bytes.subarray(from, to))
}
