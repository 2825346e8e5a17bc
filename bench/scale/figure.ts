/** What a measurement found, and what it is held to. */
export interface Figure {
  readonly name: string
  readonly value: number
  /** 'MB', 'ms', ... */
  readonly unit: string
  /** The value must be below this. */
  readonly below?: number
}

export interface Row extends Figure {
  readonly measurement: string
}

export const megabytes = (bytes: number): number => bytes / 1e6

/** Peak resident memory of this process, in MB. */
export const peakMemory = (): number => megabytes(process.resourceUsage().maxRSS * 1024)

/** A bar is broken by what is not below it, NaN included. */
export const isBroken = ({ value, below }: Figure): boolean => below !== undefined && !(value < below)

const rounded = (value: number): string =>
  (Math.abs(value) < 10 ? Number(value.toPrecision(2)) : Math.round(value)).toString()

/** The table that `npm run scale` prints, in Markdown. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const { measurement, name, value, unit, below } = row
    const bar = below === undefined ? '' : `below ${rounded(below)} ${unit}`.trim()
    const verdict = below === undefined ? '' : isBroken(row) ? 'BROKEN' : 'held'
    return `| ${measurement} | ${name} | ${`${rounded(value)} ${unit}`.trim()} | ${bar} | ${verdict} |`
  })
  return ['| measurement | figure | value | bar | |', '| --- | --- | ---: | ---: | --- |', ...lines].join('\n')
}
