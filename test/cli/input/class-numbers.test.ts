import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, it } from 'vitest'
import { Network, writeNpy } from '#src/index'
import { temporaryFolder } from '../../support/files.js'
import { run } from '../program.js'

const folder = temporaryFolder()
const here = { cwd: folder, env: { DESCENT_BACKEND: 'typescript' } }
const descent = (...typed: string[]) => run(typed, here)

/** Twelve rows whose labels are the given ones in turns. */
const labeled = (labels: readonly (string | number)[]) =>
  Array.from({ length: 12 }, (_, row) => [row % labels.length, row / 10, labels[row % labels.length]] as const)
const csv = (name: string, labels: readonly (string | number)[]): void =>
  writeFileSync(join(folder, name), `a,b,kind\n${labeled(labels).join('\n')}\n`)
const header = { shape: [12, 2] }
const inputs = (labels: readonly number[]) =>
  Float32Array.from(labeled(labels).flatMap((row) => row.slice(0, 2).map(Number)))

csv('wine.csv', [1, 2, 3])
csv('zip.csv', ['90210', '01001'])
csv('counted.csv', [1, 0, 2])
csv('other.csv', [1, 2, 7])
csv('texts.csv', ['oak', 'elm'])
csv('alike.csv', ['oak'])
await writeNpy(join(folder, 'wine.npy'), { ...header, data: inputs([1, 2, 3]) })
for (const [name, labels] of [
  ['wine-labels.npy', [1, 2, 3]],
  ['other-labels.npy', [1, 2, 7]],
] as const) {
  await writeNpy(join(folder, name), { shape: [12], data: Int32Array.from(labeled(labels), (row) => Number(row[2])) })
}
const connection = await (await DuckDBInstance.create(':memory:')).connect()
await connection.run(`copy (from read_csv('${join(folder, 'wine.csv')}')) to '${join(folder, 'wine.parquet')}'`)
connection.closeSync()

async function trained(output: string, ...options: string[]) {
  const shape = ['--preset', 'book', '--hidden', 'none', '--epochs', '1', '-o', `${output}.safetensors`]
  const { code, stderr } = await descent('train', ...options, ...shape)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const network = await Network.load(join(folder, `${output}.safetensors`), { backend: 'typescript' })
  return { outputs: network.description.layers[0].outputs, labelNames: network.labelNames }
}

describe.concurrent('labels that are whole numbers', () => {
  const sources: [string, string[], string[]][] = [
    ['CSV', ['--data', 'wine.csv', '--label', 'kind'], ['--test', 'wine.csv']],
    ['Parquet', ['--data', 'wine.parquet', '--label', 'kind'], ['--test', 'wine.parquet']],
    [
      '.npy',
      ['--data', 'wine.npy', '--label', 'wine-labels.npy'],
      ['--test', 'wine.npy', '--test-label', 'wine-labels.npy'],
    ],
  ]
  it.each(sources)('become the names of classes if they do not start at 0: %s', async (kind, options, test) => {
    const expected = { outputs: 3, labelNames: ['1', '2', '3'] }
    expect(await trained(`${kind}-whole`, ...options)).toEqual(expected)
    expect(await trained(`${kind}-stream`, ...options, ...test, '--stream')).toEqual(expected)
    const { code, stdout } = await descent('evaluate', `${kind}-whole.safetensors`, ...options)
    expect(code).toBe(0)
    expect(stdout).toContain(' of 12 right')
  })

  it('become names as they were written if some numbers are missing', async () => {
    const expected = { outputs: 2, labelNames: ['01001', '90210'] }
    expect(await trained('zip', '--data', 'zip.csv', '--label', 'kind')).toEqual(expected)
    const { stdout } = await descent('evaluate', 'zip.safetensors', '--data', 'zip.csv', '--label', 'kind')
    expect(stdout).toContain(' of 12 right')
  })

  it('stay class numbers if they start at 0', async () => {
    const expected = { outputs: 3, labelNames: undefined }
    expect(await trained('counted', '--data', 'counted.csv', '--label', 'kind')).toEqual(expected)
  })

  it('must be among those of the training', async () => {
    await trained('known', '--data', 'wine.csv', '--label', 'kind')
    for (const [data, label, sentence] of [
      [
        'other.csv',
        'kind',
        'other.csv, line 4, column "kind" (2): the label "7" is not one of --label-names: "1", "2", "3"',
      ],
      ['wine.npy', 'other-labels.npy', 'other-labels.npy: the label 7 is not one of --label-names: 1, 2, 3'],
    ]) {
      const { code, stderr } = await descent('evaluate', 'known.safetensors', '--data', data, '--label', label)
      expect({ code, stderr }).toEqual({ code: 1, stderr: `descent: ${sentence}\n` })
    }
  })
})

describe.concurrent('labels that are all the same', () => {
  it.each([[], ['--stream', '--test', 'alike.csv'], ['--label-names', 'oak']])(
    'are refused before the training: %j',
    async (...options) => {
      const output = `alike${options.length}${options[0] ?? ''}.safetensors`
      const typed = ['--data', 'alike.csv', '--label', 'kind', '--preset', 'book', '-o', output, ...options]
      const { code, stderr } = await descent('train', ...typed)
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: 'descent: alike.csv: all labels of "kind" are "oak": training needs rows of two classes or more\n',
      })
    },
  )
})

describe.concurrent('--label-names', () => {
  it('must be those of the network that is evaluated', async () => {
    await trained('trees', '--data', 'texts.csv', '--label', 'kind')
    const evaluate = (names: string) =>
      descent('evaluate', 'trees.safetensors', '--data', 'texts.csv', '--label', 'kind', '--label-names', names)
    expect((await evaluate('elm,oak')).stderr).toBe('')
    for (const names of [
      ['oak', 'elm'],
      ['elm', 'oak', 'ash'],
    ]) {
      const { code, stderr } = await evaluate(names.join())
      const typed = names.map((name) => `"${name}"`).join(', ')
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: `descent: --label-names are ${typed}, but the classes of the network are "elm", "oak": leave --label-names out\n`,
      })
    }
  })

  it('is named in the error about an unknown label', async () => {
    await trained('plain', '--data', 'counted.csv', '--label', 'kind')
    const { code, stderr } = await descent('evaluate', 'plain.safetensors', '--data', 'texts.csv', '--label', 'kind')
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        'descent: texts.csv, line 2, column "kind" (2): the label "oak" is not a class number (a whole number from 0); --label-names says which strings are classes\n',
    })
  })
})

describe('an array in Fortran order', () => {
  /** As writeNpy writes it, but for the order that its header tells. */
  const columns = async (name: string, data: readonly number[]) => {
    const path = join(folder, name)
    await writeNpy(path, { ...header, data: Int32Array.from(data) })
    const bytes = readFileSync(path)
    bytes.write("'fortran_order': True, ", bytes.indexOf("'fortran_order'"), 'latin1')
    writeFileSync(path, bytes)
  }

  it('is read whole, and not in batches', async () => {
    const rows = labeled([0, 1]).map(([a, b]) => [a, Math.round(10 * b)])
    await columns('columns.npy', [...rows.map(([a]) => a), ...rows.map(([, b]) => b)])
    await writeNpy(join(folder, 'rows.npy'), { ...header, data: Int32Array.from(rows.flat()) })
    await writeNpy(join(folder, 'two.npy'), { shape: [12], data: Int32Array.from(rows, ([a]) => a) })
    for (const name of ['columns', 'rows']) await trained(name, '--data', `${name}.npy`, '--label', 'two.npy')
    const [one, other] = ['columns', 'rows'].map((name) => readFileSync(join(folder, `${name}.safetensors`)))
    expect(one).toEqual(other)
    const wrong = await descent('train', '--data', 'columns.npy', '--label', 'wine.npy', '-o', 'never.safetensors')
    expect(wrong.stderr).toBe('descent: wine.npy: expected 12 whole numbers, a label for each row of columns.npy\n')
    const test = ['--test', 'rows.npy', '--test-label', 'two.npy']
    const never = ['--stream', '-o', 'never.safetensors']
    const stream = await descent('train', '--data', 'columns.npy', '--label', 'two.npy', ...test, ...never)
    expect(stream.stderr).toBe(
      'descent: columns.npy: in Fortran order rows are not contiguous: read it without --stream\n',
    )
  })
})
