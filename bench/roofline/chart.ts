/**
 * Draws a roofline plot (Williams, Waterman and Patterson, 2009) as SVG. Lines, called roofs, show the limits of the
 * machine. Each benchmark case is a point below them. Both axes are logarithmic.
 */
import { barLength } from '../report/chart.js'
import { escapeText, svgDocument, svgText } from '../report/svg.js'
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

const colors = {
  light: `.roof { fill: none; stroke: #59636e; stroke-width: 2 } .leader { stroke: #59636e }
    .point { fill: #0969da; stroke: #ffffff }`,
  dark: '.roof { stroke: #9198a1 } .leader { stroke: #9198a1 } .point { fill: #4493f8; stroke: #0d1117 }',
}

/** Returns a range that contains all values. It begins and ends at powers of ten. */
function decadesAround(values: readonly number[]) {
  const low = 10 ** Math.floor(Math.log10(Math.min(...values)))
  return { low, high: Math.max(10 * low, 10 ** Math.ceil(Math.log10(Math.max(...values)))) }
}

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
  const across = { ...decadesAround([...places.map(({ intensity }) => intensity), ...ridges]), width: plotWidth }
  const feet = bandwidths.map((bandwidth) => roofOf(across.low, peak, bandwidth))
  const up = { ...decadesAround([peak, ...feet, ...places.map(({ attained }) => attained)]), width: plotHeight }
  const x = (intensity: number) => left + barLength(intensity, across)
  const y = (rate: number) => top + plotHeight - barLength(rate, up)
  const floor = top + plotHeight

  const drawn: string[] = []
  for (const at of decades(across)) {
    drawn.push(`<line class="grid" x1="${x(at).toFixed(1)}" y1="${top}" x2="${x(at).toFixed(1)}" y2="${floor}"/>`)
    drawn.push(svgText(x(at), floor + 17, formatFigure(at), 'class="faint" text-anchor="middle"'))
  }
  for (const at of decades(up)) {
    drawn.push(
      `<line class="grid" x1="${left}" y1="${y(at).toFixed(1)}" x2="${left + plotWidth}" y2="${y(at).toFixed(1)}"/>`,
    )
    drawn.push(svgText(left - 8, y(at) + 4, formatFigure(at / 1e9), 'class="faint" text-anchor="end"'))
  }
  drawn.push(svgText(left + plotWidth / 2, floor + 36, 'FLOP per byte', 'class="faint" text-anchor="middle"'))
  drawn.push(svgText(left - 48, top - 14, 'GFLOP/s', 'class="faint"'))

  ridges.forEach((ridge, i) => {
    const from = `${left},${y(feet[i]).toFixed(1)}`
    const corner = `${x(ridge).toFixed(1)},${y(peak).toFixed(1)}`
    drawn.push(
      `<polyline class="roof" points="${from} ${corner} ${left + plotWidth},${y(peak).toFixed(1)}"><title>${levels[i].name}</title></polyline>`,
    )
  })
  drawn.push(
    svgText(left + plotWidth - 4, y(peak) - 8, `sgemm ${formatFigure(peak / 1e9)} GFLOP/s`, 'text-anchor="end"'),
  )
  // The label of a roof (a line that shows a limit of the machine) is above the lower end of the roof, far from the
  // points. The label of the main memory is below its roof instead, because there may be no room between this roof and
  // the roof of the L3 cache.
  const slope = plotHeight / Math.log10(up.high / up.low) / (plotWidth / Math.log10(across.high / across.low))
  const angle = (-180 / Math.PI) * Math.atan(slope)
  bandwidths.forEach((bandwidth, i) => {
    const [along, off] = i === bandwidths.length - 1 ? [18, 15] : [10, -6]
    const at = `${left + along} ${(y(feet[i]) - along * slope + off * Math.hypot(1, slope)).toFixed(1)}`
    const words = `${levels[i].name} ${formatFigure(bandwidth / 1e9)} GB/s`
    drawn.push(`<text transform="translate(${at}) rotate(${angle.toFixed(1)})">${escapeText(words)}</text>`)
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
      `<line class="leader" x1="${point.x.toFixed(1)}" y1="${point.y.toFixed(1)}" x2="${point.x.toFixed(1)}" y2="${(label.y - 11).toFixed(1)}"/>`,
      `<circle class="point" cx="${point.x.toFixed(1)}" cy="${point.y.toFixed(1)}" r="5.5"/>`,
      ...point.words.map((line, k) => svgText(label.x, label.y + k * lineHeight, line)),
    )
  })
  const heading = svgText(24, 24, 'Training, native, one thread: share of what the machine allows', 'class="heading"')
  const notes = caption.map((line, i) => svgText(24, floor + 62 + 18 * i, line, 'class="faint"'))
  return svgDocument({ width, height, title: 'Training under the roofline of this machine', ...colors }, [
    heading,
    ...drawn,
    ...notes,
  ])
}

function decades({ low, high }: { readonly low: number; readonly high: number }): number[] {
  const first = Math.round(Math.log10(low))
  return Array.from({ length: Math.round(Math.log10(high)) - first + 1 }, (_, i) => 10 ** (first + i))
}
