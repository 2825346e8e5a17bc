import { listNames, quote } from '../readers/columns/names.js'
import type { RawColumn } from '../readers/columns/raw-table.js'
import type { TargetColumn } from './schema.js'

/** The target of a row: a class number, the number that the network's output should be, missing, or what is wrong with it. */
export type TargetValue = number | 'missing' | { readonly wrong: string }

/** Returns a function that reads the target of a row of a chunk. */
export function targetReader(target: TargetColumn): (cells: RawColumn, row: number) => TargetValue {
  if (target.kind === 'number') {
    const mean = target.folded ? 0 : target.mean
    const factor = target.folded ? 1 : 1 / target.deviation
    return (cells, row) => {
      const value = cells.number(row)
      if (Number.isFinite(value)) return (value - mean) * factor
      const text = cells.text(row)
      return text === undefined ? 'missing' : { wrong: `${quote(text)} is not a number` }
    }
  }
  const places = new Map(target.classes.map((text, place) => [text, place]))
  return (cells, row) => {
    const text = cells.text(row)
    if (text === undefined) return 'missing'
    return places.get(text) ?? { wrong: `${quote(text)} is not one of the classes ${listNames(target.classes)}` }
  }
}
