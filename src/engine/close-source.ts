/** The state of a source to be closed. */
export interface SourceState {
  /** Whether a call of `next` is pending. */
  readonly isAsked: boolean
  /** Whether an earlier error ends the iteration. */
  readonly hasFailed: boolean
}

/**
 * Closes a source before its end. If an earlier error ends the iteration, an error here must not hide it. If a call of `next` is
 * pending, the source closes only after its next batch, which may never come: do not wait for it.
 */
export async function closeSource<B>(
  source: AsyncIterator<B> | Iterator<B>,
  { isAsked, hasFailed }: SourceState,
): Promise<void> {
  const closing = (async () => source.return?.())()
  const closed = hasFailed || isAsked ? closing.catch(() => undefined) : closing
  if (!isAsked) await closed
}
