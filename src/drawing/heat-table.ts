import { element, type Markup, shorten } from './markup.js'
import { drawing, type Size, text } from './svg.js'
import { largest } from './weight-picture.js'

/** A table of numbers, such as the weights of a layer. */
export interface HeatTable {
  readonly title: string
  /** Rows x columns, row-major. */
  readonly values: ArrayLike<number>
  readonly rows: readonly string[]
  readonly columns: readonly string[]
}

const cell = { width: 62, height: 26 }
const nameLength = 14
const characterWidth = 6.8

/** Draws a table of numbers. The color of a cell is that of the sign of its number, and the strength that of its size. */
export function heatTable({ title, values, rows, columns }: HeatTable): Markup {
  const limit = largest(values)
  const left = 16 + characterWidth * Math.min(nameLength, Math.max(...rows.map(({ length }) => length)))
  const top = 30
  const size: Size = { width: left + cell.width * columns.length + 8, height: top + cell.height * rows.length + 8 }
  const cells = rows.flatMap((_, row) =>
    columns.flatMap((_, column) => {
      const value = values[row * columns.length + column]
      const [x, y] = [left + column * cell.width, top + row * cell.height]
      return [
        element('rect', {
          class: value < 0 ? 'negative-area' : 'positive-area',
          // At most this opaque, so that the number on it stays readable.
          'fill-opacity': limit > 0 ? (0.5 * Math.abs(value)) / limit : 0,
          x: x + 1,
          y: y + 1,
          width: cell.width - 2,
          height: cell.height - 2,
        }),
        text(x + cell.width / 2, y + 17, Number(value.toPrecision(3)).toString(), 'middle'),
      ]
    }),
  )
  return drawing(
    size,
    title,
    ...columns.map((name, i) => text(left + (i + 0.5) * cell.width, 20, shorten(name, 9), 'faint middle')),
    ...rows.map((name, i) => text(left - 8, top + i * cell.height + 17, shorten(name, nameLength), 'faint end')),
    ...cells,
  )
}
