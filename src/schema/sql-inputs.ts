import type { DatePart, InputColumn, NumberColumn, Scaling, TableSchema } from './schema.js'
import { truthWords } from './schema.js'

/** Returns an SQL name in quotes. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Returns an SQL text in quotes. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** Returns a number as an SQL literal of the type DOUBLE. */
export function sqlNumber(value: number): string {
  return `${value}::DOUBLE`
}

/** A column of a row as SQL: a value that is NULL if it is missing, and the list of inputs that it becomes. */
export interface SqlColumn {
  readonly value: string
  /** `cell` is the name of the value. */
  readonly inputs: (cell: string) => string
}

/** Returns how the columns of a schema become inputs in the SQL of DuckDB, as `createEncoder` computes them. */
export function sqlColumns({ inputs }: Pick<TableSchema, 'inputs'>): SqlColumn[] {
  return inputs.map(sqlColumn)
}

function sqlColumn(column: InputColumn): SqlColumn {
  const name = sqlName(column.name)
  switch (column.kind) {
    case 'number':
      return {
        value: `CASE WHEN isnan(${name}::DOUBLE) THEN NULL ELSE ${name}::DOUBLE END`,
        inputs: numberInputs(column),
      }
    case 'boolean':
      return { value: `lower(${textOf(name)})`, inputs: (cell) => list([truth(cell), ...indicator(column, cell)]) }
    case 'category':
      return { value: textOf(name), inputs: categoryInputs(column) }
    case 'date':
      return { value: `${name}::TIMESTAMP`, inputs: dateInputs(column) }
  }
}

const list = (items: readonly string[]) => `[${items.join(', ')}]`

/** The same texts stand for missing values as in files. */
const missing = ['', 'NA', 'N/A', 'n/a', '#N/A', '<NA>', 'NaN', 'nan', 'NULL', 'null', 'None', '?']
  .map(sqlText)
  .join(', ')

function textOf(name: string): string {
  const text = `regexp_replace(${name}::VARCHAR, '^(-?[0-9]+)\\.0$', '\\1')`
  return `CASE WHEN ${name}::VARCHAR IN (${missing}) THEN NULL ELSE ${text} END`
}

function indicator({ indicator }: Pick<InputColumn, 'indicator'>, cell: string): string[] {
  return indicator ? [`(${cell} IS NULL)::DOUBLE`] : []
}

/** An unknown word ends the query with an error, as in `createEncoder`. */
function truth(cell: string): string {
  const words = (truth: 0 | 1) => [...truthWords].filter(([, value]) => value === truth).map(([word]) => sqlText(word))
  return `CASE WHEN ${cell} IN (${words(1).join(', ')}) THEN 1.0 WHEN ${cell} IS NULL OR ${cell} IN (${words(0).join(', ')}) THEN 0.0 ELSE error(${cell} || ' is not true or false') END`
}

function scaled({ center, factor, clip }: Scaling, value: string): string {
  const input = `((${value} - ${sqlNumber(center)}) * ${sqlNumber(factor)})`
  return clip ? `${input} / sqrt(1 + pow(${input} / 3, 2))` : input
}

function numberInputs(column: NumberColumn): SqlColumn['inputs'] {
  const { edges, fill } = column
  return (cell) => {
    const value = `coalesce(${cell}, ${sqlNumber(fill)})`
    const own = list([scaled(column, value), ...indicator(column, cell)])
    if (edges.length < 2) return own
    const pairs = edges.slice(1).map((edge, i) => list([sqlNumber(edges[i]), sqlNumber(edge)]))
    const steps = `list_transform(${list(pairs)}, e -> least(1, greatest(0, (${value} - e[1]) / (e[2] - e[1]))))`
    const before = `list_concat([${scaled(column, value)}], ${steps})`
    return column.indicator ? `list_concat(${before}, ${list(indicator(column, cell))})` : before
  }
}

function categoryInputs(column: InputColumn & { readonly kind: 'category' }): SqlColumn['inputs'] {
  const { categories, other } = column
  return (cell) => {
    const texts = list(categories.map(sqlText))
    const isOther = `(${cell} IS NOT NULL AND NOT list_contains(${texts}, ${cell}))::DOUBLE`
    const own = `list_transform(${texts}, c -> coalesce((c = ${cell})::DOUBLE, 0))`
    const more = [...(other ? [isOther] : []), ...indicator(column, cell)]
    if (categories.length === 0) return list(more)
    return more.length > 0 ? `list_concat(${own}, ${list(more)})` : own
  }
}

const shares: Readonly<Record<DatePart, (cell: string) => string>> = {
  hour: (cell) => `((hour(${cell}) + minute(${cell}) / 60.0) / 24.0)`,
  weekday: (cell) => `(dayofweek(${cell}) / 7.0)`,
  month: (cell) => `((month(${cell}) - 1) / 12.0)`,
}

function dateInputs(column: InputColumn & { readonly kind: 'date' }): SqlColumn['inputs'] {
  return (cell) => {
    const angles = column.parts.map((part) => `2 * pi() * ${shares[part](cell)}`)
    const waves = angles.flatMap((angle) => [`coalesce(sin(${angle}), 0)`, `coalesce(cos(${angle}), 0)`])
    const seconds = `coalesce(epoch(${cell}), ${sqlNumber(column.fill)})`
    return list([scaled(column, seconds), ...waves, ...indicator(column, cell)])
  }
}
