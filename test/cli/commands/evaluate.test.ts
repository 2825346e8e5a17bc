import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { printConfusion } from '#src/cli/output/confusion'
import { Network, readIdxFolder } from '#src/index'
import { temporaryFolder } from '../../support/files.js'
import { backendsHere, run, withoutTimes, writeExamples } from '../program.js'

const folder = temporaryFolder()
const data = await writeExamples(join(folder, 'shapes'))
const model = join(folder, 'model.safetensors')
// It takes every 2 for a 1.
const weights = [4, 0, 0, 0, 0, 4, 4, 0, 0, 0, 0, 0, -2, -2, -3]
const network = new Network([4, 3], { parameters: weights, backend: 'typescript' })
await network.save(model)
const { cost } = await network.evaluate((await readIdxFolder(data)).test)

describe.concurrent('descent-nn evaluate', () => {
  it.each(backendsHere)('prints the accuracy and the confusion matrix, on %s', async (backend) => {
    const { code, stdout, stderr } = await run(['evaluate', model, '--data', data, '--backend', backend])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(withoutTimes(stdout)).toBe(`${model}: 4-3, quadratic cost, float32, on ${backend} (...)
shapes: 8 of 12 right (66.67%), cost ${cost.toPrecision(4)}, in T s

answered (across) for what it is (down):
is  0  1  2    right
0   4  .  .  100.00%
1   .  4  .  100.00%
2   .  4  .    0.00%
`)
  })

  it('names the classes if the network has names', async () => {
    const named = join(folder, 'named.safetensors')
    const ours = await Network.load(model, { backend: 'typescript' })
    ours.labelNames = ['dot', 'line', 'ring']
    await ours.save(named)
    const { stdout } = await run(['evaluate', named, '--data', data])
    expect(stdout.slice(stdout.indexOf('\nis'))).toBe(`
is    dot  line  ring    right
dot     4     .     .  100.00%
line    .     4     .  100.00%
ring    .     4     .    0.00%
`)
  })

  it('takes the first examples with --count', async () => {
    const { stdout } = await run(['evaluate', model, '--data', data, '--count', '5'])
    expect(stdout).toContain('\nshapes: 4 of 5 right (80.00%), cost ')
    expect(await run(['evaluate', model, '--data', data, '--count', '13'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'descent: --count must be at most 12, the number of examples, not "13"\n',
    })
  })

  it('finds MNIST beside the working directory, and does not mention a download', async () => {
    const cwd = join(folder, 'project')
    mkdirSync(cwd)
    mkdirSync(join(folder, 'shared/data'), { recursive: true })
    await writeExamples(join(folder, 'shared/data/mnist'))
    const { stdout, stderr } = await run(['evaluate', model, '--dataset', 'mnist'], { cwd })
    expect(stdout).toContain('\nmnist: 8 of 12 right')
    expect(stderr).toBe('')
  })

  it('finds MNIST where DESCENT_MNIST says', async () => {
    const args = ['evaluate', model, '--dataset', 'mnist']
    expect((await run(args, { env: { DESCENT_MNIST: data } })).stdout).toContain('\nmnist: 8 of 12 right')
    const nowhere = join(folder, 'nowhere')
    expect(await run(args, { env: { DESCENT_MNIST: nowhere } })).toEqual({
      code: 1,
      stdout: '',
      stderr: `descent: cannot read ${nowhere}: there is no such folder; the variable DESCENT_MNIST names this folder\n`,
    })
  })

  it('draws the test digits of the training, not the training digits', async () => {
    const digits = join(folder, 'digits.safetensors')
    const trained = await run(['train', '--count', '600', '--epochs', '3', '--seed', '1', '--output', digits])
    const [, score] = /epoch 3 of 3 +(\d+ of 100 right)/.exec(trained.stdout) ?? []
    const evaluated = await run(['evaluate', digits, '--count', '100'])
    expect(evaluated.stdout).toContain(`\ndigits: ${score} (`)
  })

  it('fails if there is no model, or one that does not fit', async () => {
    const missing = join(folder, 'missing')
    expect(await run(['evaluate', missing])).toEqual({
      code: 1,
      stdout: '',
      stderr: `descent: cannot read ${missing}: there is no such file\n`,
    })
    expect(await run(['evaluate', model, '--count', '10'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'descent: the dataset has rows of 784 numbers, the network takes 4\n',
    })
  })
})

describe('printConfusion', () => {
  it('lists the most frequent mistakes if a matrix would be too wide', () => {
    const confusion: number[][] = Array.from({ length: 20 }, (_, label) =>
      Array.from({ length: 20 }, (_, i) => (i === label ? 9 : 0)),
    )
    expect(printConfusion(confusion)).toBe('no mistakes')
    confusion[3][17] = 5
    confusion[12][0] = 1200
    expect(printConfusion(confusion)).toBe('the most frequent mistakes:\n  12 read as 0: 1,200\n  3 read as 17: 5')
  })

  it('numbers the columns if their names would be too wide, and names mistakes', () => {
    const names = ['a'.repeat(50), 'b'.repeat(50)]
    const confusion = [
      [2, 1],
      [0, 3],
    ]
    const [, ...lines] = printConfusion(confusion, names).split('\n')
    expect(lines).toEqual([
      `is${' '.repeat(50)}  0  1    right`,
      `0 ${names[0]}  2  1   66.67%`,
      `1 ${names[1]}  .  3  100.00%`,
    ])
    const many: number[][] = Array.from({ length: 20 }, () => new Array<number>(20).fill(0))
    many[3][17] = 5
    const called = many.map((_, number) => `c${number}`)
    expect(printConfusion(many, called)).toBe('the most frequent mistakes:\n  c3 read as c17: 5')
  })

  it('prints no share for a class without examples', () => {
    const lines = printConfusion([
      [2, 1],
      [0, 0],
    ]).split('\n')
    expect(lines.slice(2)).toEqual(['0   2  1  66.67%', '1   .  .       -'])
  })
})
