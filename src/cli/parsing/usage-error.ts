/** An error in what the user typed. The exit code is then 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** @throws UsageError always, with the expected and the typed value */
export function refuseValue(option: string, expected: string, text: string): never {
  throw new UsageError(`${option} must be ${expected}, not ${JSON.stringify(text)}`)
}
