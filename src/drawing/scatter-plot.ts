import { axes, createAxis } from './axis.js'
import { element, type Markup } from './markup.js'
import { drawing, text } from './svg.js'

export interface ScatterPlot {
  readonly title: string
  readonly x: string
  readonly y: string
  readonly points: readonly (readonly [number, number])[]
}

const width = 420
const plot = { left: 76, right: 402, top: 66, bottom: 392 }

/** Draws points against two equal axes, with the diagonal on which x and y are the same. */
export function scatterPlot({ title, x, y, points }: ScatterPlot): Markup {
  const values = points.flat()
  const across = createAxis({ kind: 'linear', values, range: [plot.left, plot.right], fromZero: false, ticks: 4 })
  const up = createAxis({ kind: 'linear', values, range: [plot.bottom, plot.top], fromZero: false, ticks: 4 })
  const diagonal = { x1: plot.left, y1: plot.bottom, x2: plot.right, y2: plot.top }
  return drawing(
    { width, height: plot.bottom + 48 },
    title,
    text(18, 24, title, 'heading'),
    axes(across, up, plot, { x, y }),
    element('line', { class: 'axis', 'stroke-dasharray': '4 4', ...diagonal }),
    ...points.map(([at, value]) =>
      element('circle', {
        class: 'area-0',
        'fill-opacity': 0.45,
        cx: across.position(at),
        cy: up.position(value),
        r: 3,
      }),
    ),
  )
}
