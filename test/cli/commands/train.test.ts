import { once } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dense, Network, readIdxFolder } from '#src/index'
import { temporaryFolder } from '../../support/files.js'
import { backendsHere, ended, run, start, withoutTimes, writeExamples } from '../program.js'

const folder = temporaryFolder()
const data = await writeExamples(join(folder, 'shapes'))
const { training } = await readIdxFolder(data)
let files = 0
/** The path of a model that is not there yet. */
const newModel = (): string => join(folder, `model-${files++}.safetensors`)

describe.concurrent('descent-nn train', () => {
  it.each(backendsHere)('prints its plan and its result, on %s', async (backend) => {
    const model = newModel()
    const { code, stdout, stderr } = await run(
      ['train', '--data', data, '--hidden', '6', '--epochs', '3', '--output', model],
      { env: { DESCENT_BACKEND: backend } },
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const lines = withoutTimes(stdout)
      .replaceAll(/[\d.]+%/g, 'P%')
      .split('\n')
    expect(lines.slice(0, 5)).toEqual([
      'data      shapes, 30 to learn from and 12 for the test, read in T s',
      'network   4-6-3, quadratic cost, float32',
      'training  3 epochs, batches of 10, learning rate 3',
      `backend   ${backend} (...): asked for by DESCENT_BACKEND`,
      '',
    ])
    for (const [i, line] of lines.slice(5, 8).entries()) {
      expect(line).toMatch(new RegExp(`^epoch ${i + 1} of 3 {3}\\d+ of 12 right \\(P%\\) {3}cost \\d\\.\\d+ {3}T s$`))
    }
    expect(lines.slice(8, 11)).toEqual([
      '',
      'answered (across) for what it is (down):',
      expect.stringMatching(/^is +0 +1 +2 +right$/),
    ])
    const end = lines.slice(14).join('\n')
    expect(end).toMatch(/^\naccuracy {2}P% at the end(, the best of all epochs|; the best was P%, after epoch \d)\n/)
    expect(end).toContain(`\ntime      T s of learning, N examples a second\nbackend   ${backend} (...): asked`)
    const description = model.replace('.safetensors', '.json')
    expect(end).toContain(
      `\nsaved in  ${model}\nthe run   is described in ${description}: "train --from ${description}" repeats it\n\nTry next:\n`,
    )
    expect(end).toMatch(/\n {2}# the same test again\n {2}node .*main\.js evaluate \S+ --data \S+\n/)
    // What it suggests can be typed as it stands.
    const [evaluate] = end.match(/(?<=main\.js )evaluate .*/) ?? []
    expect((await run(evaluate?.split(' ') ?? [])).code).toBe(0)
    expect((await Network.load(model)).layers.map(({ outputs }) => outputs)).toEqual([6, 3])
  })

  it('draws digits, and prints plain lines without a terminal', async () => {
    const { code, stdout, stderr } = await run(['train', '--count', '500', '--epochs', '1', '--output', newModel()])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^data {6}digits, 500 to learn from and 83 for the test, drawn in /)
    expect(stdout).toContain('\nnetwork   784-30-10, ')
    expect(stdout).toMatch(/\nepoch 1 of 1 {3}\d+ of 83 right /)
    expect([...stdout].filter((character) => character !== '\n' && !/[ -~]/.test(character))).toEqual([])
  })

  it('passes every option on', async () => {
    const model = newModel()
    const options =
      '--hidden 7,5 --cost cross-entropy --initializer scaled-normal --dtype float64 --epochs 4 --batch 7 --rate 0.75'
    const more = ['--l2', '0.01', '--seed', '3', '--count', '23', '--backend', 'typescript', '--threads', '2']
    await run(['train', '--data', data, ...options.split(' '), ...more, '-o', model])
    const expected = new Network(
      { inputs: 4, layers: [dense(7), dense(5), dense(3)], cost: 'cross-entropy', initializer: 'scaled-normal' },
      { seed: 3, dtype: 'float64', backend: 'typescript', threads: 2 },
    )
    await expected.fit(training.slice(0, 23), { epochs: 4, batchSize: 7, learningRate: 0.75, l2: 0.01 })
    const actual = await Network.load(model, { backend: 'typescript' })
    expect(actual.description).toEqual(expected.description)
    expect(actual.parameters).toEqual(expected.parameters)
  })

  it.each([
    [[], 'quadratic', 3],
    [['--cost', 'cross-entropy'], 'cross-entropy', 0.5],
  ] as const)('has defaults that fit the cost: %j', async (options, cost, learningRate) => {
    const model = newModel()
    await run(['train', '--data', data, ...options, '--backend', 'typescript', '--output', model])
    const expected = new Network({ inputs: 4, layers: [dense(30), dense(3)], cost }, { backend: 'typescript' })
    await expected.fit(training, { epochs: 30, batchSize: 10, learningRate })
    expect((await Network.load(model, { backend: 'typescript' })).parameters).toEqual(expected.parameters)
  })

  it('trains without hidden layers, and saves under the name of its data', async () => {
    const cwd = join(folder, 'elsewhere')
    mkdirSync(cwd)
    const { stdout } = await run(['train', '--data', '../shapes', '--hidden', 'none', '--epochs', '1'], { cwd })
    expect(stdout).toContain('\nsaved in  shapes.safetensors\n')
    expect((await Network.load(join(cwd, 'shapes.safetensors'))).layers).toHaveLength(1)
  })

  it('writes the same file for the same seed, and another one for another seed', async () => {
    const models = await Promise.all(
      ['5', '5', '6'].map(async (seed) => {
        const model = newModel()
        await run(['train', '--data', data, '--epochs', '2', '--seed', seed, '--output', model])
        return readFileSync(model)
      }),
    )
    expect(models[1].equals(models[0])).toBe(true)
    expect(models[2].equals(models[0])).toBe(false)
  })

  it.each([
    [
      'a folder that is not there',
      ['--data', join(folder, 'none')],
      `cannot read ${join(folder, 'none')}: there is no such folder`,
      1,
    ],
    [
      'more examples than there are',
      ['--data', data, '--count', '31'],
      '--count must be at most 30, the number of examples, not "31"',
      2,
    ],
    [
      'an output in no folder',
      ['--output', join(folder, 'none/x')],
      `cannot write ${join(folder, 'none/x')}: there is no folder ${join(folder, 'none')}`,
      1,
    ],
    ['an output that is no file', ['--output', '/dev/null'], 'cannot write /dev/null: it is not a regular file', 1],
    ['an output that is a folder', ['--output', folder], `cannot write ${folder}: it is a folder`, 1],
  ])('refuses %s', async (_, options, message, code) => {
    expect(await run(['train', ...options], { cwd: folder })).toEqual({
      code,
      stdout: '',
      stderr: `descent: ${message}\n`,
    })
  })

  it('stops if the training diverges, and keeps the earlier file', async () => {
    const model = newModel()
    const args = ['train', '--data', data, '--output', model]
    await run([...args, '--epochs', '1'])
    const before = readFileSync(model)
    const { code, stderr } = await run([...args, '--epochs', '50', '--rate', '1e300'])
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^descent: training diverged in epoch \d+, batch \d+: .* \(try --standardize\), .*; nothing is saved; try a --learning-rate below 1e\+300\n$/,
    )
    expect(readFileSync(model).equals(before)).toBe(true)
  })
})

describe.concurrent('descent-nn train, interrupted', () => {
  const endless = (model: string, backend: string) =>
    start(['train', '--data', data, '--epochs', '10000000', '--backend', backend, '--output', model])

  it.each(
    backendsHere.flatMap((backend) => [
      [backend, 'SIGINT', 130] as const,
      [backend, 'SIGTERM', 143] as const,
      [backend, 'SIGHUP', 129] as const,
    ]),
  )('on %s by %s saves what it has learned', async (backend, signal, code) => {
    const model = newModel()
    const child = endless(model, backend)
    const result = ended(child)
    await once(child.stdout, 'data')
    await once(child.stdout, 'data')
    child.kill(signal)
    // A shell tells its children what the system has told them already.
    if (signal === 'SIGHUP') setTimeout(() => child.kill(signal), 5)
    const { stderr, ...rest } = await result
    expect(rest.code).toBe(code)
    expect(stderr).toMatch(/^stopped in epoch \d+: the network so far is saved in /)
    const saved = await Network.load(model)
    const fresh = new Network(saved.description, { seed: 0 })
    expect(saved.parameters).not.toEqual(fresh.parameters)
    // The run can be repeated to its end; how it would have answered the test is not known.
    const description = JSON.parse(readFileSync(model.replace('.safetensors', '.json'), 'utf8'))
    const [epoch] = stderr.match(/\d+/) ?? []
    expect(description.result).toEqual({ epochs: Number(epoch) - 1, interrupted: true })
  })

  it('saves the network if the reader leaves', async () => {
    const model = newModel()
    const child = endless(model, 'typescript')
    const errors: string[] = []
    child.stderr.on('data', (text) => errors.push(String(text)))
    await once(child.stdout, 'data')
    child.stdout.destroy()
    expect((await once(child, 'close'))[0]).toBe(141)
    expect(errors.join('')).toMatch(/^stopped in epoch \d+: the network so far is saved in .*\n$/)
    await Network.load(model)
  })

  it('ends at once the second time', async () => {
    const interruption = new URL('../../../dist/cli/terminal/interruption.js', import.meta.url)
    const script = `import { catchInterruption } from '${interruption}'
      catchInterruption().addEventListener('abort', () => console.log('aborted'))
      setInterval(() => {}, 1000)
      console.log('ready')`
    const child = start(['--input-type=module', '--eval', script], { command: [process.execPath] })
    await once(child.stdout, 'data')
    child.kill('SIGINT')
    expect(String((await once(child.stdout, 'data'))[0])).toBe('aborted\n')
    expect(child.exitCode).toBeNull()
    child.kill('SIGINT')
    expect((await once(child, 'close'))[0]).toBe(130)
  })
})
