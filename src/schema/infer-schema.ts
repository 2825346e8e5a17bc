import { checkInteger, checkKeys } from '../base/checks.js'
import { DataError, OptionError, optionError } from '../base/errors.js'
import { listNames, quote } from '../readers/columns/names.js'
import type { RawTable } from '../readers/columns/raw-table.js'
import type { DateColumn, DatePart, IgnoredColumn, InputColumn, Scaling, TableSchema, TargetColumn } from './schema.js'
import { addValue, type ColumnSummary, createSummary, quantiles } from './summary.js'

export interface SchemaOptions {
  /** The column to predict. */
  readonly target: string
  /**
   * Whether the target is one of several classes or a number. Default: a text is a class, and so is a whole number with at
   * most 20 different values. Any other number is a number.
   */
  readonly task?: 'classes' | 'number' | undefined
  /** The columns that are numbers, such as codes that an order makes sense for. */
  readonly numbers?: readonly string[] | undefined
  /** The columns that are categories, such as whole numbers that name something. */
  readonly categories?: readonly string[] | undefined
  /** The columns that are dates or times in ISO 8601. */
  readonly dates?: readonly string[] | undefined
  /** The columns that are not used. */
  readonly ignore?: readonly string[] | undefined
  /**
   * Categories in fewer rows than this share one input with those that training has not seen. Default 5, and 2 for a column
   * of `categories`.
   */
  readonly minCount?: number | undefined
  /**
   * How numbers are scaled: by the median and the quartile range, with far values drawn in ('robust', the default), or by
   * the mean and the standard deviation ('standard').
   */
  readonly scaling?: 'robust' | 'standard' | undefined
  /** The most intervals of a number, or 0 for none. Default: one for each 100 values, from 8 to 48. */
  readonly intervals?: number | undefined
}

export const schemaKeys = [
  'target',
  'task',
  'numbers',
  'categories',
  'dates',
  'ignore',
  'minCount',
  'scaling',
  'intervals',
] satisfies (keyof SchemaOptions)[]

/** A number has at most this many intervals, each with at least so many rows. Fewer than the least are not worth it. */
const maxIntervals = 48
const rowsOfInterval = 100
const minIntervals = 8

/** The most different values of a target of whole numbers that are taken for classes. */
const maxClassNumbers = 20
/** The most classes of a target. */
const maxClasses = 10_000

/**
 * Looks at all rows of a table in one pass, and decides for each column what it is and how it becomes inputs.
 * @throws OptionError if an option is wrong or names a column that the table does not have; DataError if the target has no
 * values or only one, or if no column is left to learn from
 */
export async function inferSchema(table: RawTable, options: SchemaOptions): Promise<TableSchema> {
  checkSchemaOptions(table, options)
  const { names, source } = table
  const asked = new Set([...(options.categories ?? []), options.target])
  const summaries = names.map((name, index) => createSummary(asked.has(name), index))
  const all = names.map((_, index) => index)
  let rows = 0
  for await (const chunk of table.chunks(all)) {
    const isWrong = chunk.problem
    for (let index = 0; index < names.length; index++) {
      const column = chunk.column(index)
      for (let row = 0; row < chunk.rows; row++) {
        if (isWrong?.(row) === undefined) addValue(summaries[index], column, row)
      }
    }
    rows += chunk.rows
  }
  if (rows === 0) throw new DataError(`${source}: the table has no rows`)
  const place = names.indexOf(options.target)
  const target = targetOf(source, options, summaries[place])
  const inputs: InputColumn[] = []
  const ignored: IgnoredColumn[] = []
  names.forEach((name, index) => {
    if (index === place) return
    const column = decide(name, summaries[index], options, source)
    if ('reason' in column) ignored.push(column)
    else inputs.push(column)
  })
  if (inputs.length === 0) {
    const reasons = ignored.map(({ name, reason }) => `${quote(name)}: ${reason}`).join('; ')
    throw new DataError(`${source}: no column is left to learn from (${reasons || 'it has only the target'})`)
  }
  return { version: 1, rows, inputs, target, ignored }
}

function checkSchemaOptions({ source, names }: RawTable, options: SchemaOptions): void {
  checkKeys('schema', options, schemaKeys)
  const { target, task, minCount = 5, scaling = 'robust' } = options
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new DataError(`${source}: two columns have the name ${quote(twice)}`)
  if (typeof target !== 'string') throw optionError({ target }, 'the name of a column')
  checkInteger({ minCount }, 1)
  if (options.intervals !== undefined) checkInteger({ intervals: options.intervals }, 0, 1000)
  if (task !== undefined && task !== 'classes' && task !== 'number')
    throw optionError({ task }, '"classes" or "number"')
  if (scaling !== 'robust' && scaling !== 'standard') throw optionError({ scaling }, '"robust" or "standard"')
  requireColumn(source, names, undefined, target)
  const used = new Map<string, string>([[target, 'target']])
  for (const option of ['numbers', 'categories', 'dates', 'ignore'] as const) {
    const list = options[option] ?? []
    if (!Array.isArray(list) || !list.every((name) => typeof name === 'string')) {
      throw optionError({ [option]: list }, 'a list of names of columns')
    }
    for (const name of list) {
      requireColumn(source, names, option, name)
      const other = used.get(name)
      if (other !== undefined) throw new OptionError(`${quote(name)} is in ${other} and in ${option}`, { option })
      used.set(name, option)
    }
  }
}

/** The name of the target comes from several options of the command line, so errors about it name none. */
function requireColumn(source: string, names: readonly string[], option: string | undefined, name: string): void {
  if (names.includes(name)) return
  const like = names.find((other) => other.toLowerCase() === name.toLowerCase())
  const hint = like === undefined ? `its columns are ${listNames(names)}` : `did you mean ${quote(like)}?`
  const missing = `${source} has no column ${quote(name)}`
  if (option === undefined) throw new OptionError(`${missing}: ${hint}`)
  throw new OptionError(`${missing}, which ${option} names: ${hint}`, { option, value: name })
}

function targetOf(source: string, { target: name, task }: SchemaOptions, summary: ColumnSummary): TargetColumn {
  const { values, numbers, whole, mean, squares, texts = new Map<string, number>() } = summary
  const what = `${source}: the target ${quote(name)}`
  if (values === 0) throw new DataError(`${what} has no values`)
  if (texts.size === 1) throw new DataError(`${what} has the same value in all rows, ${quote([...texts.keys()][0])}`)
  const isNumber = numbers === values
  if (task === 'number' && !isNumber) {
    throw new DataError(`${what} has ${quote(summary.firstText ?? '')}, which is not a number`)
  }
  if (task === 'number' || (task === undefined && isNumber && !(whole === values && texts.size <= maxClassNumbers))) {
    return { name, kind: 'number', mean, deviation: Math.sqrt(squares / values), folded: false }
  }
  if (texts.size > maxClasses || (!isNumber && texts.size > values / 2)) {
    throw new DataError(`${what} has ${texts.size} different values in ${values} rows, which is too many for classes`)
  }
  return { name, kind: 'classes', classes: sortTexts([...texts.keys()], isNumber) }
}

function sortTexts(texts: string[], areNumbers: boolean): string[] {
  return areNumbers ? texts.sort((a, b) => Number(a) - Number(b)) : texts.sort()
}

type Decision = InputColumn | IgnoredColumn

/** Decides what a column is. */
function decide(name: string, summary: ColumnSummary, options: SchemaOptions, source: string): Decision {
  const { values, missing, numbers, whole, times, truths, texts } = summary
  const isNumber = numbers === values
  if (options.ignore?.includes(name)) return { name, reason: 'as asked' }
  if (values === 0) return { name, reason: 'it has no values' }
  if (options.numbers?.includes(name)) {
    if (!isNumber) throw notOf(source, name, 'numbers', summary)
    return numberColumn(name, summary, options)
  }
  if (options.dates?.includes(name)) {
    if (times !== values) throw notOf(source, name, 'dates', summary)
    return dateColumn(name, summary, options)
  }
  if (options.categories?.includes(name))
    return categoryColumn(name, summary, { ...options, minCount: options.minCount ?? 2 })
  if (texts?.size === 1 && missing === 0) return { name, reason: `all rows have ${quote([...texts.keys()][0])}` }
  // 0 and 1 may be the only counts so far, so they stay numbers.
  if (truths === values && !isNumber && texts && texts.size <= 2) {
    return texts.size === 2 ? { name, kind: 'boolean', indicator: missing > 0 } : categoryColumn(name, summary, options)
  }
  const isWholeAndDifferent = whole === values && texts?.size === values
  if (isNumber) {
    if (missing === 0 && summary.countsUp && values > 2) return { name, reason: 'it counts the rows' }
    if (isWholeAndDifferent && /(?:^|[^a-z])id$|[a-z]I[dD]$/i.test(name)) return { name, reason: 'it is an id' }
    if (texts?.size === 1) return categoryColumn(name, summary, options)
    return numberColumn(name, summary, options)
  }
  if (times === values) return dateColumn(name, summary, options)
  return textColumn(name, summary, options)
}

/** Decides whether texts are categories, or are too different from each other. */
function textColumn(name: string, summary: ColumnSummary, options: SchemaOptions): Decision {
  const { values, texts, numbers, firstText = '' } = summary
  const odd = numbers > 0.5 * values ? `; ${numbers} of ${values} are numbers, but not ${quote(firstText)}` : ''
  if (!texts) return { name, reason: `it has too many different texts${odd}` }
  if (texts.size === values) return { name, reason: `all its values differ${odd}` }
  const column = categoryColumn(name, summary, options)
  const covered = column.categories.reduce((sum, text) => sum + (texts.get(text) ?? 0), 0)
  if (covered >= values / 2) return column
  return { name, reason: `it has ${texts.size} different texts in ${values} rows${odd}` }
}

function notOf(source: string, name: string, option: string, { firstText, texts }: ColumnSummary): OptionError {
  const found = firstText ?? [...(texts?.keys() ?? [])][0] ?? ''
  return new OptionError(`${source}: ${quote(name)} has ${quote(found)}, so it cannot be one of ${option}`, { option })
}

function numberColumn(name: string, summary: ColumnSummary, options: SchemaOptions): InputColumn {
  return {
    name,
    kind: 'number',
    ...scalingOf(summary, options),
    edges: edgesOf(summary, options),
    indicator: summary.missing > 0,
  }
}

/** Returns quantiles as the edges of intervals, each with about the same number of rows. Equal ones count once. */
function edgesOf(summary: ColumnSummary, { intervals }: SchemaOptions): number[] {
  const { values } = summary
  const count = intervals ?? Math.min(maxIntervals, Math.floor(values / rowsOfInterval))
  if (count < minIntervals && intervals === undefined) return []
  if (count === 0) return []
  const shares = Array.from({ length: count + 1 }, (_, i) => i / count)
  const edges = [...new Set(quantiles(summary, shares))]
  return edges.length > 2 ? edges : []
}

function scalingOf(summary: ColumnSummary, { scaling = 'robust' }: SchemaOptions): Scaling & { readonly fill: number } {
  const { min, max, mean, squares, numbers, times } = summary
  const [low, median, high] = quantiles(summary, [0.25, 0.5, 0.75])
  if (scaling === 'standard') {
    const deviation = Math.sqrt(squares / (numbers + times))
    return { center: mean, factor: deviation > 0 ? 1 / deviation : 0, clip: false, fill: median }
  }
  const range = high > low ? high - low : (max - min) / 2
  return { center: median, factor: range > 0 ? 1 / range : 0, clip: true, fill: median }
}

function categoryColumn(
  name: string,
  { texts = new Map(), missing, numbers, values }: ColumnSummary,
  options: SchemaOptions,
) {
  const { minCount = 5 } = options
  const kept = [...texts.keys()].filter((text) => (texts.get(text) ?? 0) >= minCount)
  const categories = sortTexts(kept, numbers === values)
  return { name, kind: 'category', categories, other: kept.length < texts.size, indicator: missing > 0 } as const
}

/** A part of a time is an input if the rows differ in it. */
function dateColumn(name: string, summary: ColumnSummary, options: SchemaOptions): DateColumn {
  const count = Math.min(summary.values, summary.sample.length)
  const seen = { hour: new Set<number>(), weekday: new Set<number>(), month: new Set<number>() }
  for (let i = 0; i < count; i++) {
    const date = new Date(1000 * summary.sample[i])
    seen.hour.add(date.getUTCHours())
    seen.weekday.add(date.getUTCDay())
    seen.month.add(date.getUTCMonth())
  }
  const parts = (['hour', 'weekday', 'month'] satisfies DatePart[]).filter((part) => seen[part].size > 1)
  return { name, kind: 'date', ...scalingOf(summary, options), parts, indicator: summary.missing > 0 }
}
