import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { shellWord } from '#src/cli/terminal/invocation'
import { Network } from '#src/index'
import { temporaryFolder } from '../../support/files.js'
import { run } from '../program.js'

const folder = temporaryFolder()
const file = (name: string, lines: readonly string[]): string => {
  writeFileSync(join(folder, name), `${lines.join('\n')}\n`)
  return name
}
const here = { cwd: folder, env: { DESCENT_BACKEND: 'typescript' } }
const descent = (...typed: string[]) => run(typed, here)

/** What a run on a table leaves: the names of the classes, and what the description says of the data. */
async function trained(output: string, ...options: string[]) {
  const shape = ['--hidden', 'none', '--epochs', '1', '-o', `${output}.safetensors`]
  const { code, stdout, stderr } = await descent('train', ...options, ...shape)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const network = await Network.load(join(folder, `${output}.safetensors`), { backend: 'typescript' })
  const { data } = JSON.parse(readFileSync(join(folder, `${output}.json`), 'utf8'))
  const { inputs, layers } = network.description
  return { sizes: [inputs, layers[0].outputs], labelNames: network.labelNames, data, stdout }
}

const rows = ['1,2,0', '5.1,3.5,0', '4.1,2,1', '4.2,2,1', '5,3.4,0', '5.5,3.1,0', '1,1,1']
file('bare.csv', rows)
file('headed.csv', ['a,b,kind', ...rows])
file('digits.csv', ['2,1,0', ...rows])
file(
  'lists.ndjson',
  rows.map((row) => `[${row}]`),
)
file('objects.ndjson', ['{"2":0,"a":1}', '{"2":1,"a":2}'])
file('iris.data.csv', ['5.1,3.5,Iris-setosa', '6.1,2.5,Iris-virginica', '5,3.4,Iris-setosa', ''])

describe.concurrent('a column by its number', () => {
  it.each([
    ['CSV without a header', 'bare.csv', 7],
    ['CSV with a header', 'headed.csv', 7],
    ['lists of NDJSON', 'lists.ndjson', 7],
  ])('is the label of %s', async (_, table, count) => {
    const { sizes, data } = await trained(`number-${table}`, '--data', table, '--label', '2')
    expect(sizes).toEqual([2, 2])
    expect(data.count + 1).toBe(count)
    const model = `number-${table}.safetensors`
    const { code, stdout } = await descent('evaluate', model, '--data', table, '--label', '2', '--inputs', '0,1')
    expect(code).toBe(0)
    expect(stdout).toContain(` of ${count} right`)
  })

  it('can be an input or a target, or a column of a query', async () => {
    const targets = ['--data', 'bare.csv', '--targets', '2,1', '--inputs', '0']
    expect((await trained('targets', ...targets)).sizes).toEqual([1, 2])
    const sql = ['--sql', "select a, b, kind from 'headed.csv'", '--label', '2']
    expect((await trained('query', ...sql)).sizes).toEqual([2, 2])
  })

  it('yields to a column with these digits as its name', async () => {
    const named = await trained('named', '--data', 'digits.csv', '--header', 'yes', '--label', '0')
    expect(named.labelNames).toBeUndefined()
    expect(named.data).toMatchObject({ header: true, label: '0', count: 6 })
    expect((await trained('member', '--data', 'objects.ndjson', '--label', '2')).sizes).toEqual([1, 2])
  })

  it('must exist', async () => {
    for (const [table, sentence] of [
      ['bare.csv', 'bare.csv, line 1: there is no column 3, columns go from 0 to 2'],
      ['headed.csv', 'headed.csv, line 1: there is no column 3, columns go from 0 to 2'],
      ['objects.ndjson', 'objects.ndjson, line 1: there is no column "3", the columns are "2", "a"'],
    ]) {
      const { code, stderr } = await descent('train', '--data', table, '--label', '3', '-o', 'never.safetensors')
      expect({ code, stderr }).toEqual({ code: 1, stderr: `descent: ${sentence}\n` })
    }
  })
})

describe.concurrent('--header', () => {
  it('decides what the first line is if that is unclear', async () => {
    const options = ['--data', 'iris.data.csv', '--label', '2']
    const { code, stderr } = await descent('train', ...options, '-o', 'never.safetensors')
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        'descent: iris.data.csv, line 1: "5.1" is a number but "Iris-setosa" is not: say with the option --header whether this line is one\n',
    })
    const { labelNames, data, stdout } = await trained('iris', ...options, '--header', 'no')
    expect(labelNames).toEqual(['Iris-setosa', 'Iris-virginica'])
    expect(data).toMatchObject({ header: false, label: '2', count: 2 })
    expect(stdout).toContain('evaluate iris.safetensors --data iris.data.csv --header no --label 2\n')
    // The names of the network tell that the first line is a row.
    expect((await descent('evaluate', 'iris.safetensors', ...options)).stdout).toContain(' of 3 right')
    expect((await descent('train', '--from', 'iris.json', '-o', 'again.safetensors')).stderr).toBe('')
    expect(readFileSync(join(folder, 'again.safetensors'))).toEqual(readFileSync(join(folder, 'iris.safetensors')))
  })

  it('is only for CSV', async () => {
    const sentence = 'descent: --header is only for CSV, whose first line may be a header or a row\n'
    const { code, stderr } = await descent('train', '--data', 'lists.ndjson', '--label', '2', '--header', 'no')
    expect({ code, stderr }).toEqual({ code: 2, stderr: sentence })
  })
})

describe.concurrent('names with commas', () => {
  it('are typed as cells of CSV, and shown quoted for the shell', async () => {
    const table = file("trees' $x.csv", ['"height, m",girth,kind', '1,2,"blue, dark"', '2,3,red', '3,1,red', '2,2,red'])
    const names = ['--label-names', 'red, "blue, dark"']
    const inputs = ['--inputs', 'girth,"height, m"']
    const options = ['--data', table, '--label', 'kind', ...inputs]
    const { labelNames, data, stdout } = await trained('commas', ...options, ...names)
    expect(labelNames).toEqual(['red', 'blue, dark'])
    expect(data).toMatchObject({ inputs: ['girth', 'height, m'], labelNames: ['red', 'blue, dark'] })
    const typed = `--label kind --label-names 'red,"blue, dark"' --inputs 'girth,"height, m"'`
    expect(stdout).toContain(`--data 'trees'\\'' $x.csv' ${typed}\n`)
    const { code, stdout: answer } = await descent('evaluate', 'commas.safetensors', ...options)
    expect(code).toBe(0)
    expect(answer).toContain(' of 4 right')
  })
})

describe('shellWord', () => {
  it('leaves plain words, and quotes others for the shell', () => {
    for (const platform of ['linux', 'win32'] as const) expect(shellWord('a/b_1.csv', platform)).toBe('a/b_1.csv')
    expect(shellWord(`select * from "it's $x.csv"`, 'linux')).toBe(`'select * from "it'\\''s $x.csv"'`)
    expect(shellWord('a\\b', 'linux')).toBe("'a\\b'")
    expect(shellWord('a\\b', 'win32')).toBe('a\\b')
    expect(shellWord('a b', 'win32')).toBe('"a b"')
  })
})
