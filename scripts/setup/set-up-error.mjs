/** An error that the user has to fix. Only its message is printed. */
export class SetUpError extends Error {
  /** @override */
  name = 'SetUpError'
}
