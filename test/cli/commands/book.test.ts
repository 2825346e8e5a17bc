import { once } from 'node:events'
import { cpSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Experiment } from '#src/cli/book/experiment'
import { experiments } from '#src/cli/book/experiments'
import { cellsOfValues } from '#src/cli/book/outcome'
import { temporaryFolder } from '../../support/files.js'
import { backendsHere, ended, run, runProcess, start, withoutTimes, writeExamples } from '../program.js'

const folder = temporaryFolder()
const root = resolve(import.meta.dirname, '../../..')
const mnist = await writeExamples(join(folder, 'mnist'))
const names = experiments.map(({ name }) => name)
const lines = (text: string): string[] => text.trimEnd().split('\n')

describe.concurrent('descent-nn book', () => {
  it('lists every experiment by chapter', async () => {
    const { code, stdout, stderr } = await run(['book'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(lines(stdout).filter((line) => line.startsWith('Chapter '))).toEqual(
      [1, 2, 3, 5].map((chapter) => `Chapter ${chapter}`),
    )
    expect([...stdout.matchAll(/^ {2}([\w-]+) {2,}\S/gm)].map(([, name]) => name)).toEqual(names)
    expect(new Set(names).size).toBe(names.length)
    const listed = JSON.parse((await run(['book', '--json'])).stdout)
    expect(listed.map(({ name }: Experiment) => name)).toEqual(names)
  })

  it.each<[string[], string]>([
    [['quadratic-3'], `there is no experiment quadratic-3. The experiments: ${[...names, 'all'].join(', ')}`],
    [['bits', 'nothing'], `there is no experiment nothing. The experiments: ${[...names, 'all'].join(', ')}`],
    [['bits', '--json', '--markdown'], '--json and --markdown exclude each other: there is one output'],
    [['bits', '--chart', 'chart.svg'], '--chart draws the experiment settling: name it, or all'],
    [['--markdown'], '--markdown needs a NAME, or all'],
    [['all', '--seeds', '0'], '--seeds must be a whole number from 1 to 1000, not "0"'],
    [['all', '--dataset', 'cifar'], '--dataset must be mnist or digits, not "cifar"'],
  ])('refuses %j with exit code 2', async (args, message) => {
    expect(await run(['book', ...args])).toEqual({ code: 2, stdout: '', stderr: `descent: ${message}\n` })
  })

  it.each(backendsHere)('shows the figures of the book beside ours, on %s', async (backend) => {
    const { code, stdout, stderr } = await run(['book', 'bits', '--backend', backend])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(lines(withoutTimes(stdout).replaceAll(/ +/g, ' '))).toEqual([
      'bits chapter 1: exercise: weights by hand for a layer that writes the digit in binary',
      '',
      ' book ours',
      'bits',
      ' right bits, over all extremes that the old outputs may have 100% 100.00%',
      // Of 0, whose last bit the five odd digits may each draw up by 0.1: sigmoid(0.5 - 5).
      ' largest distance of an output from its bit - 0.0110',
      '',
      `${backend} (...), seed 0; T s`,
    ])
  })

  it('says how to get MNIST if it is missing', async () => {
    // A copy of the package, because beside the real one there may be MNIST.
    const copy = join(folder, 'alone/package')
    for (const entry of ['dist', 'package.json']) cpSync(join(root, entry), join(copy, entry), { recursive: true })
    const nowhere = join(folder, 'alone/cache')
    const alone = {
      command: [process.execPath, join(copy, 'dist/bundle/cli/main.js')],
      cwd: copy,
      env: { XDG_CACHE_HOME: nowhere, LOCALAPPDATA: nowhere, DESCENT_BACKEND: 'typescript' },
    }
    expect(await runProcess(['book', 'darkness'], alone)).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'descent: MNIST is not on this machine: "--dataset mnist" downloads it once, 11 MB; the variable DESCENT_MNIST can ' +
        'name its folder; and "--dataset digits" draws digits instead, to which the book\'s figures do not apply\n',
    })
    // Where no pictures are needed, none are missed.
    expect((await runProcess(['book', 'bits'], alone)).code).toBe(0)
    const drawn = await runProcess(['book', 'darkness', '--dataset', 'digits', '--count', '120'], alone)
    expect(withoutTimes(drawn.stdout)).toContain('\ndigits, typescript (...), seed 0, only 120 pictures; T s')
  })

  it('shows the finished experiments when it is interrupted', async () => {
    const env = { DESCENT_MNIST: mnist, DESCENT_BACKEND: 'typescript' }
    const child = start(['book', 'bits', 'quadratic-30', '--seeds', '1000'], { env })
    const result = ended(child)
    await once(child.stderr, 'data')
    child.kill('SIGINT')
    const { code, stdout, stderr } = await result
    expect(code).toBe(130)
    expect(withoutTimes(stderr)).toBe('bits: T s\nstopped in quadratic-30: 1 of 2 experiments are done\n')
    expect(stdout).toMatch(/^bits {2}chapter 1: /)
    expect(stdout).not.toContain('quadratic-30')
  })

  it('draws how the network settles', async () => {
    const chart = join(folder, 'settling.svg')
    const circumstances = { env: { DESCENT_MNIST: mnist, DESCENT_BACKEND: 'typescript' } }
    const { code } = await run(['book', 'settling', '--epochs', '2', '--chart', chart], circumstances)
    expect(code).toBe(0)
    const svg = readFileSync(chart, 'utf8')
    expect(svg).toContain('>How far the median parameter moves in an epoch</')
    expect(svg).toContain('>shuffled labels</')
    // A run of two epochs has two points on each of the two lines.
    expect(svg.match(/<circle /g)).toHaveLength(4)
  })

  it('trains on the pictures with every seed, and prints the results as JSON and as the page', async () => {
    const args = ['book', 'quadratic-30', 'bits', '--seed', '4', '--seeds', '2', '--epochs', '3']
    const circumstances = { env: { DESCENT_MNIST: mnist, DESCENT_BACKEND: 'typescript' } }
    const { code, stdout, stderr } = await run([...args, '--json'], circumstances)
    expect({ code, stderr: withoutTimes(stderr) }).toEqual({ code: 0, stderr: 'bits: T s\nquadratic-30: T s\n' })
    const results = JSON.parse(stdout)
    expect(results).toMatchObject({ dataset: 'mnist', seeds: [4, 5], less: ['at most 3 epochs'] })
    const [{ figures: ofBits }, trained] = results.experiments
    // Without chance, another seed would only repeat it.
    expect(ofBits[0].values).toEqual([100])
    expect(trained).toMatchObject({ name: 'quadratic-30', chapter: 1 })
    const [{ book, values }] = trained.figures
    expect(book).toBe(95.42)
    expect(values).toHaveLength(2)

    const { stdout: page } = await run([...args, '--markdown'], circumstances)
    const cells = cellsOfValues(values, trained.figures[0], [4, 5])
    expect(page).toContain(`\n| \`quadratic-30\` | highest accuracy, test | 95.42% | ${cells.join(' | ')} |\n`)
    expect(page).toContain('\n| `quadratic-100` | highest accuracy, test | 96.59% |  |  |  |\n')
    expect(page).toContain(
      'descent-nn book quadratic-30 bits --seed 4 --seeds 2 --epochs 3 --markdown > docs/learn/book.md\n',
    )
    expect(page).toContain(', seeds 4 to 5, at most 3 epochs.\n')
  })
})
