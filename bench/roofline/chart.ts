/**
 * Draws a roofline plot (Williams, Waterman and Patterson, 2009) as SVG. Lines, called roofs, show the limits of the
 * machine. Each benchmark case is a point below them. Both axes are logarithmic.
 */
import { type Axis, createAxis } from '#src/drawing/axis'
import { element, type Markup } from '#src/drawing/markup'
import { segment, svgFile, type Theme, text } from '#src/drawing/svg'
import { formatFigure } from '../report/table.js'
import type { Ceilings, Level } from './ceilings.js'
import { placeLabels } from './labels.js'
import { type Place, roofOf } from './place.js'

const left = 72
const top = 56
const plotWidth = 640
const plotHeight = 380
const width = left + plotWidth + 28
const height = top + plotHeight + 96
const lineHeight = 15

const rules = ({ faint, paper, series }: Theme): string =>
  [
    `.roof { fill: none; stroke: ${faint}; stroke-width: 2 }`,
    `.leader { stroke: ${faint} }`,
    `.point { fill: ${series[0]}; stroke: ${paper} }`,
  ].join(' ')

/**
 * Draws the plot. The limits of the machine, `peak` and `bandwidths`, are medians over the rounds. They are drawn as
 * lines, called roofs.
 *
 * @throws Error if no case was measured
 */
export function drawRoofline(
  places: readonly Place[],
  levels: readonly Level[],
  { peak, bandwidths }: Ceilings,
  caption: readonly string[],
): string {
  if (places.length === 0) throw new Error('there is nothing to draw: no case was measured')
  const ridges = bandwidths.map((bandwidth) => peak / bandwidth)
  const across = logarithmic([...places.map(({ intensity }) => intensity), ...ridges], [left, left + plotWidth])
  const feet = bandwidths.map((bandwidth) => roofOf(across.domain[0], peak, bandwidth))
  const rates = [peak, ...feet, ...places.map(({ attained }) => attained)]
  const up = logarithmic(rates, [top + plotHeight, top])
  const x = across.position
  const y = up.position
  const floor = top + plotHeight

  const drawn: Markup[] = []
  for (const { value, at } of across.ticks) {
    drawn.push(segment(at, top, at, floor, 'grid'), text(at, floor + 17, formatFigure(value), 'faint middle'))
  }
  for (const { value, at } of up.ticks) {
    drawn.push(
      segment(left, at, left + plotWidth, at, 'grid'),
      text(left - 8, at + 4, formatFigure(value / 1e9), 'faint end'),
    )
  }
  drawn.push(text(left + plotWidth / 2, floor + 36, 'FLOP per byte', 'faint middle'))
  drawn.push(text(left - 48, top - 14, 'GFLOP/s', 'faint'))

  ridges.forEach((ridge, i) => {
    const from = `${left},${y(feet[i]).toFixed(1)}`
    const corner = `${x(ridge).toFixed(1)},${y(peak).toFixed(1)}`
    const points = `${from} ${corner} ${left + plotWidth},${y(peak).toFixed(1)}`
    drawn.push(element('polyline', { class: 'roof', points }))
  })
  drawn.push(text(left + plotWidth - 4, y(peak) - 8, `sgemm ${formatFigure(peak / 1e9)} GFLOP/s`, 'end outlined'))
  // The label of a roof (a line that shows a limit of the machine) is above the lower end of the roof, far from the
  // points. The label of the main memory is below its roof instead, because there may be no room between this roof and
  // the roof of the L3 cache.
  const slope = plotHeight / decadesOf(up) / (plotWidth / decadesOf(across))
  const angle = (-180 / Math.PI) * Math.atan(slope)
  bandwidths.forEach((bandwidth, i) => {
    const [along, off] = i === bandwidths.length - 1 ? [18, 15] : [10, -6]
    const at = `${left + along} ${(y(feet[i]) - along * slope + off * Math.hypot(1, slope)).toFixed(1)}`
    const words = `${levels[i].name} ${formatFigure(bandwidth / 1e9)} GB/s`
    const transform = `translate(${at}) rotate(${angle.toFixed(1)})`
    drawn.push(element('text', { class: 'outlined', transform }, words))
  })

  const labels = places.map((one) => {
    const [network, ...batch] = one.name.split(', ')
    const words = [network, [...batch, `${(100 * one.share).toFixed(0)} %`].join(': ')]
    return {
      x: x(one.intensity),
      y: y(one.attained),
      words,
      width: Math.max(...words.map(({ length }) => 6.8 * length)),
    }
  })
  placeLabels(labels, { left, right: left + plotWidth, bottom: floor, height: 2 * lineHeight }).forEach((label, i) => {
    const point = labels[i]
    drawn.push(
      segment(point.x, point.y, point.x, label.y - 11, 'leader'),
      element('circle', { class: 'point', cx: point.x, cy: point.y, r: 5.5 }),
      ...point.words.map((line, k) => text(label.x, label.y + k * lineHeight, line, 'outlined')),
    )
  })
  const heading = text(24, 24, 'Training, native, one thread: share of what the machine allows', 'heading')
  const notes = caption.map((line, i) => text(24, floor + 62 + 18 * i, line, 'faint'))
  const title = 'Training under the roofline of this machine'
  return svgFile({ width, height }, title, [heading, ...drawn, ...notes], rules)
}

/** Returns an axis that contains all values. It begins and ends at powers of ten. */
const logarithmic = (values: readonly number[], range: readonly [number, number]): Axis =>
  createAxis({ kind: 'logarithmic', values, range })

const decadesOf = ({ domain: [low, high] }: Axis): number => Math.log10(high / low)
