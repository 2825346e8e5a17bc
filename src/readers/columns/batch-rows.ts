/** The maximum number of bytes that the inputs of a batch take if no batch size is given. */
export const maxBatchBytes = 2 ** 26

/** The default batch size: 8192 rows, or fewer if the inputs of 8192 rows would take more than 64 MiB. */
export function defaultBatchSize(bytesPerRow: number): number {
  return Math.max(1, Math.min(8192, Math.floor(maxBatchBytes / bytesPerRow)))
}
