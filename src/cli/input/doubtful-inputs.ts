import { quoted } from '../../base/printable.js'
import type { Dataset } from '../../index.js'
import { shellWord } from '../terminal/invocation.js'
import { isArray } from './table-readers.js'
import { sourceOf, type Table } from './tables.js'
import { asCell } from './typed-table.js'

/** In fewer rows than this, a column may contain the numbers of the rows by chance. */
const leastRows = 10
/** The maximum number of columns that a message lists. */
const mostListed = 20

/**
 * Returns a message about inputs that are probably not meant as inputs: columns without a name, and columns that count
 * the rows from 0 or 1. Returns undefined if there are none, or if the user has chosen the inputs. `rows` are the first
 * rows of the table or all of them, in the order of the table.
 */
export function doubtfulInputs(table: Table, rows: Dataset): string | undefined {
  if (table.inputs || isArray(table.table)) return undefined
  const { inputNames, width } = rows
  const ids = inputNames ?? columnNumbers(table, width)
  const problems: string[] = []
  const others: string[] = []
  for (let place = 0; place < width; place++) {
    const problem =
      ids[place] === '' ? 'has no name, like the index that pandas writes' : counts(rows, place) && 'counts the rows'
    const name = inputNames && ids[place] !== '' ? quoted(ids[place]) : place
    if (problem) problems.push(`the input ${name} ${problem}`)
    else others.push(ids[place])
  }
  if (problems.length === 0 || others.length === 0) return undefined
  const list = others.length > mostListed ? 'with the names of the others' : shellWord(others.map(asCell).join())
  const leaves = problems.length === 1 ? 'leaves it out' : 'leaves them out'
  return `${sourceOf(table)}: ${problems.join(', and ')}: --inputs ${list} ${leaves}`
}

/** Returns the column number of each input of a table whose columns have no names. */
function columnNumbers({ label, targets = [] }: Table, width: number): string[] {
  const used = new Set([...(label === undefined ? [] : [label]), ...targets])
  return Array.from({ length: width + used.size }, (_, column) => String(column)).filter((id) => !used.has(id))
}

/** Whether an input is 0, 1, 2 and so on, or 1, 2, 3 and so on. */
function counts({ inputs, rows, width }: Dataset, place: number): boolean {
  const first = inputs[place]
  if (rows < leastRows || (first !== 0 && first !== 1)) return false
  for (let row = 1; row < rows; row++) if (inputs[row * width + place] !== first + row) return false
  return true
}
