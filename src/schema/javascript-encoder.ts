import type { InputColumn, TableSchema } from './schema.js'
import { truthWords } from './schema.js'

/**
 * Returns the code of a JavaScript function `encode(row)`, for a module without imports: it takes an object with the columns of
 * the schema, and returns the inputs of the network as `createEncoder` does. It throws a RangeError that names the column.
 * @param isFloat32 Whether the inputs of the network are float32, so that they are rounded as there.
 */
export function encoderCode({ inputs }: Pick<TableSchema, 'inputs'>, isFloat32: boolean): string {
  const has = (kind: InputColumn['kind']) => inputs.some((column) => column.kind === kind)
  return [
    `/** What the columns of a row become. */\nconst columns = ${literal(inputs)}\n`,
    common,
    ...(has('boolean') ? [`const truths = ${JSON.stringify(Object.fromEntries(truthWords))}\n`] : []),
    ...(has('number') || has('date') ? [scaled] : []),
    ...(has('date') ? [times] : []),
    'const encoders = {\n',
    ...(Object.keys(encoders) as InputColumn['kind'][]).filter(has).map((kind) => encoders[kind]),
    '}\n\n',
    main(isFloat32),
  ].join('')
}

/** Returns a value as a JavaScript literal that may stand in a script of a page. */
function literal(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    /[<\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

const common = `
/** Texts that stand for a missing value. */
const missing = new Set(['', 'NA', 'N/A', 'n/a', '#N/A', '<NA>', 'NaN', 'nan', 'NULL', 'null', 'None', '?'])

/** The text of a value, or undefined if it is missing. */
function textOf(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return undefined
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString()
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  if (typeof value !== 'string') return text
  if (missing.has(text)) return undefined
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase()
  return /^-?\\d+\\.0$/.test(text) ? text.slice(0, -2) : text
}

function wrong(name, value, expected) {
  return new RangeError(\`the row has \${JSON.stringify(value)} as \${JSON.stringify(name)}, expected \${expected}\`)
}

`

const scaled = `function scaled({ center, factor, clip }, value) {
  const input = (value - center) * factor
  if (!clip) return input
  const square = (input / 3) * (input / 3)
  return square < Infinity ? input / Math.sqrt(1 + square) : 3 * Math.sign(input)
}

`

const times = `/** Seconds since 1970 of a date or time in ISO 8601, or NaN. A time without a zone is UTC. */
function secondsOf(text) {
  const match = /^(\\d{4})-(\\d{2})-(\\d{2})(?:[T ](\\d{2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?\\s*(Z|UTC|[+-]\\d{2}(?::?\\d{2})?)?)?$/i.exec(text)
  if (!match) return NaN
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match
  const date = new Date(0).setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  const read = new Date(date)
  if (read.getUTCDate() !== Number(day) || read.getUTCMonth() !== Number(month) - 1) return NaN
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return NaN
  const [, sign, hours, minutes = '0'] = /^([+-])(\\d{2}):?(\\d{2})?$/.exec(zone) ?? [, '+', '0']
  const shift = (sign === '-' ? -60 : 60) * (60 * Number(hours) + Number(minutes))
  return date / 1000 + (3600 * Number(hour) + 60 * Number(minute) + Number(second) + Number(\`0.\${fraction || '0'}\`)) - shift
}

/** A part of a time as a share of its cycle. */
function shareOf(part, seconds) {
  const date = new Date(1000 * seconds)
  if (part === 'hour') return (date.getUTCHours() + date.getUTCMinutes() / 60) / 24
  return part === 'weekday' ? date.getUTCDay() / 7 : date.getUTCMonth() / 12
}

`

/** The code that encodes a column of each kind as a list of numbers. */
const encoders: Readonly<Record<InputColumn['kind'], string>> = {
  number: `  number(column, value) {
    const text = textOf(value)
    const isNumber = typeof value !== 'string' || /^[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:e[+-]?\\d+)?$/i.test(value)
    if (text !== undefined && !(isNumber && typeof value !== 'boolean' && Number.isFinite(Number(value)))) {
      throw wrong(column.name, value, 'a number')
    }
    const number = text === undefined ? column.fill : Number(value)
    const { edges } = column
    const intervals = edges.slice(1).map((edge, i) => {
      if (!(number > edges[i])) return 0
      return number >= edge ? 1 : (number - edges[i]) / (edge - edges[i])
    })
    return [scaled(column, number), ...intervals, ...(column.indicator ? [text === undefined ? 1 : 0] : [])]
  },
`,
  boolean: `  boolean(column, value) {
    const text = textOf(value)
    const truth = text === undefined ? 0 : truths[text] ?? truths[text.toLowerCase()]
    if (truth === undefined) throw wrong(column.name, value, 'true or false')
    return [truth, ...(column.indicator ? [text === undefined ? 1 : 0] : [])]
  },
`,
  category: `  category({ categories, other, indicator }, value) {
    const text = textOf(value)
    const inputs = categories.map((category) => (category === text ? 1 : 0))
    if (other) inputs.push(text !== undefined && !categories.includes(text) ? 1 : 0)
    if (indicator) inputs.push(text === undefined ? 1 : 0)
    return inputs
  },
`,
  date: `  date(column, value) {
    const text = textOf(value)
    const indicator = column.indicator ? [text === undefined ? 1 : 0] : []
    if (text === undefined) return [scaled(column, column.fill), ...column.parts.flatMap(() => [0, 0]), ...indicator]
    const seconds = secondsOf(text)
    if (Number.isNaN(seconds)) throw wrong(column.name, value, 'a date such as 2026-12-01 or 2026-12-01T08:30:00Z')
    const parts = column.parts.map((part) => 2 * Math.PI * shareOf(part, seconds))
    return [scaled(column, seconds), ...parts.flatMap((angle) => [Math.sin(angle), Math.cos(angle)]), ...indicator]
  },
`,
}

const main = (
  isFloat32: boolean,
) => `/** The inputs of the network for an object with the columns. Its other properties are ignored. */
function encode(row) {
  return columns.flatMap((column) => {
    if (!Object.hasOwn(Object(row), column.name)) {
      throw new RangeError(\`the row has no \${JSON.stringify(column.name)}: give null if its value is not known\`)
    }
    return encoders[column.kind](column, row[column.name])${isFloat32 ? '.map(Math.fround)' : ''}
  })
}

`
