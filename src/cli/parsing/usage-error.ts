/** An error in what the user typed. The program then exits with code 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** @throws UsageError always. The message has the expected value and the value that the user typed */
export function refuseValue(option: string, expected: string, text: string): never {
  throw new UsageError(`${option} must be ${expected}, not ${JSON.stringify(text)}`)
}
