import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, it } from 'vitest'
import { ModelError, Network, type RowAnswer, type RowObject, sqlOf, tableOf, trainTable } from '#src/index'

const hostile = `a "b" 'c'`
const rowsOf = (count: number): RowObject[] =>
  Array.from({ length: count }, (_, i) => ({
    [hostile]: i % 11 === 3 ? null : 18 + ((i * 7) % 60),
    plan: i % 13 === 5 ? null : ['free', "it's", 'say "x"'][i % 3],
    since: `2024-0${1 + (i % 9)}-1${i % 9}T0${i % 10}:30:00`,
    paid: i % 5 === 0 ? null : i % 3 === 0 ? 'yes' : 'No',
    class: i % 4 === 0 ? `it's` : 'other',
    price: 1000 + 30 * ((i * 7) % 60),
  }))

async function answersOfSql(sql: string, rows: readonly RowObject[]): Promise<Record<string, unknown>[]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  try {
    await connection.run(
      `create table rows (id INTEGER, "a ""b"" 'c'" DOUBLE, plan VARCHAR, since VARCHAR, paid VARCHAR, class VARCHAR, price DOUBLE)`,
    )
    for (const [id, row] of rows.entries()) {
      const values = [id, row[hostile], row.plan, row.since, row.paid, row.class, row.price]
      await connection.run('insert into rows values (?, ?, ?, ?, ?, ?, ?)', values as (string | number | null)[])
    }
    const reader = await connection.runAndReadAll(`select * from (\n${sql}\n) order by id`)
    return reader.getRowObjectsJson() as Record<string, unknown>[]
  } finally {
    connection.closeSync()
  }
}

describe.each(['plain', 'tabular'] as const)('a statement of SQL, preset %s', (preset) => {
  it.each([
    ['class', 'price'],
    ['price', 'class'],
  ])('answers rows with missing, unseen and hostile texts as descent does: %s', async (target, other) => {
    const table = await tableOf(rowsOf(300), { target, ignore: [other], intervals: 8 })
    const model = await trainTable(table, { preset, seed: 1, epochs: 2, hidden: [6], batchSize: 32 })
    const rows = [...rowsOf(40), { ...rowsOf(1)[0], plan: 'unseen' }]
    const found = await answersOfSql(sqlOf(model.network), rows)
    const right: RowAnswer[] = []
    for await (const answer of model.predictRows(rows)) right.push(answer)
    expect(found).toHaveLength(rows.length)
    for (const [i, { prediction, probabilities }] of right.entries()) {
      expect(found[i].id).toBe(i)
      if (!probabilities) expect(Number(found[i].prediction) / Number(prediction)).toBeCloseTo(1, 6)
      else {
        expect(found[i].prediction).toBe(prediction)
        const given = found[i].probabilities as Record<string, number>
        for (const [name, value] of Object.entries(probabilities)) expect(given[name]).toBeCloseTo(value, 6)
      }
    }
  })
})

it('is only for a network that learned from a table', () => {
  expect(() => sqlOf(new Network([2, 1]))).toThrow(
    new ModelError('only a network that learned from a table can be written as SQL: it has no schema'),
  )
})
