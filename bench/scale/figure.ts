/** A measured value and its limit. */
export interface Figure {
  readonly name: string
  readonly value: number
  /** The unit, such as 'MB' or 'ms'. */
  readonly unit: string
  /** The limit. The value must be below it. */
  readonly below?: number
}

export interface Row extends Figure {
  readonly measurement: string
}

export const megabytes = (bytes: number): number => bytes / 1e6

/** Returns the peak resident memory of this process in MB. */
export const peakMemory = (): number => megabytes(process.resourceUsage().maxRSS * 1024)

/** Whether the value has reached its limit. NaN counts as having reached it. */
export const isExceeded = ({ value, below }: Figure): boolean => below !== undefined && !(value < below)

const rounded = (value: number): string =>
  (Math.abs(value) < 10 ? Number(value.toPrecision(2)) : Math.round(value)).toString()

/** Formats the report as a Markdown table. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const { measurement, name, value, unit, below } = row
    const limit = below === undefined ? '' : `below ${rounded(below)} ${unit}`.trim()
    const verdict = below === undefined ? '' : isExceeded(row) ? 'EXCEEDED' : 'ok'
    return `| ${measurement} | ${name} | ${`${rounded(value)} ${unit}`.trim()} | ${limit} | ${verdict} |`
  })
  return ['| measurement | figure | value | limit | |', '| --- | --- | ---: | ---: | --- |', ...lines].join('\n')
}
