import { optionError } from '../base/errors.js'
import { chunkOfObjects, namesOfObjects, type RowObject } from '../readers/columns/raw-objects.js'
import type { RawTable } from '../readers/columns/raw-table.js'
import { checkSchema } from '../schema/check-schema.js'
import { inferSchema, type SchemaOptions } from '../schema/infer-schema.js'
import type { TableSchema } from '../schema/schema.js'

/** A table with named columns, whose rows can be read in chunks. */
export interface DataTable extends RawTable {
  /** How its rows become inputs. Undefined if no target was given. */
  readonly schema: TableSchema | undefined
}

export interface DataTableOptions extends Partial<SchemaOptions> {
  /** A schema, such as `network.schema` or one that was saved as JSON. Then the other options are not possible. */
  readonly schema?: TableSchema | undefined
}

/** Rows by name: a table, or objects. */
export type TableSource = RawTable | readonly RowObject[] | AsyncIterable<RowObject>

/**
 * Makes a table of objects, each of which is a row. Its keys are the names of the columns. With a target, decides what each
 * column is.
 *
 * @param rows The rows. A missing value is null.
 * @param options The target, and what is known about the columns.
 * @throws OptionError if an option is wrong; DataError if the target cannot be learned
 * @example
 * ```ts
 * import { tableOf } from 'descent-nn'
 *
 * const rows = Array.from({ length: 40 }, (_, age) => ({ age, plan: age % 2 ? 'pro' : 'free', churned: age > 20 }))
 * const table = await tableOf(rows, { target: 'churned' })
 * console.log(table.schema?.inputs)
 * ```
 */
export async function tableOf(rows: readonly RowObject[], options: DataTableOptions = {}): Promise<DataTable> {
  return withSchema(rawObjects(rows), options)
}

/** Adds the schema to a table: the given one, or one that all its rows decide. */
export async function withSchema(table: RawTable, options: DataTableOptions): Promise<DataTable> {
  const { schema, ...rest } = options
  if (schema !== undefined) {
    const checked = checkSchema(schema, (problem) => {
      throw optionError({ schema: problem }, 'a schema')
    })
    return { ...table, schema: checked }
  }
  const { target } = rest
  return { ...table, schema: target === undefined ? undefined : await inferSchema(table, { ...rest, target }) }
}

function rawObjects(rows: readonly RowObject[]): RawTable {
  if (!Array.isArray(rows)) throw optionError({ rows }, 'a list of objects')
  const names = namesOfObjects(rows)
  const size = 1024
  return {
    source: 'the rows',
    names,
    async *chunks(wanted) {
      for (let first = 0; first < rows.length; first += size) {
        yield chunkOfObjects(rows.slice(first, first + size), names, wanted, (row) => `row ${first + row}`)
      }
    },
  }
}

/**
 * Returns rows by name as a table. Objects of a stream are read once. A stream does not say which columns it has, so they
 * are taken to be `names`.
 */
export function asTable(source: TableSource, names: readonly string[]): RawTable {
  if (Array.isArray(source)) return rawObjects(source)
  if (typeof source !== 'object' || source === null) throw optionError({ source }, 'a table or objects')
  if ('chunks' in source) return source as RawTable
  if (Symbol.asyncIterator in source) return streamedObjects(source as AsyncIterable<RowObject>, names)
  throw optionError({ source }, 'a table, a list of objects or an async iterable of objects')
}

function streamedObjects(source: AsyncIterable<RowObject>, names: readonly string[]): RawTable {
  return {
    source: 'the stream',
    names,
    async *chunks(wanted) {
      let first = 0
      let part: RowObject[] = []
      const chunk = () => {
        const [at, objects] = [first, part]
        first += part.length
        part = []
        return chunkOfObjects(objects, names, wanted, (row) => `row ${at + row} of the stream`)
      }
      for await (const row of source) {
        part.push(row)
        if (part.length === 256) yield chunk()
      }
      if (part.length > 0) yield chunk()
    },
  }
}
