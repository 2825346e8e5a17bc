import { count } from '../parsing/format.js'
import type { Result } from './result.js'
import { type BackendName, backendNames } from './subject.js'

const size = { width: 920, height: 500 }
const plot = { left: 120, right: 680, top: 70, bottom: 440 }

/** Colors with a contrast of at least 3 : 1 against both white and black backgrounds. */
const gray = '#767676'
const colors = ['#3a82d4', '#cf6a10', '#2f9255', '#a45ad4', '#d4456a']
/** The dashes of the lines of each backend. The lines of the native backend are solid. */
const dashes = { native: '', wasm: ' stroke-dasharray="2 3"', typescript: ' stroke-dasharray="8 5"' }

/** A line of the chart. */
interface Line {
  readonly network: string
  readonly color: string
  readonly backend: BackendName
  /** Each point is a batch size and a speed in examples per second. */
  readonly points: readonly (readonly [number, number])[]
}

/**
 * Draws training speed against batch size as an SVG chart. Both scales are logarithmic. The caption has at most two
 * lines.
 */
export function chart(results: readonly Result[], caption: readonly string[]): string {
  const lines = linesOf(results.filter(({ work }) => work === 'training'))
  const points = lines.flatMap((line) => line.points)
  const batches = [...new Set(points.map(([batch]) => batch))].toSorted((a, b) => a - b)
  const speeds = points.map(([, speed]) => speed)
  const first = Math.floor(Math.log10(Math.min(...speeds)))
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...speeds))))
  const powers = Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i))
  const x = logarithmic([batches[0], batches[batches.length - 1]], [plot.left + 20, plot.right - 20])
  const y = logarithmic([powers[0], powers[powers.length - 1]], [plot.bottom, plot.top])
  const middle = (plot.left + plot.right) / 2
  const height = (plot.top + plot.bottom) / 2
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}" font-family="sans-serif" font-size="13" fill="${gray}">`,
    '<title>Training: examples a second against the batch size</title>',
    text(20, 25, 'Training: examples a second', 'font-size="17"'),
    ...caption.map((line, i) => text(20, 42 + 14 * i, line, 'font-size="12"')),
    ...powers.flatMap((power) => [
      segment([plot.left, y(power)], [plot.right, y(power)], `stroke="${gray}" stroke-opacity="0.35"`),
      text(plot.left - 8, y(power) + 4, power < 1 ? String(power) : count(power), 'text-anchor="end"'),
    ]),
    ...batches.flatMap((batch) => [
      segment([x(batch), plot.bottom], [x(batch), plot.bottom + 6], `stroke="${gray}"`),
      text(x(batch), plot.bottom + 22, String(batch), 'text-anchor="middle"'),
    ]),
    text(middle, plot.bottom + 46, 'batch size', 'text-anchor="middle"'),
    text(18, height, 'examples a second', `text-anchor="middle" transform="rotate(-90 18 ${height})"`),
    ...lines.flatMap(({ color, backend, points }) => [
      `<polyline fill="none" ${stroke(color, backend)} points="${points.map(([batch, speed]) => `${round(x(batch))},${round(y(speed))}`).join(' ')}"/>`,
      ...points.map(
        ([batch, speed]) => `<circle cx="${round(x(batch))}" cy="${round(y(speed))}" r="3.5" fill="${color}"/>`,
      ),
    ]),
    ...lines.flatMap(({ network, color, backend }, i) => {
      const row = plot.top + 12 + 24 * i
      const left = plot.right + 20
      return [
        segment([left, row], [left + 34, row], stroke(color, backend)),
        text(left + 42, row + 4, `${network}, ${backend}`),
      ]
    }),
    '</svg>',
    '',
  ].join('\n')
}

/** Returns the lines of the chart: one for each network and each backend that was measured. */
function linesOf(results: readonly Result[]): Line[] {
  return [...new Set(results.map(({ network }) => network))].flatMap((network, i) =>
    backendNames.flatMap((backend) => {
      const points = results
        .filter((result) => result.network === network)
        .flatMap((result) => {
          const speed = result.speeds[backend]
          return speed === undefined ? [] : [[result.batch, speed] as const]
        })
      return points.length === 0 ? [] : [{ network, color: colors[i % colors.length], backend, points }]
    }),
  )
}

type Pair = readonly [number, number]

/**
 * Returns a logarithmic scale. This is a function whose value is `start` at `from`, and `end` at `to`. If `from` equals
 * `to`, the function always returns the middle between `start` and `end`.
 */
function logarithmic([from, to]: Pair, [start, end]: Pair): (value: number) => number {
  if (from === to) return () => (start + end) / 2
  return (value) => start + ((end - start) * Math.log(value / from)) / Math.log(to / from)
}

const round = (value: number): number => Math.round(10 * value) / 10

function stroke(color: string, backend: BackendName): string {
  return `stroke="${color}" stroke-width="2"${dashes[backend]}`
}

function segment([x1, y1]: Pair, [x2, y2]: Pair, attributes: string): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" ${attributes}/>`
}

function text(x: number, y: number, content: string, attributes = ''): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<text x="${round(x)}" y="${round(y)}"${attributes && ` ${attributes}`}>${escaped}</text>`
}
