import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { beforeAll, describe, expect, it } from 'vitest'
import { Network, readCsv, writeNpy } from '#src/index'
import { temporaryFolder } from '../../support/files.js'
import { sameBits } from '../../support/numbers.js'
import { run, start, withoutTimes } from '../program.js'

const cwd = temporaryFolder()
const kinds = ['oak', 'elm', 'ash']
const heights = (row: number) => [3 * (row % 3) + (row % 7) / 10, 5 - 2 * (row % 3) + (row % 5) / 10]
const table = (from: number, to: number) =>
  `height,girth,kind\n${Array.from({ length: to - from }, (_, i) => [...heights(from + i), kinds[(from + i) % 3]].join()).join('\n')}\n`

const options = ['--stream', '--window', '40', '--hidden', '5', '--epochs', '3', '--rate', '1', '--standardize']
const train = (output: string, ...more: string[]) =>
  run(['train', '-o', output, ...options, ...more], { cwd, env: { DESCENT_BACKEND: 'typescript' } })
const csv = ['--data', 'trees.csv', '--test', 'test.csv', '--label', 'kind']

/** What the library learns from a source of the same rows. */
async function reference(epochs = 3): Promise<Network> {
  const labelNames = [...kinds].sort()
  const rows = await readCsv(join(cwd, 'trees.csv'), { label: 'kind', labelNames })
  const network = new Network([2, 5, 3], { backend: 'typescript' })
  network.standardize(rows)
  const source = async function* () {
    yield rows
  }
  await network.fit(source, { epochs, learningRate: 1, window: 40 })
  return network
}

beforeAll(async () => {
  writeFileSync(join(cwd, 'trees.csv'), table(0, 150))
  writeFileSync(join(cwd, 'test.csv'), table(150, 180))
  const connection = await (await DuckDBInstance.create()).connect()
  await connection.run(`copy (from '${join(cwd, 'trees.csv')}') to '${join(cwd, 'trees.parquet')}'`)
  connection.closeSync()
  for (const [name, from, to] of [
    ['trees', 0, 150],
    ['test', 150, 180],
  ] as const) {
    const rows = Array.from({ length: to - from }, (_, i) => from + i)
    const data = Float64Array.from(rows.flatMap(heights))
    await writeNpy(join(cwd, `${name}.npy`), { shape: [rows.length, 2], data })
    const labels = Int32Array.from(rows, (row) => [...kinds].sort().indexOf(kinds[row % 3]))
    await writeNpy(join(cwd, `${name}-labels.npy`), { shape: [rows.length], data: labels })
  }
})

describe('descent-nn train --stream', () => {
  it.each([
    ['csv', 'a stream of 150 to learn from', csv],
    ['parquet', 'a stream of 150 to learn from', ['--data', 'trees.parquet', ...csv.slice(2)]],
    ['names', 'a stream to learn from', [...csv, '--label-names', 'ash,elm,oak']],
  ])('learns from %s what the library learns from a source', async (name, said, place) => {
    const { code, stdout, stderr } = await train(`${name}.safetensors`, ...place)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(withoutTimes(stdout)).toContain(`${said} and 30 for the test, read in T s`)
    const network = await Network.load(join(cwd, `${name}.safetensors`), { backend: 'typescript' })
    expect(network.labelNames).toEqual(['ash', 'elm', 'oak'])
    expect(sameBits(network.parameters, (await reference()).parameters)).toBe(true)
  })

  it('trains on .npy, whose labels are in a separate file', async () => {
    const labels = ['--label', 'trees-labels.npy', '--test-label', 'test-labels.npy']
    const { code, stdout, stderr } = await train(
      'n.safetensors',
      '--data',
      'trees.npy',
      '--test',
      'test.npy',
      ...labels,
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('2-5-3')
    expect(JSON.parse(readFileSync(join(cwd, 'n.json'), 'utf8')).data).toEqual({
      table: 'trees.npy',
      label: 'trees-labels.npy',
      test: 'test.npy',
      testLabel: 'test-labels.npy',
      stream: true,
      window: 40,
    })
  })

  it('can be repeated from its description', async () => {
    await train('first.safetensors', ...csv, '--count', '90', '--lambda', '0.1')
    expect(JSON.parse(readFileSync(join(cwd, 'first.json'), 'utf8')).data.count).toBe(90)
    const { code, stderr } = await run(['train', '--from', 'first.json', '-o', 'second.safetensors'], {
      cwd,
      env: { DESCENT_BACKEND: 'typescript' },
    })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(readFileSync(join(cwd, 'second.safetensors'))).toEqual(readFileSync(join(cwd, 'first.safetensors')))
  })

  it('is saved when Ctrl-C stops it within an epoch, and continues to the same bits', async () => {
    const checkpoint = ['--checkpoint', 'run', '--checkpoint-steps', '4']
    const typed = ['train', '-o', 'stopped.safetensors', ...options, ...csv, ...checkpoint]
    const child = start([...typed, '--epochs', '4000'], { cwd, env: { DESCENT_BACKEND: 'typescript' } })
    child.stdout.on('data', (text) => String(text).includes('epoch') && child.kill('SIGINT'))
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect(code).toBe(130)
    const [newest] = readdirSync(join(cwd, 'run'))
      .filter((name) => name.startsWith('checkpoint'))
      .sort()
      .reverse()
    const epochs = Number(newest.split('-')[1]) + 2
    const again = await run([...typed, '--epochs', String(epochs), '--resume'], {
      cwd,
      env: { DESCENT_BACKEND: 'typescript' },
    })
    expect({ code: again.code, stderr: again.stderr }).toEqual({ code: 0, stderr: '' })
    const network = await Network.load(join(cwd, 'stopped.safetensors'), { backend: 'typescript' })
    expect(sameBits(network.parameters, (await reference(epochs)).parameters)).toBe(true)
  })

  it.each([
    [
      ['--data', 'trees.csv', '--label', 'kind'],
      '--stream needs --test FILE, a table for the test: no rows can be held out of a stream',
    ],
    [[], '--stream needs a table: --data with .csv, .tsv, .ndjson, .parquet or .npy, or --sql'],
    [[...csv, '--count', '151'], '--count must be at most 150, the number of examples, not "151"'],
    [
      [...csv, '--class-weights', 'balanced'],
      '--class-weights balanced counts the labels of all examples (type a number for each class), but --stream never has all of them in memory',
    ],
    [
      [...csv, '--optimizer', 'l-bfgs'],
      '--optimizer l-bfgs learns from all examples at once, but --stream never has all of them in memory',
    ],
    [
      ['--data', 'trees.npy', '--label', 'trees-labels.npy', '--test', 'test.npy'],
      '--test-label names the labels of a --test that is .npy, and only such a --test needs it',
    ],
  ])('refuses %j', async (more, problem) => {
    const { code, stdout, stderr } = await train('refused.safetensors', ...more)
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: `descent: ${problem}\n` })
  })

  it('says what is wrong with a row, before the first epoch', async () => {
    writeFileSync(join(cwd, 'broken.csv'), `${table(0, 100)}1,x,oak\n`)
    const { code, stdout, stderr } = await train('broken.safetensors', '--data', 'broken.csv', ...csv.slice(2))
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: 'descent: broken.csv, line 102, column "girth" (1): "x" is not a number\n',
    })
  })
})
