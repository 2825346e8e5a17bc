import { curveLinear, line as lineOf } from 'd3-shape'
import { type Axis, type AxisKind, axes, createAxis, type Plot } from './axis.js'
import { element, type Markup } from './markup.js'
import { drawing, type Size, seriesCount, text } from './svg.js'

export interface Series {
  readonly name: string
  /** Pairs of x and y. A y that is not finite leaves a gap. */
  readonly points: readonly (readonly [number, number])[]
  /** The number of its color. Default: its place among the series. */
  readonly color?: number
  /** The dashes of its line, such as "8 5". Default: a solid line. */
  readonly dashes?: string | undefined
}

export interface ChartAxis {
  readonly name: string
  readonly kind?: AxisKind
  /** Whether a linear axis begins at 0. Default true. */
  readonly fromZero?: boolean
  /** Whether the axis ends at its values, and not at round numbers. Default false. */
  readonly exact?: boolean
  /** The values that have ticks, or `whole` for whole numbers only. Default: round numbers. */
  readonly ticks?: readonly number[] | 'whole'
}

export interface LineChart {
  readonly title: string
  readonly x: ChartAxis
  readonly y: ChartAxis
  readonly series: readonly Series[]
  /** Lines of text below the title. */
  readonly caption?: readonly string[]
  readonly width?: number
  /** The height of the plot without title, axes and legend. Default 220. */
  readonly plotHeight?: number
}

/** A series with at most this many points has a mark at each of them. */
const mostMarks = 40
/** If a series has more points, only those that change the picture are drawn. */
const mostPoints = 1200

const legendHeight = 22
const characterWidth = 6.8

/** Draws lines against two axes, with a legend if there are several. */
export function lineChart(chart: LineChart): Markup {
  const { size, content } = lineChartParts(chart)
  return drawing(size, chart.title, ...content)
}

/** Returns the size of a chart, and its content, for a file or an element. */
export function lineChartParts({ title, x, y, series, caption = [], width = 720, plotHeight = 220 }: LineChart): {
  readonly size: Size
  readonly content: readonly Markup[]
} {
  const rows = legendRows(series, width - 90)
  const top = 34 + 16 * caption.length + legendHeight * rows.length + 26
  const plot: Plot = { left: 76, right: width - 18, top, bottom: top + plotHeight }
  const shown = series.map((one) => ({ ...one, points: decimate(one.points) }))
  const [across, up] = [
    axisOf(x, shown, 0, [plot.left + (x.exact ? 12 : 0), plot.right - (x.exact ? 12 : 0)]),
    axisOf(y, shown, 1, [plot.bottom, plot.top]),
  ]
  const content = [
    text(18, 24, title, 'heading'),
    ...caption.map((line, i) => text(18, 42 + 16 * i, line, 'faint')),
    ...rows.flatMap((row, i) => legendRow(row, 18, 34 + 16 * caption.length + legendHeight * i + 12)),
    axes(across, up, plot, { x: x.name, y: y.name }),
    ...shown.flatMap((one, i) => drawSeries(one, i, across, up)),
  ]
  return { size: { width, height: plot.bottom + 48 }, content }
}

function axisOf(axis: ChartAxis, series: readonly Series[], member: 0 | 1, range: readonly [number, number]): Axis {
  const { kind = 'linear', fromZero = true, exact = false, ticks } = axis
  const values = series.flatMap(({ points }) => points.map((point) => point[member]))
  const created = createAxis({ kind, values, range, fromZero, exact })
  if (!ticks) return created
  const shown = ticks === 'whole' ? created.ticks.map(({ value }) => value).filter(Number.isInteger) : ticks
  const labels = shown.map((value) => ({ value, label: value.toLocaleString('en-US'), at: created.position(value) }))
  return { ...created, ticks: labels }
}

function drawSeries(series: Series, place: number, across: Axis, up: Axis): Markup[] {
  const { points, dashes, color = place } = series
  const path = lineOf<readonly [number, number]>()
    .defined(([, value]) => Number.isFinite(value))
    .x(([at]) => across.position(at))
    .y(([, value]) => up.position(value))
    .curve(curveLinear)
    .digits(2)(points)
  const number = color % seriesCount
  const marks = points.length > mostMarks ? [] : points.filter(([, value]) => Number.isFinite(value))
  return [
    element('path', { class: `line-${number}`, 'stroke-dasharray': dashes, d: path ?? undefined }),
    ...marks.map(([at, value]) =>
      element('circle', { class: `area-${number}`, cx: across.position(at), cy: up.position(value), r: 3 }),
    ),
  ]
}

interface Entry {
  readonly name: string
  readonly place: number
  readonly dashes: string | undefined
  readonly width: number
}

/** Breaks the legend into rows that fit the width. A single line needs no legend. */
function legendRows(series: readonly Series[], width: number): Entry[][] {
  if (series.length < 2) return []
  const rows: Entry[][] = [[]]
  let used = 0
  series.forEach(({ name, color, dashes }, i) => {
    const entry = { name, place: (color ?? i) % seriesCount, dashes, width: 52 + characterWidth * name.length }
    if (used > 0 && used + entry.width > width) {
      rows.push([])
      used = 0
    }
    rows[rows.length - 1].push(entry)
    used += entry.width
  })
  return rows
}

function legendRow(row: readonly Entry[], left: number, y: number): Markup[] {
  let at = left
  return row.flatMap(({ name, place, dashes, width }) => {
    const x = at
    at += width
    const sample = element('line', {
      class: `line-${place}`,
      'stroke-dasharray': dashes,
      x1: x,
      y1: y,
      x2: x + 28,
      y2: y,
    })
    return [sample, text(x + 34, y + 4, name)]
  })
}

/**
 * Returns the points that a line needs, so that it looks as if it had all of them: of each stretch the first, the lowest,
 * the highest and the last. No peak disappears.
 */
function decimate(
  points: readonly (readonly [number, number])[],
  most = mostPoints,
): readonly (readonly [number, number])[] {
  if (points.length <= most) return points
  const stretch = Math.ceil(points.length / (most / 4))
  const kept: (readonly [number, number])[] = []
  for (let from = 0; from < points.length; from += stretch) {
    const to = Math.min(from + stretch, points.length) - 1
    let [low, high] = [from, from]
    for (let i = from; i <= to; i++) {
      if (points[i][1] < points[low][1] || Number.isNaN(points[low][1])) low = i
      if (points[i][1] > points[high][1] || Number.isNaN(points[high][1])) high = i
    }
    for (const i of [...new Set([from, low, high, to])].sort((a, b) => a - b)) kept.push(points[i])
  }
  return kept
}
