/** Something that the person at the terminal has to see to: the message is all that is shown. */
export class SetUpError extends Error {
  /** @override */
  name = 'SetUpError'
}
