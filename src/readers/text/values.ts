/**
 * Returns the message for a number that is too large, such as "1e99 is beyond what float32 holds". `limit` is the
 * smallest number that is too large.
 */
export function tooLarge(shown: string, limit: number): string {
  return `${shown} is beyond what ${limit === Infinity ? 'float64' : 'float32'} holds`
}

export function isByte(value: number): boolean {
  return (value & 0xff) === value
}

export function notByte(shown: string): string {
  return `${shown} is not a whole number from 0 to 255`
}

/** Returns 1 for the text "true" and 0 for "false", in any case of letters, and NaN for any other text. */
export function truthIn(text: string): number {
  const lower = text.length <= 5 ? text.toLowerCase() : ''
  return lower === 'true' ? 1 : lower === 'false' ? 0 : Number.NaN
}
