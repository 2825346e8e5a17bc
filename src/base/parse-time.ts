const pattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)?)?$/i

/**
 * Returns the seconds since 1970 of a date or a time in ISO 8601, such as "2026-12-01", "2026-12-01 08:30" or
 * "2026-12-01T08:30:00.5+01:00". A time without a zone is UTC, so that a model gives the same answers on every machine.
 * Returns NaN for any other text, and for a day that the calendar does not have.
 */
export function parseTime(text: string): number {
  const match = pattern.exec(text)
  if (!match) return Number.NaN
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  const date = new Date(0).setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  const read = new Date(date)
  // 31 February is taken for 3 March.
  if (read.getUTCDate() !== Number(day) || read.getUTCMonth() !== Number(month) - 1) return Number.NaN
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return Number.NaN
  const time = 3600 * Number(hour) + 60 * Number(minute) + Number(second) + Number(`0.${fraction || '0'}`)
  return date / 1000 + time - secondsOf(zone)
}

/** Returns the distance of a zone from UTC. */
function secondsOf(zone: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone)
  if (!match) return 0
  const [, sign, hours, minutes = '0'] = match
  return (sign === '-' ? -60 : 60) * (60 * Number(hours) + Number(minutes))
}
