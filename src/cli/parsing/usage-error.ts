/** The command line cannot be understood: exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** @throws UsageError always: what was expected, and what was typed */
export function refuseValue(option: string, expected: string, text: string): never {
  throw new UsageError(`${option} must be ${expected}, not ${JSON.stringify(text)}`)
}
