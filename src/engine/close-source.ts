/** The state of an iterator over batches when `closeSource` closes it. */
export interface SourceState {
  /** Whether a call of `next` is pending. */
  readonly isAsked: boolean
  /** Whether an earlier error has ended the iteration. */
  readonly hasFailed: boolean
}

/**
 * Closes an iterator over batches, even if it has more batches. If an earlier error has ended the iteration, an error
 * during closing is ignored, because it would hide the earlier error.
 *
 * If a call of `next` is pending, the iterator closes only after its next batch. That batch may never come, so the
 * function does not wait until the iterator is closed.
 */
export async function closeSource<B>(
  source: AsyncIterator<B> | Iterator<B>,
  { isAsked, hasFailed }: SourceState,
): Promise<void> {
  const closing = (async () => source.return?.())()
  const closed = hasFailed || isAsked ? closing.catch(() => undefined) : closing
  if (!isAsked) await closed
}
