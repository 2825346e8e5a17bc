import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import { markColors, type Theme } from '../../theme.js'
import 'uplot/dist/uPlot.min.css'

export interface ChartLine {
  readonly name: string
  readonly values: readonly (number | undefined)[]
  readonly color: string
  readonly width: number
  /** Whether each value has a mark. */
  readonly hasMarks: boolean
  /** Whether the line is dashed, so that it can be told from others without its color. */
  readonly isDashed: boolean
  /** Whether the line shows what came after the moment to which the network was set back. Default: it does not. */
  readonly isLater?: boolean
}

const height = 260

/** The distances between two ticks of the axis of x, which counts epochs or batches: 1, 2, 5, 10, 20, 50 and so on. */
const wholeSteps = Array.from({ length: 12 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat()

/**
 * Lines over common numbers x. The cursor is at the place of a number x, and `now` is marked with a vertical line.
 * The chart takes no pointer: its surroundings move the cursor.
 */
export function LiveChart({
  x,
  xName,
  lines,
  width,
  place,
  now,
  theme,
}: {
  x: readonly number[]
  /** What the numbers x are. */
  xName: string
  lines: readonly ChartLine[]
  width: number
  place: number | undefined
  now: number | undefined
  theme: Theme
}) {
  const element = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot | undefined>(undefined)
  const latest = useRef({ x, lines, now })
  latest.current = { x, lines, now }
  const look = JSON.stringify(lines.map(({ values: _, ...rest }) => rest))

  useEffect(() => {
    if (!element.current) return
    const { text, line } = markColors[theme]
    const axis = { stroke: text, grid: { stroke: line, width: 0.3 }, ticks: { stroke: line, width: 0.5 } }
    const made = new uPlot(
      {
        width: 320,
        height,
        legend: { show: false },
        cursor: { show: true, y: false, drag: { x: false, y: false }, points: { size: 8 } },
        scales: { x: { time: false } },
        axes: [
          { ...axis, incrs: wholeSteps, label: xName, labelSize: 20, labelFont: '12px system-ui, sans-serif' },
          { ...axis, size: 56 },
        ],
        series: [
          {},
          ...latest.current.lines.map(({ name, color, width, hasMarks, isDashed }) => ({
            label: name,
            stroke: color,
            width,
            spanGaps: true,
            points: { show: hasMarks, size: 5 },
            ...(isDashed && { dash: [6, 4] }),
          })),
        ],
        hooks: { draw: [(drawn) => markNow(drawn, latest.current.now, text)] },
      },
      dataOf(latest.current),
      element.current,
    )
    chart.current = made
    return () => {
      made.destroy()
      chart.current = undefined
    }
  }, [look, theme, xName])
  useEffect(() => chart.current?.setSize({ width, height }), [width, look, theme])
  useEffect(() => chart.current?.setData(dataOf({ x, lines })), [x, lines, now])
  useEffect(() => {
    const left = place === undefined || !chart.current ? -10 : chart.current.valToPos(x[place], 'x')
    chart.current?.setCursor({ left, top: 0 })
  }, [place, x, width, look, theme])
  return <div ref={element} class="live-chart" aria-hidden="true" />
}

function dataOf({ x, lines }: { x: readonly number[]; lines: readonly ChartLine[] }): uPlot.AlignedData {
  return [[...x], ...lines.map(({ values }) => [...values])] as uPlot.AlignedData
}

/** Draws a vertical line at the moment that is shown. */
function markNow({ ctx, bbox, valToPos }: uPlot, now: number | undefined, color: string): void {
  if (now === undefined) return
  const x = valToPos(now, 'x', true)
  if (!(x >= bbox.left && x <= bbox.left + bbox.width)) return
  ctx.save()
  ctx.strokeStyle = color
  ctx.setLineDash([3, 3])
  ctx.beginPath()
  ctx.moveTo(x, bbox.top)
  ctx.lineTo(x, bbox.top + bbox.height)
  ctx.stroke()
  ctx.restore()
}

/** The width of the axis to the left of the plot, and the room to its right, in CSS pixels. */
const plotMargin = { left: 56, right: 10 }

/** Returns the place of the number x that is nearest to a distance from the left edge of a chart. */
export function placeNear(x: readonly number[], distance: number, width: number): number {
  if (x.length < 2) return 0
  const share = (distance - plotMargin.left) / Math.max(1, width - plotMargin.left - plotMargin.right)
  const wanted = x[0] + share * (x[x.length - 1] - x[0])
  let nearest = 0
  for (let i = 1; i < x.length; i++) if (Math.abs(x[i] - wanted) < Math.abs(x[nearest] - wanted)) nearest = i
  return nearest
}
