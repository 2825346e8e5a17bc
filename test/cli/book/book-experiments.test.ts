import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Experiment, Laboratory, Pictures, Training } from '#src/cli/book/experiment'
import { experiments } from '#src/cli/book/experiments'
import { cellsOfValues, formatBook, formatValue } from '#src/cli/book/outcome'
import { shownEpochs } from '#src/cli/book/settling'
import { descriptionOf, learn, optionsOf, trainingExperiment } from '#src/cli/book/training'
import { augment, Dataset, digits, type Epoch, Network } from '#src/index'

function experiment(name: string): Experiment {
  const found = experiments.find((one) => one.name === name)
  if (!found) throw new Error(`there is no ${name}`)
  return found
}

/** Pictures for experiments that do not use the halves. */
function divided(training: Dataset, validation: Dataset, test: Dataset): Pictures {
  return { training, validation, test, halves: [test, test] }
}

/** A laboratory without pictures. */
const bare: Laboratory = {
  machine: { backend: 'typescript' },
  seed: 0,
  pictures: () => Promise.reject(new Error('no pictures')),
}

describe('the experiments', () => {
  const pixels = new Dataset({
    inputs: new Uint8Array(20 * 784),
    width: 784,
    labels: Array.from({ length: 20 }, () => 7),
  })
  const trainings = experiments.flatMap(({ name, trainings }) => trainings.map((training) => ({ name, training })))

  it.each(trainings)('$name describes a network and options that the library accepts', ({ training }) => {
    const network = new Network(descriptionOf(training, 784), { backend: 'typescript' })
    // Everything is checked here; the first epoch would begin with the first next().
    network.train(pixels, { ...optionsOf(training, pixels.rows), validation: pixels })
    expect(network.layers.map(({ outputs }) => outputs)).toEqual([...training.hidden, 10])
  })

  it("convert the book's lambda for the number of training pictures", () => {
    const [{ lambda, first }] = experiment('regularized-1000').trainings
    expect([lambda, first]).toEqual([0.1, 1000])
    expect(optionsOf(experiment('regularized-1000').trainings[0], 1000).l2).toBe(0.0001)
    expect(optionsOf(experiment('regularized-30').trainings[0], 50_000).l2).toBe(0.0001)
  })

  it('train as described, and compute the figures from the epochs', async () => {
    const training: Training = {
      ...experiment('regularized-30').trainings[0],
      hidden: [8],
      epochs: 3,
      first: 200,
      judgedBy: 'validation',
      judgesTraining: true,
    }
    const all = await digits({ count: 360, seed: 1, threads: 1 })
    const pictures = divided(all.slice(0, 300), all.slice(300), all.slice(0, 1))
    const laboratory: Laboratory = { ...bare, seed: 6, pictures: () => Promise.resolve(pictures) }
    const network = new Network(descriptionOf(training, 784), { backend: 'typescript', seed: 6 })
    const expected = await network.fit(all.slice(0, 200), {
      epochs: 3,
      batchSize: 10,
      learningRate: 0.5,
      l2: 5 / 200,
      validation: pictures.validation,
    })
    const costs = expected.map(({ cost, accuracy }) => ({ cost, accuracy }))
    expect((await learn(training, laboratory)).map(({ cost, accuracy }) => ({ cost, accuracy }))).toEqual(costs)
    expect(await learn(training, { ...laboratory, epochs: 1 })).toHaveLength(1)

    const readings = [
      { name: 'cost', unit: 'number', book: 1, of: (history: readonly Epoch[]) => history[2].cost },
      { name: 'accuracy', unit: 'percent', of: (history: readonly Epoch[]) => history[0].training?.rows ?? 0 },
    ] as const
    const one = trainingExperiment(
      { name: 'one', chapter: 1, shows: '' },
      [training, ...readings],
      [training, readings[0]],
    )
    expect(one.figures).toEqual([
      { name: 'cost', unit: 'number', book: 1 },
      { name: 'accuracy, validation', unit: 'percent' },
      { name: 'cost', unit: 'number', book: 1 },
    ])
    expect(await one.run(laboratory)).toEqual([costs[2].cost, 200, costs[2].cost])
  })

  it('learn one half of the pictures and are evaluated on the other, moved as described', async () => {
    const { rotation, shift, ...training } = experiment('half-15-moved').trainings[0]
    expect({ rotation, shift, l2: optionsOf(training, 30_000).l2 }).toEqual({ rotation: 4, shift: 0.7, l2: 2 / 30_000 })
    const all = await digits({ count: 80, seed: 2, threads: 1 })
    const halves = [all.slice(0, 40), all.slice(40)] as const
    const pictures = { ...divided(all, all, all), halves }
    const laboratory = { ...bare, seed: 3, epochs: 2, pictures: () => Promise.resolve(pictures) }
    const network = new Network(descriptionOf(training, 784), { backend: 'typescript', seed: 3 })
    const moved = augment(halves[0], { shift: 0.7, rotation: 4, seed: 3, threads: 1 })
    const expected = await network.fit(halves[0], {
      epochs: 2,
      batchSize: 10,
      learningRate: 0.5,
      l2: 2 / 40,
      schedule: 'cosine',
      augmentation: moved,
      validation: halves[1],
    })
    moved.close()
    const costs = (epochs: readonly Epoch[]) =>
      epochs.map(({ cost, accuracy, validation }) => ({ cost, accuracy, rows: validation?.rows }))
    expect(costs(await learn({ ...training, shift: 0.7, rotation: 4 }, laboratory))).toEqual(costs(expected))
    expect(await experiment('half-15-moved').run(laboratory)).toEqual([
      100 * Math.max(...expected.map((epoch) => epoch.accuracy ?? 0)),
    ])
  })

  it('measure how far the median parameter moves in an epoch', async () => {
    const all = await digits({ count: 60, seed: 2, threads: 1 })
    const pictures = { ...divided(all, all, all), halves: [all, all.slice(0, 1)] as const }
    const { figures, run } = experiment('settling')
    const values = await run({ ...bare, seed: 5, epochs: 3, pictures: () => Promise.resolve(pictures) })
    expect(values).toHaveLength(figures.length)
    // A run of three epochs has no movement in epoch 5 or later.
    expect(values.map(Number.isNaN)).toEqual(figures.map((_, i) => i % shownEpochs.length >= 3))

    const network = new Network([784, 15, 10], { backend: 'typescript', seed: 5 })
    const before = network.parameters.slice()
    await network.fit(all, { epochs: 1, batchSize: 10, learningRate: 3 })
    const distances = network.parameters.map((value, i) => Math.abs(value - before[i])).sort()
    // 11,935 parameters have 5,967 below their median.
    expect(values[0]).toBe(distances[5967])
    expect(values[shownEpochs.length]).not.toBe(values[0])
  })

  it('follow one saturated neuron as plain gradient descent does', async () => {
    const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z))
    /** The neuron's output after so many steps: the weight and the bias take the same ones, for its input is 1. */
    const output = (w: number, b: number, steps: number, step: (a: number) => number): number => {
      let z = w + b
      for (let i = 0; i < steps; i++) z -= 2 * step(sigmoid(z))
      return sigmoid(z)
    }
    const quadratic = (a: number): number => 0.15 * a * a * (1 - a)
    const values = await experiment('saturation').run(bare)
    const outputs = values.filter((_, i) => i % 4 !== 3)
    const expected = [
      ...[0, 150, 300].map((steps) => output(0.6, 0.9, steps, quadratic)),
      ...[0, 150, 300].map((steps) => output(2, 2, steps, quadratic)),
      ...[0, 150, 300].map((steps) => output(2, 2, steps, (a) => 0.15 * a)),
      ...[0, 150, 300].map((steps) => output(2, 2, steps, (a) => 0.005 * a)),
    ]
    for (const [i, value] of outputs.entries()) expect(value).toBeCloseTo(expected[i], 12)
    expect(values[3]).toBeCloseTo(values[2] ** 2 / 2, 12)
    expect(values[11]).toBeCloseTo(-Math.log(1 - values[10]), 12)
    // The book rounds to two digits.
    expect(values[0]).toBeCloseTo(0.82, 2)
    expect(Math.abs(values[2] - 0.09)).toBeLessThan(0.005)
  })

  it('compare backpropagation with the four equations and the slope of the cost', async () => {
    const [byHand, slope] = await experiment('backpropagation').run(bare)
    expect(byHand).toBeLessThan(1e-16)
    expect(slope).toBeLessThan(1e-8)
    expect(slope).toBeGreaterThan(0)
  })

  it('measure gradients that vanish toward the inputs', async () => {
    const all = await digits({ count: 60, seed: 3, threads: 1 })
    const pictures = divided(all, all, all)
    const { figures, run: measure } = experiment('vanishing')
    const values = await measure({ ...bare, pictures: () => Promise.resolve(pictures) })
    expect(values).toHaveLength(figures.length)
    const [a1, a2, b1, b2, b3, c1, c2, c3, c4] = values
    for (const lengths of [
      [a1, a2],
      [b1, b2, b3],
      [c1, c2, c3, c4],
    ]) {
      expect(lengths).toEqual([...lengths].sort((a, b) => a - b))
    }
    expect(figures.map(({ book }) => book)).toEqual([0.07, 0.31, 0.012, 0.06, 0.283, 0.003, 0.017, 0.07, 0.285])
  })

  it('classify a picture by its darkness', async () => {
    // Labels 0 and 3 with means of 10 and 100; a test picture each side of the middle, and one that is wrong.
    const training = new Dataset({ inputs: Uint8Array.of(5, 5, 90, 10), width: 2, labels: [0, 3] })
    const test = new Dataset({ inputs: Uint8Array.of(50, 4, 50, 6, 0, 0), width: 2, labels: [0, 3, 3] })
    const pictures = divided(training, training, test)
    const [right] = await experiment('darkness').run({ ...bare, pictures: () => Promise.resolve(pictures) })
    expect(right).toBeCloseTo(200 / 3, 12)
  })
})

describe('the figures', () => {
  it('are formatted in their units, with the numbers of the book as printed', () => {
    expect(formatValue(95.4, { unit: 'percent' })).toBe('95.40%')
    expect([formatValue(31, { unit: 'epochs' }), formatValue(31.25, { unit: 'epochs' })]).toEqual(['31', '31.3'])
    expect(formatValue(Number.NaN, { unit: 'number' })).toBe('')
    expect([formatValue(0.0123456, { unit: 'number' }), formatValue(0, { unit: 'number' })]).toEqual(['0.0123', '0'])
    expect(formatBook({ name: '', unit: 'percent', book: 87.1 })).toBe('87.1%')
    expect(formatBook({ name: '', unit: 'number' })).toBe('-')
    const figure = { name: '', unit: 'percent' } as const
    expect(cellsOfValues([90, 96, 93], figure, [0, 1, 2])).toEqual(['93.00%', '90.00%', '96.00%'])
    expect(cellsOfValues([90], figure, [0, 1, 2])).toEqual(['90.00%', '', ''])
    expect(cellsOfValues([90], figure, [0])).toEqual(['90.00%'])
    expect(cellsOfValues([], figure, [0])).toEqual([''])
  })

  it('are in docs/learn/book.md for every experiment', () => {
    const page = readFileSync(join(resolve(import.meta.dirname, '../../..'), 'docs/learn/book.md'), 'utf8')
    for (const { name, chapter, shows, figures } of experiments) {
      expect(page).toContain(`\n| \`${name}\` | ${chapter} | ${shows} |\n`)
      for (const figure of figures) expect(page).toContain(` | ${figure.name} | ${formatBook(figure)} | `)
    }
  })
})
