/** The state of an iterator over batches when `closeSource` closes it. */
export interface SourceState {
  /** Whether a call of `next` is pending. */
  readonly isAsked: boolean
  /** Whether an earlier error has ended the iteration. */
  readonly hasFailed: boolean
}

/**
 * Closes a source, even if it has more batches. A source is an iterator over batches. If an earlier error has ended the
 * iteration, an error during closing is ignored, because it would hide the earlier error.
 *
 * If a call of `next` is pending, the source closes only after its next batch. That batch may never come, so the
 * function does not wait for the source to close.
 */
export async function closeSource<B>(
  source: AsyncIterator<B> | Iterator<B>,
  { isAsked, hasFailed }: SourceState,
): Promise<void> {
  const closing = (async () => source.return?.())()
  const closed = hasFailed || isAsked ? closing.catch(() => undefined) : closing
  if (!isAsked) await closed
}
