import { parseTime } from '../base/parse-time.js'
import { createRandom, type Random } from '../base/random.js'
import type { RawColumn } from '../readers/columns/raw-table.js'
import { truthOf } from './schema.js'

/** The most numbers of a column that are kept for its quantiles. */
const sampleSize = 2 ** 20
/** The most different texts of a column that are counted, unless it is asked for as a category. */
const maxTexts = 2 ** 16

/** What one pass over a column finds. */
export interface ColumnSummary {
  /** The number of rows with a value. */
  values: number
  missing: number
  /** How many of the values are numbers, whole numbers, times, or words such as true and no. */
  numbers: number
  whole: number
  times: number
  truths: number
  /** Whether each value is the whole number after the one before it. */
  countsUp: boolean
  min: number
  max: number
  mean: number
  /** The sum of the squared distances from the mean. */
  squares: number
  /**
   * The numbers or times, for quantiles. All of them up to 2^20. Of more, a random sample of that size (Vitter's algorithm R,
   * "Random sampling with a reservoir", 1985), which gives a quantile within 0.2 % of the rows.
   */
  sample: Float64Array
  /** How often each text appears. Undefined if there are too many different ones. */
  texts: Map<string, number> | undefined
  /** The first value that is neither a number nor a time. */
  firstText: string | undefined
  readonly keepsAllTexts: boolean
  readonly random: Random
}

/** @param keepsAllTexts Whether all different texts are counted, however many there are. */
export function createSummary(keepsAllTexts: boolean, seed: number): ColumnSummary {
  return {
    values: 0,
    missing: 0,
    numbers: 0,
    whole: 0,
    times: 0,
    truths: 0,
    countsUp: true,
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
    mean: 0,
    squares: 0,
    sample: new Float64Array(1024),
    texts: new Map(),
    firstText: undefined,
    keepsAllTexts,
    random: createRandom(seed, 'quantiles'),
  }
}

/** Adds a row of a column to its summary. */
export function addValue(summary: ColumnSummary, column: RawColumn, row: number): void {
  let value = column.number(row)
  let text: string | undefined
  if (!Number.isFinite(value)) {
    text = column.text(row)
    if (text === undefined) {
      summary.missing++
      summary.countsUp = false
      return
    }
    value = parseTime(text)
    if (Number.isNaN(value)) summary.firstText ??= text
    else summary.times++
    summary.countsUp = false
  } else {
    summary.numbers++
    if (Number.isInteger(value)) summary.whole++
    if (value === 0 || value === 1) summary.truths++
    summary.countsUp &&= summary.values === 0 ? Number.isInteger(value) : value === summary.max + 1
  }
  summary.values++
  if (!Number.isNaN(value)) addNumber(summary, value)
  countText(summary, text ?? column.text(row) ?? '')
  if (text !== undefined && truthOf(text) !== undefined) summary.truths++
}

/** The mean and the squares by Welford's method ("Note on a method for calculating corrected sums", 1962). */
function addNumber(summary: ColumnSummary, value: number): void {
  const count = summary.numbers + summary.times
  const distance = value - summary.mean
  summary.mean += distance / count
  summary.squares += distance * (value - summary.mean)
  if (value < summary.min) summary.min = value
  if (value > summary.max) summary.max = value
  if (count > summary.sample.length && count <= sampleSize) {
    const larger = new Float64Array(Math.min(2 * summary.sample.length, sampleSize))
    larger.set(summary.sample)
    summary.sample = larger
  }
  const place = count <= sampleSize ? count - 1 : Math.floor(summary.random.uniform() * count)
  if (place < sampleSize) summary.sample[place] = value
}

function countText(summary: ColumnSummary, text: string): void {
  const { texts, keepsAllTexts } = summary
  if (!texts) return
  texts.set(text, (texts.get(text) ?? 0) + 1)
  if (texts.size > maxTexts && !keepsAllTexts) summary.texts = undefined
}

/** Returns the quantiles of the numbers at the given shares, by linear interpolation as NumPy's default. */
export function quantiles(summary: ColumnSummary, shares: readonly number[]): number[] {
  const count = Math.min(summary.numbers + summary.times, sampleSize)
  const sorted = summary.sample.slice(0, count).sort()
  return shares.map((share) => {
    const place = share * (count - 1)
    const below = sorted[Math.floor(place)]
    return below + (sorted[Math.ceil(place)] - below) * (place - Math.floor(place))
  })
}
