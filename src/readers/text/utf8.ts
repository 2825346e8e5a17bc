import { isUtf8 } from 'node:buffer'

/** What a decoder puts in place of bytes that are not UTF-8. */
const replacement = '\ufffd'

/** Whether bytes of a text were not UTF-8. The replacement character itself is valid, so the bytes are checked too. */
export function isReplaced(text: string, bytes: Buffer, { from, to }: { from: number; to: number }): boolean {
  return text.includes(replacement) && !isUtf8(bytes.subarray(from, to))
}
