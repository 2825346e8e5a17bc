/** The most bytes of inputs in a batch of a stream where no batch size is given. */
export const maxBatchBytes = 2 ** 26

/** The default batch size of a stream: 8192 rows, or as many as take 64 MiB of inputs. */
export function defaultBatchSize(bytesPerRow: number): number {
  return Math.max(1, Math.min(8192, Math.floor(maxBatchBytes / bytesPerRow)))
}
