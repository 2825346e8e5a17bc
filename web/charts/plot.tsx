import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { type Axis, createAxis } from '#src/drawing/axis'
import type { Range } from '#src/drawing/contours'
import './plot.css'

/** The size of a plot and its axes, from their numbers to the units of the drawing. */
export interface PlotFrame {
  readonly width: number
  readonly height: number
  readonly x: Axis
  readonly y: Axis
  /** The edges of the area between the axes. */
  readonly area: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number }
}

const margin = { left: 46, right: 10, top: 10, bottom: 40 }

/** Returns the frame of a plot with these ranges. The sizes are those of the whole drawing, with the axes. */
export function plotFrame(width: number, height: number, x: Range, y: Range): PlotFrame {
  const area = { left: margin.left, right: width - margin.right, top: margin.top, bottom: height - margin.bottom }
  const exact = { kind: 'linear', fromZero: false, exact: true } as const
  return {
    width,
    height,
    x: createAxis({ ...exact, values: x, range: [area.left, area.right], ticks: 6 }),
    y: createAxis({ ...exact, values: y, range: [area.bottom, area.top] }),
    area,
  }
}

interface PlotProps {
  readonly frame: PlotFrame
  /** What the plot shows, in a sentence, for those who do not see it. */
  readonly label: string
  readonly xLabel: string
  readonly yLabel: string
  /** What is cut off at the edges of the plot. */
  readonly children: ComponentChildren
  /** What may reach over the edges, such as things that take the focus. */
  readonly above?: ComponentChildren
}

/** Two axes with their names, and what is drawn between them. */
export function Plot({ frame, label, xLabel, yLabel, children, above }: PlotProps) {
  const clip = useId()
  const { width, height, x, y } = frame
  const { left, right, top, bottom } = frame.area
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
        {x.ticks.map(({ value, label, at }) => (
          <g key={value} transform={`translate(${at} ${bottom})`}>
            <line y2="4" />
            <text y="16" text-anchor="middle">
              {label}
            </text>
          </g>
        ))}
        {y.ticks.map(({ value, label, at }) => (
          <g key={value} transform={`translate(${left} ${at})`}>
            <line x2="-4" />
            <text x="-7" dy="0.35em" text-anchor="end">
              {label}
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
