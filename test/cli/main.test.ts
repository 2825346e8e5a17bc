import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Dataset, dense, Network, readSafetensors, writeSafetensors } from '#src/index'
import { addon, backend, nativeExpected, requireAddon } from '../support/backends.js'
import { temporaryFolder } from '../support/files.js'
import { ended, main, run, runProcess, start, withoutTimes, writeExamples, writeLargestOfThree } from './program.js'

const folder = temporaryFolder()
const packageFolder = resolve(import.meta.dirname, '../..')
const commands = [
  'train',
  'launch',
  'doctor',
  'evaluate',
  'predict',
  'read',
  'see',
  'report',
  'show',
  'book',
  'bench',
  'explain',
  'export',
  'convert',
  'info',
  'build',
]

/** The names that are listed in the error that is thrown. */
function namesIn(make: () => unknown): string[] {
  try {
    make()
  } catch (error) {
    return (/(?:one of|defined are) (.*?)(?:, not.*)?$/.exec(String(error))?.[1] ?? '').split(', ')
  }
  return []
}

describe.concurrent('descent', () => {
  it('shows all commands without arguments', async () => {
    const { code, stdout, stderr } = await run([])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect([...stdout.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name)).toEqual([...commands, 'help'])
    for (const same of ['--help', '-h', 'help']) expect((await run([same])).stdout).toBe(stdout)
  })

  it.each(commands)('explains %s', async (name) => {
    const { code, stdout, stderr } = await run(['help', name])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(new RegExp(`^Usage: descent-nn ${name} \\[options\\]`))
    expect(stdout).toMatch(/-h, --help +show this help\n/)
  })

  it('shows the help of a command before it checks anything else', async () => {
    const { stdout } = await run(['help', 'evaluate'])
    expect((await run(['evaluate', '--help'])).stdout).toBe(stdout)
    expect((await run(['evaluate', 'a', 'b', '-h'])).stdout).toBe(stdout)
    expect((await run(['evaluate', '--cuont', '3', '-h'])).stdout).toBe(stdout)
  })

  it('lists in its help every name that the library knows', async () => {
    const { stdout } = await run(['help', 'train'])
    const row = new Dataset({ inputs: [[0]], labels: [0] })
    const layers = [dense(1)]
    const unknown = 'unknown' as 'quadratic' & 'normal' & 'relu' & 'adam' & 'cosine'
    const train = (options: object) => new Network([1, 4]).train(row, { learningRate: 1, validation: row, ...options })
    const lists: Record<string, () => unknown> = {
      quadratic: () => new Network({ inputs: 1, layers, cost: unknown }),
      normal: () => new Network({ inputs: 1, layers, initializer: unknown }),
      relu: () => dense(1, unknown),
      adam: () => train({ optimizer: unknown }),
      cosine: () => train({ schedule: unknown }),
      f1: () => train({ metrics: ['r2'] }),
    }
    // The accuracy is always told; a step has no slope to learn by; no schedule of the command line is a function.
    const untold = ['accuracy', 'or a function of the step', 'top-2 to top-3']
    for (const [known, make] of Object.entries(lists)) {
      const names = namesIn(make)
      expect(names).toContain(known)
      for (const name of names.filter((name) => known === 'cosine' || name !== 'step')) {
        if (!untold.includes(name)) expect(stdout).toMatch(new RegExp(`(?<![\\w-])${name}(?![\\w-])`))
      }
    }
  })

  it('prints its version, also through a link as npm makes it', async () => {
    const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'))
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
    expect(readFileSync(main, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
    const link = join(folder, 'descent')
    symlinkSync(main, link)
    expect((await ended(start(['-v'], { command: [process.execPath, link] }))).stdout).toBe(`${version}\n`)
  })

  it.each<[string[], string]>([
    [['trian'], "unknown command 'trian'\n(Did you mean train?)\n(see descent-nn --help)"],
    [['frobnicate'], "unknown command 'frobnicate'\n(see descent-nn --help)"],
    [['help', 'inf'], "unknown command 'inf'\n(Did you mean info?)\n(see descent-nn --help)"],
    [['info', '--jsno'], "unknown option '--jsno'\n(Did you mean --json?)\n(see descent-nn info --help)"],
    [['train', '--loss', 'mse'], "unknown option '--loss'\n(Did you mean --cost?)\n(see descent-nn train --help)"],
    [['train', '--lr', '1'], "unknown option '--lr'\n(Did you mean --learning-rate?)\n(see descent-nn train --help)"],
    [['train', '--lr=1'], "unknown option '--lr=1'\n(Did you mean --learning-rate?)\n(see descent-nn train --help)"],
    [['train', '--layers', '9'], "unknown option '--layers'\n(Did you mean --hidden?)\n(see descent-nn train --help)"],
    [
      ['train', '--learning_rate', '1'],
      "unknown option '--learning_rate'\n(Did you mean --learning-rate?)\n(see descent-nn train --help)",
    ],
    [
      ['train', 'data.csv', '--label', 'kind'],
      "train takes no argument 'data.csv'\n(Did you mean --data data.csv?)\n(see descent-nn train --help)",
    ],
    [
      ['evaluate', 'model', 'my data.csv', '--label', 'kind'],
      `evaluate takes no argument 'my data.csv'\n(Did you mean --data PATH?)\n(see descent-nn evaluate --help)`,
    ],
    [['info', '-x'], "unknown option '-x'\n(see descent-nn info --help)"],
    [['info', '--json=yes'], "unknown option '--json=yes'\n(see descent-nn info --help)"],
    [['info', 'model', 'extra'], "info takes no argument 'extra'\n(see descent-nn info --help)"],
    [['evaluate'], "missing required argument 'MODEL'\n(see descent-nn evaluate --help)"],
    [['convert'], "missing required argument 'IN'\n(see descent-nn convert --help)"],
    [['convert', 'x'], "missing required argument 'OUT'\n(see descent-nn convert --help)"],
    [
      ['evaluate', 'a', 'b'],
      "evaluate takes no argument 'b'\n(Did you mean --data b?)\n(see descent-nn evaluate --help)",
    ],
    [['train', '--epochs'], "option '--epochs <N>' argument missing\n(see descent-nn train --help)"],
    [['train', '--output', '--epochs', '3'], '--output needs a value: --output FILE'],
    [['train', '-o'], "option '-o, --output <FILE>' argument missing\n(see descent-nn train --help)"],
    [['train', '--epochs', 'ten'], '--epochs must be a whole number of at least 1, not "ten"'],
    [['train', '--epochs', '0'], '--epochs must be a whole number of at least 1, not "0"'],
    [['train', '--epochs=1.5'], '--epochs must be a whole number of at least 1, not "1.5"'],
    [['train', '--batch', '-3'], '--batch-size must be a whole number of at least 1, not "-3"'],
    [['train', '--count', '1e3'], '--count must be a whole number of at least 1, not "1e3"'],
    [['train', '--seed', ''], '--seed must be a whole number of at least 0, not ""'],
    [['train', '--threads', '2000'], '--threads must be a whole number from 1 to 1024, not "2000"'],
    [['train', '--learning-rate', '0'], '--learning-rate must be a number above 0, not "0"'],
    [['train', '--rate', 'Infinity'], '--learning-rate must be a number above 0, not "Infinity"'],
    [['train', '--l2', ''], '--l2 must be a number of at least 0, not ""'],
    [['train', '--l2', '-1'], '--l2 must be a number of at least 0, not "-1"'],
    [['train', '--hidden', '30,x'], '--hidden must be none or the sizes of layers, such as 30 or 100,30, not "30,x"'],
    [['train', '--hidden', '0'], '--hidden must be none or the sizes of layers, such as 30 or 100,30, not "0"'],
    [['train', '--dtype', 'int8'], '--dtype must be float32 or float64, not "int8"'],
    [['train', '--backend', 'cuda'], '--backend must be auto, native, wasm or typescript, not "cuda"'],
    [['train', '--dataset', 'cifar'], '--dataset must be digits or mnist, not "cifar"'],
    [
      ['train', '--dataset', 'mnist', '--data', 'x'],
      '--dataset and --data exclude each other: the examples come from one place',
    ],
    [
      ['explain', '--task', 'dream'],
      '--task must be train, gradients, deltas, evaluate, predict or classify, not "dream"',
    ],
    [
      ['explain', 'model', '--hidden', '3'],
      'a MODEL and --hidden exclude each other: the file says what the network is',
    ],
  ])('refuses %j with exit code 2', async (args, message) => {
    expect(await run(args)).toEqual({ code: 2, stdout: '', stderr: `descent: ${message}\n` })
  })

  it.each(['cost', 'initializer'])('refuses an unknown %s, naming the typed option', async (name) => {
    const { code, stderr } = await run(['train', `--${name}`, 'unknown'])
    expect(code).toBe(2)
    expect(stderr).toMatch(new RegExp(`^descent: --${name} must be one of [\\w, -]+, not "unknown"\n$`))
  })

  it('refuses a wrong DESCENT_BACKEND', async () => {
    expect(await run(['info'], { env: { DESCENT_BACKEND: 'cuda' } })).toEqual({
      code: 2,
      stdout: '',
      stderr: `descent: DESCENT_BACKEND must be 'auto', 'native', 'wasm' or 'typescript', not "cuda"\n`,
    })
  })

  it('reports what is too large for the memory, without a stack', async () => {
    const { code, stdout, stderr } = await run(['explain', '--hidden', '9007199254740991'])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^descent: this machine cannot allocate [\d.e+]+ GB of memory in one block\n$/)
    const digits = await run(['train', '--count', '1000000000000'], { cwd: folder })
    expect(digits.code).toBe(2)
    expect(digits.stderr).toMatch(/^descent: --count 1000000000000 needs [\d.]+ GB of memory, .*\n$/)
  })
})

describe.concurrent('the process of a command', async () => {
  const data = await writeExamples(join(folder, 'shapes'))
  const model = await writeLargestOfThree(join(folder, 'largest.safetensors'))
  const trained = join(folder, 'trained.safetensors')
  await run(['train', '--data', data, '--hidden', 'none', '--epochs', '1', '--output', trained])

  // The other tests run most commands in the process of the tests, where nobody sees that something keeps a process alive.
  it.each<[name: string, args: string[], input?: string]>([
    ['train', ['--data', data, '--hidden', '5', '--epochs', '2', '--output', join(folder, 'other.safetensors')]],
    ['evaluate', [trained, '--data', data]],
    ['predict', [model, '-'], '0,0,1\n3,1,2\n'],
    ['explain', ['--sizes', '3,4,2']],
    ['export', [model, join(folder, 'largest.onnx')]],
    ['convert', [join(folder, 'largest.onnx'), join(folder, 'back.safetensors')]],
    ['info', ['--json']],
    ['predict', [model, join(folder, 'missing.csv')]],
    ['train', ['--data', join(folder, 'missing')]],
  ])(
    '%s %j ends with the output and the exit code that the tests of the command see',
    async (name, args, input = '') => {
      const here = await run([name, ...args], { input })
      const there = await runProcess([name, ...args], { input })
      const told = ({ stdout, stderr }: typeof here) => withoutTimes(`${stdout}${stderr}`)
      expect({ code: there.code, told: told(there) }).toEqual({ code: here.code, told: told(here) })
    },
  )
})

describe.concurrent('descent-nn info', () => {
  it('shows the backend and the reason, as text and as JSON', async () => {
    const env = { DESCENT_BACKEND: 'typescript', DESCENT_MNIST: join(folder, 'nowhere') }
    const facts = JSON.parse((await run(['info', '--json'], { env })).stdout)
    expect(facts).toMatchObject({
      node: process.versions.node,
      backend: { name: 'typescript', reason: 'asked for by DESCENT_BACKEND' },
      mnist: null,
    })
    const { stdout } = await run(['info'], { env })
    expect(stdout).toContain('\nbackend    typescript: asked for by DESCENT_BACKEND\n')
    expect(stdout).toContain(`\nnative     ${facts.native.loads ? facts.native.detail : facts.native.reason}`)
    expect(stdout).toContain(`\nwasm       ${backend('wasm').detail}\n`)
    expect(stdout).toContain('\nMNIST      not on this machine; "--dataset mnist" downloads it\n')
  })

  it('describes the other backends even if TypeScript is chosen', async () => {
    const env = { DESCENT_BACKEND: 'typescript' }
    const { native, wasm } = JSON.parse((await run(['info', '--json'], { env })).stdout)
    expect(wasm).toEqual({ loads: true, detail: backend('wasm').detail })
    if (nativeExpected) requireAddon()
    if ('addon' in addon) expect(native).toEqual({ loads: true, detail: backend('native').detail })
    else expect(native).toEqual({ loads: false, reason: `the native backend is not available: ${addon.reason}` })
  })
})

describe.concurrent('descent-nn info MODEL', () => {
  const model = join(folder, 'informed.safetensors')
  const env = { DESCENT_BACKEND: 'typescript' }
  const inputs = [
    [0, 1],
    [1, 0],
  ]
  const training = new Dataset({ inputs, labels: [0, 1] })
  const validation = new Dataset({ inputs, labels: [0, 0] })

  it('shows the network, its costs and its best validation accuracy in one line, and all of it as JSON', async () => {
    const network = new Network([2, 2], { seed: 1, backend: 'typescript' })
    const epochs = await network.fit(training, { epochs: 3, learningRate: 3, validation })
    await network.save(model)
    const [first, second, last] = epochs.map(({ cost }) => cost.toPrecision(4))
    const accuracies = epochs.map(({ accuracy = 0 }) => accuracy)
    const best = accuracies.indexOf(Math.max(...accuracies))
    expect((await run(['info', model], { env })).stdout).toMatch(
      new RegExp(
        `^layer .*\nhistory of 3 epochs: cost ${first} in the first and ${last} in the last, best validation accuracy ${(100 * accuracies[best]).toFixed(2)}% in epoch ${best + 1}\n$`,
        's',
      ),
    )
    expect(second).not.toBe(last)
    const facts = JSON.parse((await run(['info', model, '--json'], { env })).stdout)
    expect(facts).toEqual(
      JSON.parse(JSON.stringify({ description: network.description, dtype: 'float32', history: network.history })),
    )
  })

  it('says which epochs remain, or that there are none', async () => {
    const lineAfter = async (history: string | undefined): Promise<string | undefined> => {
      const path = join(folder, `informed-${history?.length}.safetensors`)
      await new Network([2, 2]).save(path)
      const { tensors, metadata } = await readSafetensors(path)
      await writeSafetensors(path, { tensors, metadata: { ...metadata, ...(history && { history }) } })
      return (await run(['info', path], { env })).stdout.trimEnd().split('\n').at(-1)
    }
    expect(await lineAfter(undefined)).toBe('no history of epochs')
    expect(await lineAfter('[{"number":1,"cost":0.25,"learningRate":3}]')).toBe('history of 1 epoch: cost 0.2500')
    expect(
      await lineAfter('[{"number":4999,"cost":0.25,"learningRate":3},{"number":5000,"cost":0.125,"learningRate":3}]'),
    ).toBe('history of epochs 4,999 to 5,000: cost 0.2500 in the first and 0.1250 in the last')
  })
})

describe.concurrent('descent-nn explain', () => {
  it('lists the program of a network that options describe', async () => {
    const args = ['--inputs', '5', '--hidden', '4,3', '--outputs', '2', '--cost', 'quadratic', '--dtype', 'float64']
    const expected = new Network([5, 4, 3, 2], { dtype: 'float64', backend: 'typescript' })
    for (const task of ['gradients', 'classify'] as const) {
      const { stdout } = await run(['explain', ...args, '--task', task, '--batch', '7'])
      expect(stdout).toBe(`${expected.listing(task, { rows: 7 })}\n`)
    }
  })

  it('lists the program of a saved network', async () => {
    const model = join(folder, 'explained.safetensors')
    const network = new Network([5, 3], { backend: 'typescript' })
    await network.save(model)
    expect((await run(['explain', model])).stdout).toBe(`${network.listing('train')}\n`)
  })
})

describe.concurrent('descent-nn build', () => {
  /** A copy of the package as it is installed, with a script of ours or none. */
  function copyPackage(name: string, script?: string): string[] {
    const copy = join(folder, name)
    cpSync(join(packageFolder, 'dist'), join(copy, 'dist'), { recursive: true })
    cpSync(join(packageFolder, 'package.json'), join(copy, 'package.json'))
    if (script !== undefined) {
      mkdirSync(join(copy, 'scripts'))
      writeFileSync(join(copy, 'scripts/build-native.mjs'), script)
    }
    return [process.execPath, join(copy, 'dist/bundle/cli/main.js')]
  }

  it('runs the script, with its output and its exit code', async () => {
    const command = copyPackage('with', 'console.log(process.argv.slice(2).join()); process.exitCode = 3')
    expect(await ended(start(['build'], { command }))).toEqual({ code: 3, stdout: '\n', stderr: '' })
    const wishes = await ended(start(['build', '--system-packages'], { command }))
    expect(wishes).toEqual({ code: 3, stdout: '--system-packages\n', stderr: '' })
  })

  it('reports a missing script', async () => {
    const command = copyPackage('without')
    const script = resolve(command[1], '../../../../scripts/build-native.mjs')
    const stderr = `descent: cannot build: this installation has no ${script}\n`
    expect(await ended(start(['build'], { command }))).toEqual({ code: 1, stdout: '', stderr })
  })
})
