const formats = new Map<string, Intl.NumberFormat>()

/** Writes a number as the language does, for example 12,345.7. The default is at most three decimals. */
export function formatNumber(value: number, locale: string, options: Intl.NumberFormatOptions = {}): string {
  return numberFormat(locale, options).format(value)
}

/** Returns what writes many numbers as `formatNumber` does. */
export function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale + JSON.stringify(options)
  let format = formats.get(key)
  if (!format) {
    format = new Intl.NumberFormat(locale, options)
    formats.set(key, format)
  }
  return format
}

/** Writes a share from 0 to 1 in percent, for example 97.5 %. */
export function formatShare(value: number, locale: string, decimals = 1): string {
  return formatNumber(value, locale, {
    style: 'percent',
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  })
}

/** Returns a number of 32 bits with as few digits as tell it from all others: 2.3 instead of 2.299999952316284. */
export function fewestDigits(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits))
    if (Math.fround(rounded) === Math.fround(value)) return rounded
  }
  return value
}
