import { bowlLevels, type Contour, contoursOf, type Grid } from '#src/drawing/contours'
import { shortNumberText } from '#src/drawing/number-text'
import type { PlotFrame } from './plot.js'
import './contour-map.css'

const levelCount = 14

/** Returns the contours of a cost over a plane, for a plot. */
export function costContours(grid: Grid, { x, y }: PlotFrame): Contour[] {
  return contoursOf(grid, bowlLevels(grid.values, levelCount), (a, b) => [x.position(a), y.position(b)])
}

/** Contours that lie on each other: the more of them, the higher the cost and the darker the color. */
export function ContourMap({ contours }: { readonly contours: readonly Contour[] }) {
  return (
    <g>
      {contours.map(({ level, path }) => (
        <path key={level} class="contour" d={path} fill-rule="evenodd" />
      ))}
    </g>
  )
}

interface ContourLegendProps {
  readonly contours: readonly Contour[]
  readonly label: string
}

/** Shows the color of each height, and the cost at some of the contours. */
export function ContourLegend({ contours, label }: ContourLegendProps) {
  const width = 20 * (contours.length + 1)
  const shown = [0, Math.floor(contours.length / 2), contours.length - 1].filter((i) => i in contours)
  return (
    <div class="contour-legend">
      <span>{label}</span>
      <svg
        viewBox={`0 0 ${width} 30`}
        role="img"
        aria-label={`${label}: ${shown.map((i) => shortNumberText(contours[i].level)).join(', ')}`}
      >
        <rect class="plot-area" width={width} height="12" />
        {contours.map(({ level }, i) => (
          <rect key={level} class="contour" x={20 * (i + 1)} width={width - 20 * (i + 1)} height="12" />
        ))}
        <rect class="plot-border" width={width} height="12" />
        {shown.map((i) => (
          <text key={i} x={20 * (i + 1)} y="26" text-anchor={i === contours.length - 1 ? 'end' : 'middle'}>
            {shortNumberText(contours[i].level)}
          </text>
        ))}
      </svg>
    </div>
  )
}
