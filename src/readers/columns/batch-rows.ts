/** Bytes of inputs in a batch of a stream, at most, where nobody says how many rows it shall have. */
export const largestBatch = 2 ** 26

/** Rows in a batch of a stream where nobody says how many: 8192, or as many as take 64 MiB of inputs. */
export function usualBatchRows(bytesPerRow: number): number {
  return Math.max(1, Math.min(8192, Math.floor(largestBatch / bytesPerRow)))
}
