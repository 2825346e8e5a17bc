import type { ScaleLinear } from 'd3-scale'
import { scaleLinear } from 'd3-scale'
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import type { Range } from '#src/drawing/contours'
import { shortNumberText } from '#src/drawing/number-text'
import './plot.css'

/** The size of a plot and its scales, from the numbers of the axes to the units of the drawing. */
export interface PlotFrame {
  readonly width: number
  readonly height: number
  readonly x: ScaleLinear<number, number>
  readonly y: ScaleLinear<number, number>
}

const margin = { left: 46, right: 10, top: 10, bottom: 40 }

/** Returns the frame of a plot with these ranges. The sizes are those of the whole drawing, with the axes. */
export function plotFrame(width: number, height: number, x: Range, y: Range): PlotFrame {
  return {
    width,
    height,
    x: scaleLinear()
      .domain(x)
      .range([margin.left, width - margin.right]),
    y: scaleLinear()
      .domain(y)
      .range([height - margin.bottom, margin.top]),
  }
}

interface PlotProps {
  readonly frame: PlotFrame
  /** What the plot shows, in a sentence, for those who do not see it. */
  readonly label: string
  readonly xLabel: string
  readonly yLabel: string
  /** The numbers at the axis of y. Default: numbers that d3-scale chooses. */
  readonly yTicks?: readonly number[]
  /** What is cut off at the edges of the plot. */
  readonly children: ComponentChildren
  /** What may reach over the edges, such as things that take the focus. */
  readonly above?: ComponentChildren
}

/** Two axes with their names, and what is drawn between them. */
export function Plot({ frame, label, xLabel, yLabel, yTicks, children, above }: PlotProps) {
  const clip = useId()
  const { width, height, x, y } = frame
  const [left, right] = x.range()
  const [bottom, top] = y.range()
  return (
    // Not an image: what is in an image is hidden from assistive technology, also what takes the focus.
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a drawing.
    <svg class="plot" viewBox={`0 0 ${width} ${height}`} role="group" aria-label={label}>
      <defs>
        <clipPath id={clip}>
          <rect x={left} y={top} width={right - left} height={bottom - top} />
        </clipPath>
      </defs>
      <rect class="plot-area" x={left} y={top} width={right - left} height={bottom - top} />
      <g clip-path={`url(#${clip})`}>{children}</g>
      <g class="plot-axes">
        {x.ticks(6).map((tick) => (
          <g key={tick} transform={`translate(${x(tick)} ${bottom})`}>
            <line y2="4" />
            <text y="16" text-anchor="middle">
              {shortNumberText(tick)}
            </text>
          </g>
        ))}
        {(yTicks ?? y.ticks(5)).map((tick) => (
          <g key={tick} transform={`translate(${left} ${y(tick)})`}>
            <line x2="-4" />
            <text x="-7" dy="0.35em" text-anchor="end">
              {shortNumberText(tick)}
            </text>
          </g>
        ))}
        <rect class="plot-border" x={left} y={top} width={right - left} height={bottom - top} />
        <text class="plot-label" x={(left + right) / 2} y={height - 6} text-anchor="middle">
          {xLabel}
        </text>
        <text
          class="plot-label"
          x={0}
          y={0}
          text-anchor="middle"
          transform={`translate(11 ${(top + bottom) / 2}) rotate(-90)`}
        >
          {yLabel}
        </text>
      </g>
      {above}
    </svg>
  )
}
