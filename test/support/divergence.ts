import { DivergedError } from '#src/index'

/** The error that a run must end with. */
export async function divergenceOf(run: Promise<unknown>): Promise<DivergedError> {
  const error = await run.then(
    () => new Error('it did not diverge'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof DivergedError)) throw error
  return error
}
