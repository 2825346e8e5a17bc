/** How it stands with a source that shall go. */
export interface Leaving {
  /** Whether it has been asked for a batch that has not come. */
  readonly isAsked: boolean
  /** Whether something went wrong before. */
  readonly hasFailed: boolean
}

/**
 * Lets a source go that has more batches. What went wrong before has a better error than what goes wrong here; and one that is just
 * being asked leaves when it has its next batch, which may take for ever, and is not waited for.
 */
export async function closeSource<B>(
  source: AsyncIterator<B> | Iterator<B>,
  { isAsked, hasFailed }: Leaving,
): Promise<void> {
  const closing = (async () => source.return?.())()
  const closed = hasFailed || isAsked ? closing.catch(() => undefined) : closing
  if (!isAsked) await closed
}
