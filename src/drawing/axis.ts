import { scaleLinear, scaleLog } from 'd3-scale'
import { formatNumber } from './format-number.js'
import { element, type Markup } from './markup.js'
import { segment, text } from './svg.js'

export type AxisKind = 'linear' | 'logarithmic'

export interface Tick {
  readonly value: number
  /** The value as text, with separators between thousands. */
  readonly label: string
  /** The position of the value in pixels. */
  readonly at: number
}

/** Where the values of a chart are. */
export interface Axis {
  readonly kind: AxisKind
  /** The smallest and the largest value of the axis. */
  readonly domain: readonly [number, number]
  /** Returns the position of a value in pixels. */
  position(value: number): number
  /** Returns the value at a position. */
  valueAt(position: number): number
  readonly ticks: readonly Tick[]
}

export interface AxisOptions {
  readonly kind: AxisKind
  /** The values that the axis must contain. Those that are not finite are ignored. */
  readonly values: Iterable<number>
  /** The positions of the two ends in pixels. */
  readonly range: readonly [number, number]
  /** The approximate number of ticks of a linear axis. Default 5. */
  readonly ticks?: number
  /** Whether a linear axis begins at 0. Default true. Otherwise it begins near the smallest value. */
  readonly fromZero?: boolean
  /** Whether the axis ends at its values, and not at round numbers. Default false. */
  readonly exact?: boolean
}

/**
 * Returns an axis that contains all values. A linear axis begins and ends at round numbers, and a logarithmic one at powers
 * of ten. Without any value, the axis goes from 0 to 1, or from 1 to 10.
 *
 * @throws RangeError if a value on a logarithmic axis is not positive
 */
export function createAxis({ kind, values, range, ticks = 5, fromZero = true, exact = false }: AxisOptions): Axis {
  const [low, high] = extent(values)
  if (kind === 'logarithmic') return logarithmicAxis(low, high, range, exact)
  const [from, to] = low > high ? [0, 1] : fromZero ? [Math.min(0, low), Math.max(0, high)] : [low, high]
  const scale = scaleLinear(from === to ? aroundOne(from, exact) : [from, to], [...range])
  if (!exact) scale.nice(ticks)
  const format = scale.tickFormat(ticks)
  return {
    kind,
    domain: ends(scale.domain()),
    position: (value) => scale(value),
    valueAt: (position) => scale.invert(position),
    ticks: scale.ticks(ticks).map((value) => ({ value, label: plain(format(value)), at: scale(value) })),
  }
}

function logarithmicAxis(low: number, high: number, range: readonly [number, number], exact: boolean): Axis {
  if (low <= 0) throw new RangeError(`a logarithmic axis cannot show ${low}, only numbers above 0`)
  const [from, to] = low > high ? [1, 10] : [low, high]
  const decades: [number, number] = [powerBelow(from), Math.max(10 * powerBelow(from), powerAbove(to))]
  const scale = scaleLog(exact && from < to ? [from, to] : decades, [...range])
  const middle = exact && from === to ? (range[0] + range[1]) / 2 : undefined
  const position = (value: number): number => middle ?? scale(value)
  return {
    kind: 'logarithmic',
    domain: ends(exact && from === to ? [from, to] : scale.domain()),
    position,
    valueAt: (at) => (middle === undefined ? scale.invert(at) : from),
    ticks: powersOfTen(powerBelow(from), powerAbove(to)).map((value) => ({
      value,
      label: formatNumber(value),
      at: position(value),
    })),
  }
}

/** Returns the smallest and the largest finite number, or two infinities in reverse order if there is none. */
function extent(values: Iterable<number>): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return [low, high]
}

/** An axis with a single value shows it in the middle, or at the end of an axis from 0. */
function aroundOne(value: number, exact: boolean): [number, number] {
  const reach = value === 0 ? 1 : Math.abs(value) / 2
  return value === 0 && !exact ? [0, 1] : [value - reach, value + reach]
}

const ends = (domain: readonly number[]): [number, number] => [domain[0], domain[domain.length - 1]]

/** Returns the power of ten that is nearest to the exact one. The operator ** may return a neighbor of it. */
const powerOfTen = (exponent: number): number => Number(`1e${exponent}`)

const powerBelow = (value: number): number => powerOfTen(Math.floor(Math.log10(value)))
const powerAbove = (value: number): number => powerOfTen(Math.ceil(Math.log10(value)))

/** At most this many powers of ten have a label. If there are more, every second or third has. */
const mostDecades = 8

function powersOfTen(low: number, high: number): number[] {
  const [first, last] = [Math.round(Math.log10(low)), Math.round(Math.log10(high))]
  const step = Math.ceil((last - first + 1) / mostDecades)
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => powerOfTen(first + i * step))
}

/** Writes the minus sign of ASCII, which all of descent's other output has. */
const plain = (label: string): string => label.replace('\u2212', '-')

/** The rectangle inside the axes of a chart, in pixels. */
export interface Plot {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Draws a horizontal axis below a plot: lines across the plot, numbers below them, and the name of the axis. */
function horizontalAxis({ ticks }: Axis, plot: Plot, name: string, withLines = true): Markup[] {
  return [
    ...ticks.map(({ at }) =>
      withLines
        ? segment(at, plot.top, at, plot.bottom, 'grid')
        : segment(at, plot.bottom, at, plot.bottom + 5, 'axis'),
    ),
    ...ticks.map(({ at, label }) => text(at, plot.bottom + 18, label, 'faint middle')),
    text((plot.left + plot.right) / 2, plot.bottom + 36, name, 'faint middle'),
    segment(plot.left, plot.bottom, plot.right, plot.bottom, 'axis'),
  ]
}

/** Draws a vertical axis beside a plot: lines across the plot, numbers to the left, and the name of the axis above. */
function verticalAxis({ ticks }: Axis, plot: Plot, name: string): Markup[] {
  return [
    ...ticks.map(({ at }) => segment(plot.left, at, plot.right, at, 'grid')),
    ...ticks.map(({ at, label }) => text(plot.left - 8, at + 4, label, 'faint end')),
    text(plot.left, plot.top - 14, name, 'faint start'),
  ]
}

/** Draws axes around a plot. */
export function axes(x: Axis, y: Axis, plot: Plot, names: { readonly x: string; readonly y: string }): Markup {
  return element('g', {}, ...verticalAxis(y, plot, names.y), ...horizontalAxis(x, plot, names.x, false))
}
