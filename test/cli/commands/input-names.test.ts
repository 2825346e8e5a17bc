import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, it } from 'vitest'
import { Network } from '#src/index'
import { temporaryFolder } from '../../support/files.js'
import { run, withoutTimes } from '../program.js'

const folder = temporaryFolder()

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

type Row = Readonly<Record<string, string | number>>
const rows = Array.from({ length: 40 }, (_, i) => ({
  age: ((7 * i) % 40) / 10,
  income: ((11 * i) % 40) / 20 - 1,
  churned: (7 * i) % 40 < 20 ? 'yes' : 'no',
}))
/** The same rows with their columns in another order, and with a column of texts. */
const others = rows.map(({ age, income, churned }, i) => ({ id: `n${i}`, churned, income, age }))

const delimited = (table: readonly Row[], delimiter: string): string =>
  [Object.keys(table[0]), ...table.map((row) => Object.values(row))]
    .map((cells) => `${cells.join(delimiter)}\n`)
    .join('')
const csvOf = (name: string, table: readonly Row[]) => file(`${name}.csv`, delimited(table, ','))
const ndjsonOf = (name: string, table: readonly Row[]) =>
  file(`${name}.ndjson`, table.map((row) => `${JSON.stringify(row)}\n`).join(''))

async function parquetOf(name: string, table: readonly Row[]): Promise<string> {
  const path = join(folder, `${name}.parquet`)
  const instance = await DuckDBInstance.create()
  const connection = await instance.connect()
  await connection.run(`COPY (FROM '${csvOf(`${name}-parquet`, table)}') TO '${path}'`)
  connection.closeSync()
  instance.closeSync()
  return path
}

const formats = [
  ['CSV', (name: string, table: readonly Row[]) => ['--data', csvOf(name, table)]],
  ['TSV', (name: string, table: readonly Row[]) => ['--data', file(`${name}.tsv`, delimited(table, '\t'))]],
  ['NDJSON', (name: string, table: readonly Row[]) => ['--data', ndjsonOf(name, table)]],
  ['Parquet', async (name: string, table: readonly Row[]) => ['--data', await parquetOf(name, table)]],
  ['SQL', async (name: string, table: readonly Row[]) => ['--sql', `from '${await parquetOf(`${name}-sql`, table)}'`]],
] as const

const training = ['--label', 'churned', '--hidden', '5', '--rate', '3', '--backend', 'typescript', '--standardize']
const train = (data: readonly string[], output: string, ...more: string[]) =>
  run([
    'train',
    ...data,
    ...training,
    '--output',
    output,
    ...(more.includes('--epochs') ? [] : ['--epochs', '5']),
    ...more,
  ])
/** The lines of an evaluation, without the name of the data. */
const measuresOf = (stdout: string): string[] =>
  withoutTimes(stdout)
    .split('\n')
    .slice(1)
    .map((line) => line.replace(/^.*?: (?=\d+ of)/, ''))

describe('a model that was trained on a table with names', () => {
  it.each(formats)('evaluates %s with its columns in another order', async (name, write) => {
    const model = join(folder, `${name}.safetensors`)
    const data = await write('table', rows)
    expect((await train(data, model)).stderr).toBe('')
    expect((await Network.load(model)).inputNames).toEqual(['age', 'income'])
    const evaluate = async (from: readonly string[]) => {
      const { stdout, stderr } = await run([
        'evaluate',
        model,
        ...from,
        '--label',
        'churned',
        '--backend',
        'typescript',
      ])
      expect(stderr).toBe('')
      return measuresOf(stdout)
    }
    expect(await evaluate(await write('other', others))).toEqual(await evaluate(data))
    const lacking = await write(
      'lacking',
      others.map(({ age, ...rest }) => rest),
    )
    const { code, stderr } = await run(['evaluate', model, ...lacking, '--label', 'churned'])
    const where =
      lacking[0] === '--sql' ? 'the query' : `${lacking[1]}${/\.(?!parquet)\w+$/.test(lacking[1]) ? ', line 1' : ''}`
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `descent: ${where}: there is no column "age", the columns are "id", "churned", "income"\n`,
    })
  })

  it('trains with a test table of another order', async () => {
    const table = csvOf('training', rows)
    const first = await train(['--data', table], join(folder, 'a.safetensors'), '--test', csvOf('test-same', rows))
    const second = await train(['--data', table], join(folder, 'b.safetensors'), '--test', csvOf('test-other', others))
    const epochsOf = (stdout: string) =>
      withoutTimes(stdout)
        .split('\n')
        .filter((line) => line.startsWith('epoch '))
    expect(first.stderr + second.stderr).toBe('')
    expect(epochsOf(first.stdout)).toHaveLength(5)
    expect(epochsOf(second.stdout)).toEqual(epochsOf(first.stdout))
  })

  it.each([
    ['at once', []],
    ['from a stream', ['--stream', '--test', csvOf('stream-test', others)]],
  ])('resumes on a table with its columns in another order, read %s', async (name, more) => {
    const [whole, model] = ['whole', 'resumed'].map((part) => join(folder, `${part} ${name}.safetensors`))
    const options = ['--label-names', 'no,yes', ...more]
    const data = ['--data', csvOf(`run ${name}`, rows)]
    await train(data, whole, ...options)
    const saving = [...options, '--checkpoint', join(folder, `run ${name}`)]
    await train(data, model, ...saving, '--epochs', '2')
    csvOf(`run ${name}`, others)
    const { stderr } = await train(data, model, ...saving, '--epochs', '5', '--resume', '--force')
    expect(stderr).toBe('')
    const [expected, resumed] = [await Network.load(whole), await Network.load(model)]
    expect(resumed.inputNames).toEqual(['age', 'income'])
    expect(resumed.parameters).toEqual(expected.parameters)
  })
})

describe('descent-nn predict with a model that has names', async () => {
  const model = join(folder, 'predict.safetensors')
  const table = csvOf('predicted', rows)
  await train(['--data', table], model)
  const predict = (...args: string[]) => run(['predict', model, '--backend', 'typescript', ...args])
  const plain = file('plain.txt', rows.map(({ age, income }) => `${age} ${income}\n`).join(''))
  const labels = (await predict(plain)).stdout.trimEnd().split('\n')
  const shuffled = rows.map(({ age, income }, i) => ({ id: `n${i}`, income, age }))
  const answered = shuffled.map((row, i) => ({ ...row, class: labels[i] === 'yes' ? 1 : 0, label: labels[i] }))

  it('answers a table in another order, and keeps its other columns', async () => {
    expect(new Set(labels)).toEqual(new Set(['no', 'yes']))
    expect(await predict(csvOf('shuffled', shuffled))).toEqual({
      code: 0,
      stdout: delimited(answered, ','),
      stderr: '',
    })
    const tabs = file('shuffled.tsv', delimited(shuffled, '\t'))
    expect((await predict(tabs)).stdout).toBe(delimited(answered, '\t'))
    const input = delimited(shuffled, ',')
    expect((await run(['predict', model, '--backend', 'typescript'], { input })).stdout).toBe(delimited(answered, ','))
    expect((await predict(csvOf('shuffled', shuffled), '--inputs', 'income,age')).stdout).toBe(delimited(answered, ','))
  })

  it('answers objects, each by its own names', async () => {
    const mixed = shuffled.map(({ id, income, age }, i) => (i % 2 ? { age, id, income } : { id, income, age }))
    const expected = mixed.map(
      (row, i) => `${JSON.stringify({ ...row, class: answered[i].class, label: labels[i] })}\n`,
    )
    const path = ndjsonOf('mixed', mixed)
    expect(await predict(path)).toEqual({ code: 0, stdout: expected.join(''), stderr: '' })
    expect((await predict(path, '--inputs', 'income,age')).stdout).toBe(expected.join(''))
    const lists = file('lists.ndjson', '{"id":1,"x":[0,1]}\n{"x":[1,0],"id":2}\n')
    const byPlace = (await predict(file('by-place.txt', '0 1\n1 0\n'))).stdout
    expect((await predict(lists, '--format', 'text')).stdout).toBe(byPlace)
    expect((await predict(lists, '--format', 'text', '--inputs', 'x')).stdout).toBe(byPlace)
  })

  it('says which column is missing, and where', async () => {
    const csv = csvOf(
      'missing',
      shuffled.map(({ income, id }) => ({ income, id, years: 1 })),
    )
    expect(await predict(csv)).toEqual({
      code: 1,
      stdout: '',
      stderr: `descent: ${csv}, line 1: there is no column "age"; there are income, id, years\n`,
    })
    const objects = file('missing.ndjson', '{"income":1,"age":2}\n{"income":1,"years":2}\n')
    expect((await predict(objects)).stderr).toBe(
      `descent: ${objects}, line 2: expected a number as "age", found nothing\n`,
    )
    expect((await predict(csv, '--inputs', 'income,years')).stderr).toBe(
      'descent: --inputs lacks "age", which is an input of the network: its inputs are "age", "income"\n',
    )
  })
})

describe('descent-nn train', () => {
  const indexed = rows.map((row, i) => ({ '': i + 5, ...row }))
  const counted = rows.map(({ age, income, churned }, i) => ({ age, id: i, 'a b': income, churned }))

  it('points out a column without a name, and how to leave it out', async () => {
    const path = csvOf('indexed', indexed)
    expect((await train(['--data', path], join(folder, 'indexed.safetensors'))).stderr).toBe(
      `${path}: the input 0 has no name, like the index that pandas writes: --inputs age,income leaves it out\n`,
    )
    const chosen = await train(['--data', path], join(folder, 'chosen.safetensors'), '--inputs', 'age,income')
    expect(chosen.stderr).toBe('')
  })

  it('points out a column that counts the rows', async () => {
    const said = (path: string) => `${path}: the input "id" counts the rows: --inputs ${"'age,a b'"} leaves it out\n`
    const [path, test] = [csvOf('counted', counted), csvOf('counted-test', counted)]
    expect((await train(['--data', path], join(folder, 'counted.safetensors'))).stderr).toBe(said(path))
    const streamed = ['--stream', '--test', test]
    expect((await train(['--data', path, ...streamed], join(folder, 'counted2.safetensors'))).stderr).toBe(said(path))
    const plain = file(
      'counted-plain.csv',
      rows.map(({ age, income, churned }, i) => `${churned},${i},${age},${income}\n`).join(''),
    )
    const { stderr } = await run([
      ...['train', '--data', plain, '--header', 'no', '--label', '0', '--epochs', '1', '--backend', 'typescript'],
      ...['--output', join(folder, 'counted3.safetensors')],
    ])
    expect(stderr).toBe(`${plain}: the input 0 counts the rows: --inputs 2,3 leaves it out\n`)
  })
})
