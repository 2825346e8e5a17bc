import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Network, readIdxFolder } from '#src/index'
import { temporaryFolder } from '../../support/files.js'
import { backendsHere, ended, run, runProcess, start, writeExamples } from '../program.js'

const folder = temporaryFolder()
const data = await writeExamples(join(folder, 'shapes'))

const hash = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')
const checkpoints = (place: string): string[] =>
  existsSync(place)
    ? readdirSync(place)
        .filter((name) => name.startsWith('checkpoint-'))
        .sort()
    : []

describe.concurrent('descent-nn train --checkpoint', () => {
  it.each(backendsHere)('gives the same result after it was killed and resumed, on %s', async (backend) => {
    const [killed, whole] = ['killed', 'whole'].map((name) => join(folder, `${name}-${backend}`))
    const place = join(folder, `run-${backend}`)
    const options =
      `train --backend ${backend} --count 300 --epochs 6 --hidden 8 --optimizer adam:epsilon=1e-6 --rate 0.02 ` +
      '--schedule cosine:end=0.1 --dropout 0.1 --augment --standardize --metrics f1'
    const saving = [...options.split(' '), '--checkpoint', place, '--checkpoint-steps', '1', '--checkpoint-keep', '2']
    const child = start([...saving, '--output', `${killed}.safetensors`])
    const end = once(child, 'close')
    const inEpoch2 = /^checkpoint-000002-0000000[1-9]0/
    while (!checkpoints(place).some((name) => inEpoch2.test(name)) && child.exitCode === null) await delay(3)
    child.kill('SIGKILL')
    expect(await end).toEqual([null, 'SIGKILL'])
    expect(existsSync(`${killed}.safetensors`)).toBe(false)

    const newest = checkpoints(place).at(-1) ?? ''
    const [epoch, row] = newest.match(/\d+/g)?.map(Number) ?? []
    const { code, stdout, stderr } = await run([...saving, '--resume', '--output', `${killed}.safetensors`])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const where = row > 0 ? `in epoch ${epoch}, after ${row} of 300 examples` : `after epoch ${epoch - 1}`
    expect(stdout).toContain(`\nresumes   ${where}, from ${join(place, newest)}\n`)
    const told = [...stdout.matchAll(/^epoch (\d) of 6 /gm)].map(([, number]) => Number(number))
    expect(told).toEqual(Array.from({ length: 7 - epoch }, (_, i) => epoch + i))
    expect(checkpoints(place)).toHaveLength(2)

    await run([...options.split(' '), '--output', `${whole}.safetensors`])
    expect(hash(`${killed}.safetensors`)).toBe(hash(`${whole}.safetensors`))
    // Nor does the description tell the two apart.
    expect(readFileSync(`${killed}.json`, 'utf8')).toBe(readFileSync(`${whole}.json`, 'utf8'))
  })

  it('starts a new run without checkpoints, and continues with more epochs', async () => {
    const [place, model] = ['longer', 'longer.safetensors'].map((name) => join(folder, name))
    const args = ['train', '--data', data, '--backend', 'typescript', '--output', model]
    const saving = [...args, '--checkpoint', place, '--resume']
    const first = await run([...saving, '--epochs', '2'])
    expect(first).toMatchObject({ code: 0, stderr: `there is no checkpoint in ${place} yet: a new run starts\n` })
    expect(checkpoints(place)).toHaveLength(2)
    const short = hash(model)

    // No epochs are left.
    const again = await run([...saving, '--epochs', '2'])
    expect(again).toMatchObject({ code: 0, stderr: '' })
    expect(again.stdout).toContain(`\nresumes   after epoch 2, the last one, from ${join(place, 'checkpoint-000003-')}`)
    expect(again.stdout).toContain('\ntime      no epochs were left\n')
    expect(hash(model)).toBe(short)

    const more = await run([...saving, '--epochs', '5'])
    expect(more.stdout).toContain('\nresumes   after epoch 2, from ')
    expect(more.stdout).not.toContain('\nepoch 2 of 5 ')
    const resumed = hash(model)
    await run([...args, '--epochs', '5'])
    expect(hash(model)).toBe(resumed)
    const description = join(place, 'run.json')
    expect(JSON.parse(readFileSync(description, 'utf8')).training.epochs).toBe(5)
    // The description beside the checkpoints stands for all options.
    const from = ['train', '--from', description, '--checkpoint', place, '--resume', '--backend', 'typescript']
    expect(await run([...from, '--output', model])).toMatchObject({ code: 0, stderr: '' })
    expect(hash(model)).toBe(resumed)
  })

  it('says after Ctrl-C how to continue', async () => {
    const [place, model] = ['stopped', 'stopped.safetensors'].map((name) => join(folder, name))
    const args = ['train', '--data', data, '--backend', 'typescript', '--output', model, '--checkpoint', place]
    const child = start([...args, '--epochs', '10000000'])
    const result = ended(child)
    while (checkpoints(place).length === 0 && child.exitCode === null) await delay(3)
    child.kill('SIGINT')
    const { code, stderr } = await result
    expect(code).toBe(130)
    const [newest] = checkpoints(place).slice(-1)
    const [epoch, row] = newest.match(/\d+/g)?.map(Number) ?? []
    const where = row > 0 ? `in epoch ${epoch}, after ${row} of 30 examples` : `after epoch ${epoch - 1}`
    expect(stderr).toMatch(/^stopped in epoch \d+: the network so far is saved in /)
    expect(stderr.endsWith(` is saved in ${model}; --checkpoint ${place} --resume continues ${where}\n`)).toBe(true)

    await run([...args, '--epochs', String(epoch + 1), '--resume'])
    const expected = new Network([4, 30, 3], { backend: 'typescript' })
    await expected.fit((await readIdxFolder(data)).training, { epochs: epoch + 1, batchSize: 10, learningRate: 3 })
    expect((await Network.load(model, { backend: 'typescript' })).parameters).toEqual(expected.parameters)
  })

  it('ends with its model if the checkpoints cannot be saved any more', async () => {
    const [place, model] = ['full', 'full.safetensors'].map((name) => join(folder, name))
    const args = ['train', '--data', data, '--epochs', '3000', '--backend', 'typescript', '--output', model]
    const child = start([...args, '--checkpoint', place])
    const result = ended(child)
    while (checkpoints(place).length === 0 && child.exitCode === null) await delay(3)
    renameSync(place, `${place}-before`)
    writeFileSync(place, '')
    const { code, stderr } = await result
    expect(code).toBe(0)
    expect(new Set(stderr.trimEnd().split('\n').slice(-3))).toEqual(
      new Set([
        `the folder ${place} cannot be created: EEXIST: file already exists, mkdir '${place}'; the run goes on`,
      ]),
    )
    expect(existsSync(model)).toBe(true)
  })

  it('refuses a folder that another run uses, until that run has ended', async () => {
    const place = join(folder, 'in-use')
    const args = ['train', '--data', data, '--backend', 'typescript', '--output', join(folder, 'in-use.safetensors')]
    const child = start([...args, '--checkpoint', place, '--epochs', '10000000'])
    const result = ended(child)
    while (checkpoints(place).length === 0 && child.exitCode === null) await delay(3)
    const before = readFileSync(join(place, 'run.json'), 'utf8')
    expect(await run([...args, '--checkpoint', place, '--seed', '5'])).toEqual({
      code: 1,
      stdout: '',
      stderr: `descent: ${place} is in use by another run, process ${child.pid} on ${hostname()}: use another --checkpoint; if that run has ended, remove ${join(place, 'run.lock')}\n`,
    })
    expect(readFileSync(join(place, 'run.json'), 'utf8')).toBe(before)
    child.kill('SIGKILL')
    await result
    const [epoch] = checkpoints(place).at(-1)?.match(/\d+/g)?.map(Number) ?? []
    const further = await run([...args, '--checkpoint', place, '--resume', '--epochs', String(epoch)])
    expect(further).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('the mark of a folder of checkpoints', () => {
  const place = join(folder, 'marked')
  const lock = join(place, 'run.lock')
  const args = ['train', '--data', data, '--backend', 'typescript', '--epochs', '1', '--checkpoint', place, '--resume']
  const train = () => runProcess([...args, '--output', join(folder, 'marked.safetensors')])

  it('is removed when the program ends, also after an error', async () => {
    expect(await train()).toMatchObject({ code: 0 })
    expect(readdirSync(place)).toEqual(['checkpoint-000002-000000000.safetensors', 'run.json'])
    expect((await runProcess([...args, '--seed', '3'])).code).toBe(1)
    expect(existsSync(lock)).toBe(false)
  })

  it('is replaced if its process has ended, and kept if its process is on another machine', async () => {
    writeFileSync(lock, `999999999/1 ${hostname()}\n`)
    expect(await train()).toMatchObject({ code: 0, stderr: '' })
    writeFileSync(lock, '7/7 elsewhere\n')
    expect(await train()).toEqual({
      code: 1,
      stdout: '',
      stderr: `descent: ${place} is in use by another run, process 7 on elsewhere: use another --checkpoint; if that run has ended, remove ${lock}\n`,
    })
    expect(readFileSync(lock, 'utf8')).toBe('7/7 elsewhere\n')
  })
})

describe('descent-nn train refuses checkpoints', async () => {
  const place = join(folder, 'first')
  const args = ['train', '--data', data, '--epochs', '3', '--hidden', '5', '--output', join(folder, 'refused')]
  await run([...args, '--checkpoint', place])
  const newest = join(place, 'checkpoint-000004-000000000.safetensors')
  const description = join(place, 'run.json')
  const another = (difference: string): string =>
    `${description} describes another run: its ${difference}; "--from ${description}" uses the options of that run`

  it.each<[string, string[], string, number]>([
    [
      'of a run where another one would begin',
      [],
      `${place} already has checkpoints of a run: --resume continues from ${newest}; to start a new run, use another --checkpoint or remove them`,
      1,
    ],
    [
      'that are past the end',
      ['--resume', '--epochs', '2'],
      `--epochs 2 ends before ${newest}, which is after epoch 3`,
      2,
    ],
    ['of another seed', ['--resume', '--seed', '7'], another("seed is 0, but this run's is 7"), 1],
    [
      'of another dtype',
      ['--resume', '--dtype', 'float64'],
      another('dtype is "float32", but this run\'s is "float64"'),
      1,
    ],
    [
      'of another network',
      ['--resume', '--hidden', '5,4'],
      another("network.layers[1].outputs is 3, but this run's is 4"),
      1,
    ],
    ['of other examples', ['--resume', '--count', '29'], another("data.count is 30, but this run's is 29"), 1],
    ['of another penalty', ['--resume', '--l2', '0.1'], another("training.l2 is not set, but this run's is 0.1"), 1],
    [
      'of pictures that were not augmented, which the library cannot tell',
      ['--resume', '--shift', '1'],
      another('training.augmentation is not set, but this run\'s is {"shift":1}'),
      1,
    ],
    [
      'with other epochs where the schedule depends on them',
      ['--resume', '--epochs', '4', '--schedule', 'cosine'],
      another("training.epochs is 3, but this run's is 4"),
      1,
    ],
  ])('%s', async (_, options, message, code) => {
    expect(await run([...args, '--checkpoint', place, ...options])).toEqual({
      code,
      stdout: '',
      stderr: `descent: ${message}\n`,
    })
  })

  it('that the library finds to be of another run, without a description', async () => {
    const bare = join(folder, 'bare')
    await run([...args, '--checkpoint', bare])
    rmSync(join(bare, 'run.json'))
    const { code, stderr } = await run([...args, '--checkpoint', bare, '--resume', '--seed', '7'])
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `descent: ${join(bare, 'checkpoint-000004-000000000.safetensors')} is from another run: its seed is 0, but this run's is 7\n`,
    })
    // A refused run leaves no description.
    expect(existsSync(join(bare, 'run.json'))).toBe(false)
  })

  it('in a folder that cannot be used', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    const package_ = join(folder, 'package')
    mkdirSync(package_)
    writeFileSync(join(package_, 'run.json'), '{"name":"mine"}')
    const cases: [string, string][] = [
      [file, `cannot save checkpoints in ${file}: it is not a folder`],
      [join(file, 'sub'), `cannot save checkpoints in ${join(file, 'sub')}: a part of its path is not a folder`],
      [
        package_,
        `cannot write the description of the run: ${join(package_, 'run.json')} exists and is not a description; move it, or use another --checkpoint`,
      ],
    ]
    for (const [place, message] of cases) {
      expect(await run([...args, '--checkpoint', place])).toEqual({
        code: 1,
        stdout: '',
        stderr: `descent: ${message}\n`,
      })
    }
  })
})
