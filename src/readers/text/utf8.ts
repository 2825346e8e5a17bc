import { isUtf8 } from 'node:buffer'

/** What stands in a decoded text for bytes that are not UTF-8. */
const replacement = '\ufffd'

/** Whether a text holds what stands for bytes that were not UTF-8. It may also have been written: then the bytes are right. */
export function isReplaced(text: string, bytes: Buffer, { from, to }: { from: number; to: number }): boolean {
  return text.includes(replacement) && !isUtf8(bytes.subarray(from, to))
}
