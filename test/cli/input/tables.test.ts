import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, it } from 'vitest'
import { Network } from '#src/index'
import { temporaryFolder } from '../../support/files.js'
import { runProcess as run, withoutTimes } from '../program.js'

const folder = temporaryFolder()
const names = ['oak', 'elm, "wych"', 'ash']

/** Rows in three heaps: the first two numbers say which. */
const rows = Array.from({ length: 90 }, (_, row) => {
  const kind = row % 3
  return { height: 3 * kind + (row % 7) / 10, girth: 5 - 2 * kind + (row % 5) / 10, kind: names[kind], age: row }
})
const quoted = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

writeFileSync(
  join(folder, 'trees.csv'),
  `height,girth,kind,age\n${rows.map((row) => [row.height, row.girth, quoted(row.kind), row.age].join()).join('\n')}\n`,
)
writeFileSync(
  join(folder, 'trees.tsv'),
  `height\tgirth\tkind\tage\n${rows.map((row) => [row.height, row.girth, quoted(row.kind), row.age].join('\t')).join('\n')}\n`,
)
writeFileSync(join(folder, 'trees.ndjson'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
const instance = await DuckDBInstance.create(join(folder, 'forest.duckdb'))
const connection = await instance.connect()
await connection.run(`create table trees as select * from read_csv('${join(folder, 'trees.csv')}', quote = '"')`)
await connection.run(`copy trees to '${join(folder, 'trees.parquet')}'`)
connection.closeSync()
// Until then the file is locked for other processes.
instance.closeSync()

const learning = ['--inputs', 'height,girth', '--hidden', '6', '--epochs', '3', '--rate', '1', '--standardize']
const train = (output: string, ...options: string[]) =>
  run(['train', '-o', output, ...options, ...learning], { cwd: folder, env: { DESCENT_BACKEND: 'typescript' } })

describe('descent-nn train, from a table', () => {
  it.each([
    ['trees.csv', ['--data', 'trees.csv']],
    ['trees.tsv', ['--data', 'trees.tsv']],
    ['trees.ndjson', ['--data', 'trees.ndjson']],
    ['trees.parquet', ['--data', 'trees.parquet']],
    ['a query', ['--sql', 'select * from trees order by age', '--database', 'forest.duckdb']],
  ])('learns the same from %s, and keeps the names of classes', async (name, options) => {
    const output = `${name.replaceAll(/\W/g, '-')}.safetensors`
    const { code, stdout, stderr } = await train(output, ...options, '--label', 'kind')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('81 to learn from and 9 for the test')
    const network = await Network.load(join(folder, output), { backend: 'typescript' })
    expect(network.labelNames).toEqual(['ash', 'elm, "wych"', 'oak'])
    const { parameters } = await referenceNetwork()
    expect([...network.parameters]).toEqual([...parameters])
  })

  it('describes where the rows came from, so that the run can be repeated and tested on another table', async () => {
    const where = join(folder, 'runs')
    mkdirSync(where)
    const options = ['--data', 'trees.csv', '--test', 'trees.ndjson', '--label', 'kind']
    const first = await train('runs/a.safetensors', ...options)
    expect(withoutTimes(first.stdout)).toContain('90 to learn from and 90 for the test')
    expect(JSON.parse(readFileSync(join(where, 'a.json'), 'utf8')).data).toEqual({
      table: '../trees.csv',
      label: 'kind',
      inputs: ['height', 'girth'],
      test: '../trees.ndjson',
      count: 90,
    })
    const again = await run(['train', '--from', 'a.json', '-o', 'b.safetensors'], {
      cwd: where,
      env: { DESCENT_BACKEND: 'typescript' },
    })
    expect({ code: again.code, stderr: again.stderr }).toEqual({ code: 0, stderr: '' })
    expect(readFileSync(join(where, 'b.safetensors'))).toEqual(readFileSync(join(where, 'a.safetensors')))
    const evaluation = await run(
      ['evaluate', 'a.safetensors', '--data', '../trees.csv', '--label', 'kind', ...learning.slice(0, 2)],
      {
        cwd: where,
      },
    )
    expect(evaluation.stderr).toBe('')
    expect(evaluation.stdout).toMatch(/^trees: \d+ of 90 right/m)
    expect(evaluation.stdout).toContain('elm, "wych"')
  })

  it('trains with columns of targets', async () => {
    const { code, stdout, stderr } = await run(
      [
        'train',
        '--data',
        'trees.csv',
        '--inputs',
        'height,girth',
        '--targets',
        'age',
        '--output-activation',
        'identity',
        '--epochs',
        '2',
        '--rate',
        '0.0001',
      ],
      { cwd: folder },
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^cost {6}\S+ at the end/m)
    expect(stdout).not.toContain('cross-entropy')
  })

  it('measures targets with metrics for numbers, and refuses those for labels', async () => {
    const line = 'train --data trees.csv --inputs height,girth --targets age --output-activation identity --epochs 1'
    const measured = await run(
      [
        ...line.split(' '),
        '--rate',
        '0.0001',
        '--validation-share',
        '0.2',
        '--metrics',
        'r2,mae',
        '-o',
        'ages.safetensors',
      ],
      {
        cwd: folder,
      },
    )
    expect({ ...measured, stdout: '' }).toEqual({ code: 0, stderr: '', stdout: '' })
    expect(measured.stdout).toMatch(/r2 \S+ +mae \S+/)
    const { code, stderr } = await run([...line.split(' '), '--metrics', 'top-2'], { cwd: folder })
    expect(code).toBe(2)
    expect(stderr).toContain('--metrics: the metric top-2 is not defined for the validation dataset')
  })

  it.each([
    [['--data', 'trees.csv'], 'a table needs --label or --targets: which column has the answer?'],
    [
      ['--data', 'trees.csv', '--sql', 'select 1', '--label', 'kind'],
      '--data and --sql exclude each other: the examples come from one place',
    ],
    [
      ['--data', 'trees.csv', '--label', 'kind', '--targets', 'age'],
      '--label and --targets exclude each other: a row has either a class or target values',
    ],
    [['--label', 'kind'], '--label needs a table: --data with .csv, .tsv, .ndjson, .parquet or .npy, or --sql'],
    [['--test', 'trees.csv'], '--test needs a table: --data with .csv, .tsv, .ndjson, .parquet or .npy, or --sql'],
    [
      ['--data', 'trees.csv', '--label', 'kind', '--database', 'forest.duckdb'],
      '--database needs --sql, a query such as "select * from digits"',
    ],
  ])('refuses %j before it reads anything', async (options, problem) => {
    const { code, stdout, stderr } = await run(['train', ...options], { cwd: folder })
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: `descent: ${problem}\n` })
  })

  it('says what is wrong with a table', async () => {
    writeFileSync(join(folder, 'broken.csv'), 'a,b,kind\n1,2,0\n1,x,1\n')
    const book = ['--preset', 'book']
    const broken = await run(['train', '--data', 'broken.csv', '--label', 'kind', ...book], { cwd: folder })
    expect(broken.stderr).toBe('descent: broken.csv, line 3, column "b" (1): "x" is not a number\n')
    const none = await run(['train', '--data', 'none.csv', '--label', 'kind'], { cwd: folder })
    expect({ code: none.code, stderr: none.stderr }).toEqual({
      code: 1,
      stderr: 'descent: cannot read none.csv: there is no such file\n',
    })
    const typed = ['train', '--data', 'trees.parquet', '--label', 'species', '-o', 'missing.safetensors', ...book]
    const missing = await run(typed, { cwd: folder })
    expect(missing.stderr).toBe(
      'descent: trees.parquet: there is no column "species", the columns are "height", "girth", "kind", "age"\n',
    )
  })
})

/** What the library learns from the same rows, of which it holds out the same. */
async function referenceNetwork(): Promise<Network> {
  const { Dataset, splitDataset } = await import('#src/index')
  const sorted = [...names].sort()
  const dataset = new Dataset({
    inputs: Float32Array.from(rows.flatMap(({ height, girth }) => [height, girth])),
    width: 2,
    labels: rows.map(({ kind }) => sorted.indexOf(kind)),
  })
  const { training } = splitDataset(dataset, { fraction: 0.1, seed: 0 })
  const network = new Network([2, 6, 3], { backend: 'typescript' })
  network.standardize(training)
  await network.fit(training, { epochs: 3, learningRate: 1 })
  return network
}
