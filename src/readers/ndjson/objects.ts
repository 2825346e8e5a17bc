import { isObject } from '../../base/checks.js'
import { DataError } from '../../base/errors.js'
import { isClassNumber } from '../../data/labels.js'
import type { FloatPart } from '../../data/widen.js'
import { chooseColumns } from '../columns/choose-columns.js'
import { classesOf, numberOfName, wrongLabel } from '../columns/classes.js'
import { quote } from '../columns/names.js'
import { firstInfinite } from '../columns/range.js'
import { shapeOfRow } from '../text/columns.js'
import { lineOf, type Records } from '../text/records.js'
import { type Batch, type RowReader, widenBatch } from '../text/row-batches.js'
import { isByte, notByte, tooLarge } from '../text/values.js'
import { numbers, parseLine, readLines, shown } from './lines.js'
import { type NdjsonOptions, withLists } from './ndjson-options.js'

type Members = Readonly<Record<string, unknown>>
/**
 * The names of the members that hold the inputs or the targets. A list contains the names of members that hold one
 * number each. A string is the name of a single member that holds a list of numbers.
 */
type Place = readonly string[] | string

/**
 * Creates the object that parses lines that are JSON objects and stores them as rows. If the options do not name the
 * members to use, the first line determines them.
 */
export function createObjectReader(where: string, first: Members, options: NdjsonOptions): RowReader {
  const names = Object.keys(first)
  const chosen = chooseColumns(where, { count: names.length, names, numbered: false }, withLists(options))
  const label = chosen.label === undefined ? undefined : names[chosen.label]
  const targets = options.targets && placeOf(names, chosen.targets, typeof options.targets === 'string')
  const [only] = chosen.inputs
  const isOneList = !options.inputNames && chosen.inputs.length === 1 && Array.isArray(first[names[only]])
  const inputs = placeOf(
    names,
    chosen.inputs,
    options.inputs === undefined ? isOneList : typeof options.inputs === 'string',
  )
  const known = options.inputs === undefined && options.inputNames === undefined ? new Set(names) : undefined
  const classes = classesOf(options.labelNames)
  const shape = shapeOfRow(options, {
    width: lengthOf(where, first, inputs),
    inputNames: typeof inputs === 'string' ? undefined : inputs,
    targetWidth: targets === undefined ? 0 : lengthOf(where, first, targets),
  })
  const { dtype } = shape
  const beyond = firstInfinite(dtype, shape.widens.targets)
  if (shape.width === 0) throw new DataError(`${where}: no member is left for the inputs`)
  let line = where

  /** Copies the numbers of the members named by `place` into the next row of a batch. */
  function copy(members: Members, place: Place, records: Records, batch: Batch, part: FloatPart): void {
    const { dataset, rows } = batch
    const width = part === 'inputs' ? dataset.width : dataset.targetWidth
    let data = dataset[part]
    if (!data) return
    const list = typeof place === 'string' ? members[place] : undefined
    if (typeof place === 'string') {
      if (!Array.isArray(list)) throw wrong(place, list === undefined ? 'is missing' : `${shown(list)} is not a list`)
      if (list.length !== width) throw wrong(place, `expected ${numbers(width)}, found ${list.length}`)
    }
    for (let i = 0; i < width; i++) {
      const given: unknown = Array.isArray(list) ? list[i] : members[place[i]]
      const value = typeof given === 'boolean' ? Number(given) : given
      if (typeof value !== 'number' || Math.abs(value) >= beyond || (data instanceof Uint8Array && !isByte(value))) {
        const name = typeof place === 'string' ? place : place[i]
        throw wrong(name, wrongNumber(value), typeof place === 'string' ? i : undefined)
      }
      if (shape.widens[part] && Math.fround(value) !== value) data = widenBatch(records, shape, batch, part)
      data[rows * width + i] = value
    }
  }

  function labelIn(members: Members, name: string): number {
    const value = members[name]
    if (value === undefined) throw wrong(name, 'is missing')
    const number = classes ? numberOfName(classes, value) : value
    if (isClassNumber(number)) return number
    const { message } = wrong(name, wrongLabel(value, shown(value), classes))
    throw new DataError(message, { option: 'labelNames' })
  }

  function wrongNumber(value: unknown): string {
    if (value === undefined) return 'is missing'
    if (typeof value !== 'number') return `${shown(value)} is not a number`
    return Math.abs(value) < beyond ? notByte(String(value)) : tooLarge(String(value), beyond)
  }

  function wrong(name: string, problem: string, place?: number): DataError {
    return new DataError(`${line}, ${quote(name)}${place === undefined ? '' : `, place ${place}`}: ${problem}`)
  }

  return {
    shape,
    fill: (records, batch) =>
      readLines(records, batch, (at) => {
        const value = parseLine(records, at)
        line = lineOf(records)
        if (!isObject(value))
          throw new DataError(`${line}: expected an object as on the first line, found ${shown(value)}`)
        const unknown = known && Object.keys(value).find((name) => !known.has(name))
        if (unknown !== undefined) throw wrong(unknown, 'the first line has no such member')
        const { dataset, rows } = batch
        copy(value, inputs, records, batch, 'inputs')
        if (targets) copy(value, targets, records, batch, 'targets')
        if (label !== undefined && dataset.labels) dataset.labels[rows] = labelIn(value, label)
      }),
  }
}

function placeOf(names: readonly string[], columns: readonly number[], isList: boolean): Place {
  return isList ? names[columns[0]] : columns.map((column) => names[column])
}

/** Returns how many numbers a row has in the members named by `place`. `members` are the members of the first line. */
function lengthOf(where: string, members: Members, place: Place): number {
  if (typeof place !== 'string') return place.length
  const list = members[place]
  if (Array.isArray(list)) return list.length
  throw new DataError(`${where}, ${quote(place)}: ${shown(list)} is not a list`)
}
