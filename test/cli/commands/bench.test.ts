import { once } from 'node:events'
import { cpSync, existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../support/files.js'
import { backendsHere, ended, run, runProcess, start } from '../program.js'

const folder = temporaryFolder()
const root = resolve(import.meta.dirname, '../../..')
const networks = ['2-3-1', '784-30-10', '784-100-10', '784-800-10', '1024-1024-10']
const places = networks.flatMap((network) => [
  ...[1, 10, 32, 128].map((batch) => `${network} training ${batch}`),
  `${network} feedforward 1`,
  `${network} predict 500`,
])

interface Printed {
  readonly work: string
  readonly network: string
  readonly batch: number
  readonly rounds: number
  readonly unit: string
  readonly native: number | null
  readonly wasm: number | null
  readonly typescript: number
  readonly ratio: number | null
}

/** What was measured must stand in order, none left out before the time was over. */
function checkPlaces(results: readonly Printed[], missing: number): void {
  expect(results.length).toBeGreaterThan(0)
  expect(results.map(({ network, work, batch }) => `${network} ${work} ${batch}`)).toEqual(
    places.slice(0, results.length),
  )
  expect(missing).toBe(places.length - results.length)
}

describe.concurrent('descent-nn bench', () => {
  it('measures the available backends, and draws a chart', async () => {
    const picture = join(folder, 'speed.svg')
    const { code, stdout, stderr } = await run([
      'bench',
      '--seconds',
      '1',
      '--json',
      '--threads',
      '2',
      '--chart',
      picture,
    ])
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `measuring for about 1.0 s; Ctrl-C stops and shows the measurements so far\nthe chart is in ${picture}\n`,
    })
    const { results, missing, ...machine } = JSON.parse(stdout)
    const { backend: _, mnist: __, ...expected } = JSON.parse((await run(['info', '--json'])).stdout)
    expect(machine).toEqual({ ...expected, typescript: expect.stringMatching(/^V8 /), threads: 2 })
    checkPlaces(results, missing)
    for (const { work, unit, native, wasm, typescript, ratio, rounds } of results as Printed[]) {
      expect(unit).toBe(work === 'feedforward' ? 'microseconds a row' : 'rows a second')
      expect(typescript).toBeGreaterThan(0)
      expect(rounds).toBeGreaterThanOrEqual(1)
      expect(wasm).toBeGreaterThan(0)
      if (backendsHere.includes('native')) expect(native).toBeGreaterThan(0)
      else expect(native).toBeNull()
      const first = Number(native ?? wasm)
      expect(ratio).toBeCloseTo(work === 'feedforward' ? typescript / first : first / typescript, 6)
    }
    const drawn = readFileSync(picture, 'utf8')
    const lines = new Set((results as Printed[]).map(({ network }) => network)).size * (backendsHere.length + 1)
    expect(drawn.match(/<path class="line-/g)).toHaveLength(lines)
  })

  it.each<[string, string[], object]>([
    ['native is', [], { loads: true, detail: expect.stringMatching(/^WebAssembly SIMD for float32, V8 /) }],
    [
      'native and wasm are',
      ['--no-expose-wasm'],
      {
        loads: false,
        reason: 'the wasm backend is not available: this JavaScript engine has no WebAssembly',
      },
    ],
  ])('says why %s not available, and measures the others', async (_missing, flags, expectedWasm) => {
    const copy = join(folder, `package${flags.join('')}`)
    for (const entry of ['dist', 'package.json']) cpSync(join(root, entry), join(copy, entry), { recursive: true })
    const command = [process.execPath, ...flags, join(copy, 'dist/bundle/cli/main.js')]
    const { code, stdout } = await runProcess(['bench', '--seconds', '0.1', '--json'], { command })
    expect(code).toBe(0)
    const { native, wasm, results, missing } = JSON.parse(stdout)
    expect(wasm).toEqual(expectedWasm)
    expect(native).toEqual({
      loads: false,
      reason:
        'the native backend is not available: the native addon has not been built: run "npx descent-nn build" to build it',
    })
    checkPlaces(results, missing)
    for (const { native, wasm, typescript, ratio } of results as Printed[]) {
      expect(native).toBeNull()
      expect(typescript).toBeGreaterThan(0)
      if (flags.length > 0) expect([wasm, ratio]).toEqual([null, null])
      else for (const number of [wasm, ratio]) expect(number).toBeGreaterThan(0)
    }
  })

  it('ends when it is interrupted, and shows the measurements so far', async () => {
    const child = start(['bench', '--seconds', '600', '--json'])
    const result = ended(child)
    await once(child.stderr, 'data')
    child.kill('SIGINT')
    const { code, stdout, stderr } = await result
    expect(code).toBe(130)
    const [, done] = /\nstopped: (\d+) of 30 measurements are done\n$/.exec(stderr) ?? []
    if (done === '0') expect(stdout).toBe('')
    else expect(JSON.parse(stdout).results).toHaveLength(Number(done))
  })

  it.each<[string[], number, string]>([
    [['--second', '3'], 2, "unknown option '--second'\n(Did you mean --seconds?)\n(see descent-nn bench --help)"],
    [['--seconds', '0'], 2, '--seconds must be a number above 0, not "0"'],
    [['--seconds', 'long'], 2, '--seconds must be a number above 0, not "long"'],
    [['--threads', '0'], 2, '--threads must be a whole number from 1 to 1024, not "0"'],
    [['784-30-10'], 2, "bench takes no argument '784-30-10'\n(see descent-nn bench --help)"],
    [
      ['--chart', join(folder, 'nowhere/speed.svg')],
      1,
      `cannot write ${join(folder, 'nowhere/speed.svg')}: there is no folder ${join(folder, 'nowhere')}`,
    ],
    [['--chart', folder], 1, `cannot write ${folder}: it is a folder`],
  ])('refuses %j before it measures', async (args, exitCode, message) => {
    const { code, stdout, stderr } = await run(['bench', ...args])
    expect({ code, stdout, stderr }).toEqual({ code: exitCode, stdout: '', stderr: `descent: ${message}\n` })
    expect(existsSync(join(folder, 'nowhere'))).toBe(false)
  })

  it('has its options in docs/reference/command-line.md', async () => {
    const page = readFileSync(join(root, 'docs/reference/command-line.md'), 'utf8')
    const [, section] = /\n## The speed of this machine\n([\s\S]*?)(?:\n## |$)/.exec(page) ?? []
    const { stdout } = await run(['help', 'bench'])
    const options = [...stdout.matchAll(/^ {2}(--[\w-]+)/gm)].map(([, option]) => option)
    expect(options).toEqual(['--seconds', '--threads', '--chart', '--json'])
    for (const option of options) expect(section).toContain(`\`${option}`)
  })
})
