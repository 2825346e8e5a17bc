import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dense, Network } from '#src/index'
import { temporaryFolder } from '../../support/files.js'
import { run } from '../program.js'

const folder = temporaryFolder()
const file = (name: string, lines: readonly string[]): void =>
  writeFileSync(join(folder, name), `${lines.join('\n')}\n`)
const here = { cwd: folder, env: { DESCENT_BACKEND: 'typescript' } }
const descent = (typed: readonly string[], input = '') => run(typed, { ...here, input })

const rows = Array.from({ length: 20 }, (_, row) => [`7,${row + 10}`, `${row % 5},5`, String(row % 3)])
file('wine.csv', ['acid;alcohol;quality', ...rows.map((cells) => cells.join(';'))])
file('points.csv', ['acid,alcohol,quality', ...rows.map((cells) => cells.map((cell) => cell.replace(',', '.')).join())])
const dialect = ['--delimiter', ';', '--decimal', ',']
const shape = ['--hidden', 'none', '--epochs', '1', '--targets', 'quality']
// One output, the sum of both inputs.
await new Network({ inputs: 2, layers: [dense(1, 'identity')] }, { parameters: [1, 1, 0], backend: 'typescript' }).save(
  join(folder, 'sum.safetensors'),
)
const sums = (input: string, ...typed: string[]) => descent(['predict', 'sum.safetensors', ...typed], input)

describe.concurrent('--delimiter and --decimal', () => {
  it('train on such a table as on one with commas and points, and are kept in the description of the run', async () => {
    const one = await descent(['train', '--data', 'wine.csv', ...dialect, ...shape, '-o', 'one.safetensors'])
    expect({ code: one.code, stderr: one.stderr }).toEqual({ code: 0, stderr: '' })
    await descent(['train', '--data', 'points.csv', ...shape, '-o', 'other.safetensors'])
    const model = readFileSync(join(folder, 'one.safetensors'))
    expect(model).toEqual(readFileSync(join(folder, 'other.safetensors')))
    const { data } = JSON.parse(readFileSync(join(folder, 'one.json'), 'utf8'))
    expect(data).toMatchObject({ table: 'wine.csv', delimiter: ';', decimal: ',' })
    const again = await descent(['train', '--from', 'one.json', '-o', 'again.safetensors'])
    expect({ code: again.code, stderr: again.stderr }).toEqual({ code: 0, stderr: '' })
    expect(readFileSync(join(folder, 'again.safetensors'))).toEqual(model)
    const same = ['evaluate', 'one.safetensors', '--data', 'wine.csv', '--targets', 'quality']
    expect(await descent([...same, ...dialect])).toMatchObject({ code: 0, stderr: '' })
  })

  it('are for the test and for streams too', async () => {
    const test = ['--test', 'wine.csv', '--stream', '-o', 'stream.safetensors']
    const { code, stderr } = await descent(['train', '--data', 'wine.csv', ...dialect, ...shape, ...test])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it.each([
    [[], 1, 'wine.csv, line 1: the cells look divided by ";", not by ",": say so with the option --delimiter'],
    [
      ['--delimiter', ';'],
      1,
      'wine.csv, line 2, column "acid" (0): "7,10" is not a number: if "," is the decimal mark, say so with the option --decimal',
    ],
    [['--decimal', ','], 2, '--decimal "," needs a delimiter other than ",", which would divide the numbers'],
    [['--delimiter', ' '], 2, '--delimiter must be ",", ";", "|" or "\\t" (a tab), not " "'],
    [['--decimal', ';'], 2, '--decimal must be "." or ",", not ";"'],
  ])('are asked for, or refused: %j', async (typed, code, sentence) => {
    const ended = await descent(['train', '--data', 'wine.csv', ...typed, ...shape, '-o', 'never.safetensors'])
    expect(ended.code).toBe(code)
    expect(ended.stderr.split('\n')[0]).toBe(`descent: ${sentence}`)
  })

  it('are only for CSV', async () => {
    file('rows.ndjson', ['{"a":1,"b":2,"quality":3}'])
    const { code, stderr } = await descent(['train', '--data', 'rows.ndjson', '--delimiter', ';', ...shape])
    expect(code).toBe(2)
    expect(stderr.split('\n')[0]).toBe('descent: --delimiter and --decimal are only for CSV')
  })

  it('give answers as a table of the same form', async () => {
    const table = 'acid;name;alcohol\n7,5;"a;b";1,25\n"-1";c; 0,5\n'
    const inputs = ['--inputs', 'acid,alcohol', ...dialect]
    expect(await sums(table, ...inputs)).toEqual({
      code: 0,
      stderr: '',
      stdout: 'acid;name;alcohol;output0\n7,5;"a;b";1,25;8,75\n"-1";c; 0,5;-0,5\n',
    })
    expect((await sums(table, ...inputs, '--format', 'text')).stdout).toBe('8.75\n-0.5\n')
    expect((await sums(table, ...inputs, '--format', 'csv')).stdout).toBe(
      'acid;name;alcohol;output0\n7,5;"a;b";1,25;8,75\n"-1";c; 0,5;-0,5\n',
    )
    expect((await sums('7,5;1,25\n', ...dialect)).stdout).toBe('8.75\n')
    expect((await sums('7.5\t1.25\n', '--delimiter', '\\t')).stdout).toBe('8.75\n')
  })

  it.each([
    [
      'acid;alcohol\n1;2\n',
      [],
      'line 1: the cells look divided by ";", not by ",": say so with the option --delimiter',
    ],
    ['7,5;1,25\n', [], 'line 1: the cells look divided by ";", not by ",": say so with the option --delimiter'],
    [
      'a;b\n7,5;1,25\n',
      ['--delimiter', ';'],
      'line 2: expected a number in column "a", found "7,5": if "," is the decimal mark, say so with the option --decimal',
    ],
    ['a;b\n1.234,5;1\n', dialect, 'line 2: expected a number with a decimal comma in column "a", found "1.234,5"'],
    ['a;b\n1.234;1\n', dialect, 'line 2: expected a number with a decimal comma in column "a", found "1.234"'],
    ['1.234;1\n', dialect, 'line 1: expected a number with a decimal comma at place 1, found "1.234"'],
    ['{"a":1,"b":2}\n', dialect, 'line 1: --delimiter and --decimal are only for CSV, not for JSON'],
    ['[1,2]\n', dialect, 'line 1: --delimiter and --decimal are only for CSV, not for JSON'],
  ])('are asked for, or obeyed, by predict: %j %j', async (input, typed, sentence) => {
    expect(await sums(input, ...typed)).toEqual({
      code: 1,
      stdout: input.startsWith('a;b') ? expect.stringMatching(/^(a;b;output0\n)?$/) : '',
      stderr: `descent: standard input, ${sentence}\n`,
    })
  })
})
