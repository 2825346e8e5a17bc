import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { tableFromArrays, tableToIPC } from 'apache-arrow'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { openArrowTable } from '#src/arrow'
import { openParquetTable, openSqlTable } from '#src/duckdb'
import {
  DataError,
  Network,
  openTable,
  type RowAnswer,
  type RowObject,
  saveJavaScript,
  type TableModel,
  tableModel,
  tableOf,
  trainTable,
} from '#src/index'
import { chunkOfObjects } from '#src/readers/columns/raw-objects'
import { createEncoder } from '#src/schema/encode-rows'
import { temporaryFolder } from '../support/files.js'

const folder = temporaryFolder()
const names = ['age', 'plan', 'since', 'paid', 'spend'] as const
const plans = ['free', 'pro, yearly', 'say "team"', 'ünï']

const rowsOf = (count: number): RowObject[] =>
  Array.from({ length: count }, (_, i) => ({
    age: i % 11 === 3 ? null : 18 + ((i * 7) % 60),
    plan: i % 13 === 5 ? null : plans[(i * 5) % 4],
    since: `20${10 + (i % 9)}-0${1 + (i % 9)}-1${i % 9}`,
    paid: i % 3 === 0,
    spend: ((i * 37) % 101) / 8,
    churned: (i * 7) % 60 > 30 || i % 4 === 0 ? 'yes' : 'no',
  }))

let model: TableModel
const test = rowsOf(60)
let right: unknown[]

beforeAll(async () => {
  const table = await tableOf(rowsOf(400), { target: 'churned' })
  model = await trainTable(table, { seed: 1, epochs: 3, hidden: [8] })
  right = await answers(test)
})

async function answers(source: Parameters<TableModel['predictRows']>[0], of = model): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const answer of of.predictRows(source)) found.push(answer)
  return found
}

/** The same rows with their columns in another order, and with more of them. */
const permuted = (order: readonly string[], more: readonly string[]) =>
  test.map((row) =>
    Object.fromEntries([...order, ...more].map((name) => [name, row[name] ?? (name in row ? null : 'x')])),
  )

const cell = (value: unknown) => (value === null ? '' : `"${String(value).replaceAll('"', '""')}"`)

const writers: Record<string, (rows: readonly RowObject[]) => Promise<Parameters<TableModel['predictRows']>[0]>> = {
  objects: async (rows) => rows,
  stream: async (rows) =>
    (async function* () {
      yield* rows
    })(),
  csv: async (rows) => {
    const path = join(folder, 'rows.csv')
    const header = Object.keys(rows[0])
    const lines = [header, ...rows.map((row) => header.map((name) => row[name]))]
    writeFileSync(path, `${lines.map((line) => line.map(cell).join(';')).join('\r\n')}\r\n`)
    return openTable(path)
  },
  ndjson: async (rows) => {
    const path = join(folder, 'rows.ndjson')
    writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
    return openTable(path)
  },
  arrow: async (rows) => {
    const path = join(folder, 'rows.arrow')
    const columns = Object.fromEntries(Object.keys(rows[0]).map((name) => [name, rows.map((row) => row[name])]))
    writeFileSync(path, tableToIPC(tableFromArrays(columns), 'file'))
    return openArrowTable(path)
  },
  parquet: async (rows) => {
    const [json, path] = [join(folder, 'parquet.ndjson'), join(folder, 'rows.parquet')]
    writeFileSync(json, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
    const connection = await (await DuckDBInstance.create(':memory:')).connect()
    await connection.run(`copy (from read_json('${json}', format = 'newline_delimited')) to '${path}'`)
    connection.closeSync()
    return openParquetTable(path)
  },
  sql: async (rows) => {
    const json = join(folder, 'sql.ndjson')
    writeFileSync(json, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
    return openSqlTable({ sql: `select * from read_json('${json}', format = 'newline_delimited')` })
  },
}

describe('rows by name', () => {
  it.each(Object.keys(writers))('give the same answers in any order of columns: %s', async (format) => {
    const orders = fc.tuple(
      fc.shuffledSubarray([...names], { minLength: names.length }),
      fc.uniqueArray(fc.constantFrom('churned', 'more', 'Age', 'id'), { maxLength: 3 }),
    )
    await fc.assert(
      fc.asyncProperty(orders, async ([order, more]) => {
        expect(await answers(await writers[format](permuted(order, more)))).toEqual(right)
      }),
      { numRuns: 8 },
    )
  })

  it.each(Object.keys(writers))('without a column are refused: %s', async (format) => {
    for (const lacking of names) {
      const rows = permuted(
        names.map((name) => (name === lacking ? name.toUpperCase() : name)),
        [],
      )
      const problem = await writers[format](rows)
        .then((source) => answers(source))
        .catch((error: unknown) => error)
      expect(problem).toBeInstanceOf(DataError)
      expect(String(problem)).toContain(`"${lacking}"`)
    }
  })

  it('give the same answers one by one, and from a saved model', async () => {
    expect(test.map((row, i) => ({ row: i, ...model.predict(row) }))).toEqual(right)
    const path = join(folder, 'model.safetensors')
    await model.save(path)
    expect(await answers(test, tableModel(await Network.load(path)))).toEqual(right)
    expect(await answers(test, tableModel(Network.fromShared(structuredClone(model.network.share()))))).toEqual(right)
  })

  it('of which some do not fit are left out, counted and reported', async () => {
    const rows = [test[0], { ...test[1], age: 'old' }, test[2], { ...test[3], plan: 'new' }]
    await expect(answers(rows)).rejects.toThrow(new DataError('row 1, column "age": "old" is not a number'))
    const seen: unknown[] = []
    const counts = { rows: 0, misfits: 0, withoutTarget: 0, unseen: {} }
    const found: number[] = []
    for await (const { row } of model.predictRows(rows, { onMisfit: (misfit) => seen.push(misfit), counts }))
      found.push(row)
    expect(found).toEqual([0, 2, 3])
    expect(seen).toEqual([{ row: 1, message: 'row 1, column "age": "old" is not a number' }])
    expect(counts).toEqual({ rows: 3, misfits: 1, withoutTarget: 0, unseen: { plan: 1 } })
  })

  it('are judged by their target', async () => {
    const evaluation = await model.evaluate([...test, { ...test[0], churned: null }])
    const predicted = right as { prediction: string }[]
    expect(evaluation.correct).toBe(test.filter(({ churned }, i) => churned === predicted[i].prediction).length)
    expect(evaluation.counts).toMatchObject({ rows: 60, withoutTarget: 1 })
    await expect(model.evaluate([{ ...test[0], churned: 'maybe' }])).rejects.toThrow(
      new DataError('row 0, column "churned": "maybe" is not one of the classes "no", "yes"'),
    )
  })
})

describe('more rows than a chunk', () => {
  const many = () => Array.from({ length: 5000 }, (_, i) => ({ ...test[i % test.length] }))

  it('are answered in their order, and those before one that does not fit first', async () => {
    const rows = many()
    const found = (await answers(rows)) as { row: number }[]
    expect(found.map(({ row }) => row)).toEqual(rows.map((_, i) => i))
    expect(found[4321]).toEqual({ ...(right[4321 % test.length] as object), row: 4321 })
    rows[3333] = { ...rows[3333], age: 'old' }
    const seen: number[] = []
    const reading = async () => {
      for await (const { row } of model.predictRows(rows)) seen.push(row)
    }
    await expect(reading()).rejects.toThrow(new DataError('row 3333, column "age": "old" is not a number'))
    expect(seen).toEqual(Array.from({ length: 3333 }, (_, i) => i))
  })

  it('are no longer read when nobody asks for more answers, or when the signal aborts', async () => {
    let read = 0
    const source = (async function* () {
      for (const row of many()) {
        read++
        yield row
      }
    })()
    for await (const { row } of model.predictRows(source)) if (row === 10) break
    expect(read).toBeLessThan(1024)
    const abort = new AbortController()
    const aborted = async () => {
      for await (const { row } of model.predictRows(many(), { signal: abort.signal })) if (row === 10) abort.abort()
    }
    await expect(aborted()).rejects.toThrow('This operation was aborted')
  })
})

describe('a JavaScript module', () => {
  it('takes the same objects, and gives the answers of the network in float64', async () => {
    const path = join(folder, 'churn.mjs')
    await saveJavaScript(path, model.network)
    const module = await import(path)
    for (const [i, row] of test.entries()) {
      const { prediction, probabilities } = right[i] as RowAnswer
      const [no, yes] = module.predict({ ...row, more: 1 })
      expect(no).toBeCloseTo(probabilities?.no ?? Number.NaN, 6)
      expect(no + yes).toBeCloseTo(1, 12)
      expect(module.classify(row).label).toBe(prediction)
    }
    const encoder = createEncoder(model.schema, { source: 'the row', names: [...names] })
    const inputs = new Float32Array(model.network.description.inputs)
    encoder.encode(
      chunkOfObjects([test[3]], names, encoder.wanted, () => ''),
      inputs,
      0,
    )
    // The same inputs, to the bit.
    expect(module.predict(test[3])).toEqual(module.predict([...inputs]))
    const { age: _, ...lacking } = test[0]
    expect(() => module.predict(lacking)).toThrow(
      new RangeError('the row has no "age": give null if its value is not known'),
    )
    expect(() => module.predict({ ...test[0], age: 'old' })).toThrow(
      new RangeError('the row has "old" as "age", expected a number'),
    )
    expect(readFileSync(path.replace('.mjs', '.d.mts'), 'utf8')).toContain(
      `export type Row = ArrayLike<number> | Readonly<Record<"age" | "plan" | "since" | "paid" | "spend", string | number | bigint | boolean | Date | null>>\n`,
    )
  })
})
