import { describe, expect, it } from 'vitest'
import { createRandom } from '#src/base/random'
import { DataError, Dataset, type Learned, Perceptron } from '#src/index'
import { normals } from '../support/numbers.js'

const rows = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]
const gates = { AND: [0, 0, 0, 1], OR: [0, 1, 1, 1], NAND: [1, 1, 1, 0] }
const learn = (labels: number[], data = rows): Learned => new Perceptron({ inputs: data[0].length }).learn(data, labels)

describe('a perceptron with set weights', () => {
  it('decides about the festival like the book', () => {
    const inputs = Array.from({ length: 8 }, (_, i) => [i >> 2, (i >> 1) & 1, i & 1])
    const decisions = (threshold: number) => {
      const perceptron = new Perceptron({ weights: [6, 2, 2], threshold })
      return inputs.map((x) => perceptron.decide(x))
    }
    // With threshold 5, it goes whenever the weather is good. With threshold 3, it also goes if both other conditions hold.
    expect(decisions(5)).toEqual([0, 0, 0, 0, 1, 1, 1, 1])
    expect(decisions(3)).toEqual([0, 0, 0, 1, 1, 1, 1, 1])
  })

  it('decides 0 if the weighted sum equals the threshold', () => {
    expect(new Perceptron({ weights: [6, 2, 2], threshold: 4 }).decide([0, 1, 1])).toBe(0)
    expect(new Perceptron({ weights: [6, 2, 2], threshold: 3.999 }).decide([0, 1, 1])).toBe(1)
  })

  it('computes NAND with the weights of the book', () => {
    const nand = new Perceptron({ weights: [-2, -2], bias: 3 })
    expect(rows.map((row) => nand.decide(row))).toEqual(gates.NAND)
  })

  it('has the given weights, bias and threshold', () => {
    const given = Float32Array.of(6, 2)
    const perceptron = new Perceptron({ weights: given, threshold: 5 })
    given.fill(0)
    expect(perceptron.weights).toEqual(Float64Array.of(6, 2))
    expect([perceptron.bias, perceptron.threshold]).toEqual([-5, 5])
    expect(new Perceptron({ weights: [1], bias: -2 }).threshold).toBe(2)
    const empty = new Perceptron({ inputs: 2 })
    expect(empty.weights).toEqual(Float64Array.of(0, 0))
    expect([empty.bias, empty.threshold]).toEqual([0, 0])
  })

  it('scales bytes like a dataset', () => {
    const perceptron = new Perceptron({ weights: [1], threshold: 0.5 })
    expect([127, 128].map((byte) => perceptron.decide(Uint8Array.of(byte)))).toEqual([0, 1])
    expect(perceptron.decide([127])).toBe(1)
  })
})

describe('the perceptron rule', () => {
  it('takes the same steps as a calculation by hand', () => {
    // OR from (0, 0; 0): row 01 is a mistake -> (0, 1; 1). Then 00 -> (0, 1; 0), 10 -> (1, 1; 1). Then 00 -> (1, 1; 0).
    const steps = [1, 2, 3].map((epochs) => {
      const stepwise = new Perceptron({ inputs: 2 })
      const { converged, wrong, mistakes } = stepwise.learn(rows, gates.OR, { epochs })
      return { converged, wrong, mistakes, weights: [...stepwise.weights], bias: stepwise.bias }
    })
    // One row is wrong after epoch 1 and also after epoch 2: the pocket keeps the weights of epoch 1.
    expect(steps).toEqual([
      { converged: false, wrong: 1, mistakes: 1, weights: [0, 1], bias: 1 },
      { converged: false, wrong: 1, mistakes: 3, weights: [0, 1], bias: 1 },
      { converged: true, wrong: 0, mistakes: 4, weights: [1, 1], bias: 0 },
    ])
    const perceptron = new Perceptron({ inputs: 2 })
    expect(perceptron.learn(rows, gates.OR)).toEqual({
      separable: true,
      converged: true,
      epochs: 4,
      mistakes: 4,
      wrong: 0,
      reason: 'this perceptron classifies every row correctly',
      commonPoint: undefined,
    })
    expect(perceptron.learn(rows, gates.OR)).toMatchObject({ epochs: 1, mistakes: 0 })
  })

  it.each(Object.entries(gates))('learns %s', (_name, labels) => {
    const perceptron = new Perceptron({ inputs: 2 })
    expect(perceptron.learn(rows, labels).separable).toBe(true)
    expect(rows.map((row) => perceptron.decide(row))).toEqual(labels)
  })

  it('learns the same from a dataset with a scale as from rows', () => {
    const bytes = Uint8Array.from(rows.flat(), (bit) => 255 * bit)
    const fromRows = new Perceptron({ inputs: 2 })
    const fromBytes = new Perceptron({ inputs: 2 })
    const fromDataset = new Perceptron({ inputs: 2 })
    const learned = fromRows.learn(rows, gates.NAND)
    expect(fromBytes.learn(bytes, gates.NAND)).toEqual(learned)
    expect(fromDataset.learn(new Dataset({ inputs: bytes, width: 2, labels: gates.NAND }))).toEqual(learned)
    expect(fromBytes.weights).toEqual(fromRows.weights)
    expect(fromDataset.weights).toEqual(fromRows.weights)
  })

  it.each([1, 2, 3, 4, 5])('stays within the bound of Novikoff, with rows in order or shuffled (set %i)', (seed) => {
    // A plane with known weights, and rows at some distance from it.
    const width = 1 + seed
    const plane = normals(width + 1, seed, 'plane')
    const sizeOfPlane = Math.hypot(...plane)
    const random = createRandom(seed, 'rows')
    const inputs: number[][] = []
    const labels: number[] = []
    let radius = 0
    let margin = Number.POSITIVE_INFINITY
    while (inputs.length < 200) {
      const x = Array.from({ length: width }, () => 3 * random.normal())
      const distance = [...x, 1].reduce((sum, value, i) => sum + value * plane[i], 0) / sizeOfPlane
      if (Math.abs(distance) < 0.1) continue
      inputs.push(x)
      labels.push(distance > 0 ? 1 : 0)
      radius = Math.max(radius, Math.hypot(...x, 1))
      margin = Math.min(margin, Math.abs(distance))
    }
    for (const shuffle of [false, true]) {
      const perceptron = new Perceptron({ inputs: width })
      const learned = perceptron.learn(inputs, labels, { epochs: 10_000, shuffle })
      expect(learned).toMatchObject({ separable: true, converged: true, wrong: 0 })
      expect(learned.mistakes).toBeLessThanOrEqual((radius / margin) ** 2)
      expect(inputs.map((x) => perceptron.decide(x))).toEqual(labels)
    }
  })

  it('shuffles by the seed', () => {
    const inputs = Array.from({ length: 50 }, (_, i) => [...normals(3, 1, i)])
    const labels = inputs.map(([a, b]) => (a > b ? 1 : 0))
    const weightsOf = (options: object) => {
      const perceptron = new Perceptron({ inputs: 3 })
      perceptron.learn(inputs, labels, options)
      return [...perceptron.weights]
    }
    expect(weightsOf({ shuffle: true, seed: 1 })).toEqual(weightsOf({ shuffle: true, seed: 1 }))
    expect(weightsOf({ shuffle: true, seed: 1 })).not.toEqual(weightsOf({ shuffle: true, seed: 2 }))
    expect(weightsOf({ seed: 1 })).toEqual(weightsOf({}))
  })
})

describe('rows on which the rule does not converge', () => {
  it('are proved inseparable for XOR', () => {
    expect(learn([0, 1, 1, 0])).toEqual({
      separable: false,
      converged: false,
      epochs: 100,
      mistakes: expect.any(Number),
      wrong: 2,
      reason:
        'a weighted mean of 2 rows labeled 0 equals a weighted mean of 2 rows labeled 1, and no point is on both sides of a plane',
      commonPoint: [
        { row: 0, label: 0, share: 0.5 },
        { row: 1, label: 1, share: 0.5 },
        { row: 2, label: 1, share: 0.5 },
        { row: 3, label: 0, share: 0.5 },
      ],
    })
  })

  it('leave the weights that were wrong on the fewest rows', () => {
    // One of 8 rows on a line has the wrong label: the pocket must keep a perceptron with 1 mistake.
    const data = [[-4], [-3], [-2], [-1], [1], [2], [3], [4]]
    const labels = [0, 0, 1, 0, 1, 1, 1, 1]
    const perceptron = new Perceptron({ inputs: 1 })
    const learned = perceptron.learn(data, labels)
    expect(learned).toMatchObject({ separable: false, converged: false, wrong: 1 })
    expect(data.filter((x, row) => perceptron.decide(x) !== labels[row])).toHaveLength(1)
  })

  it('may be separable but need more epochs', () => {
    const data = [[100], [101]]
    expect(new Perceptron({ inputs: 1 }).learn(data, [0, 1], { epochs: 5 })).toMatchObject({
      separable: true,
      converged: false,
      epochs: 5,
      reason: 'some weights classify every row correctly, but the rule needs more epochs to find them',
    })
    expect(learn([0, 1], [[1], [1.5]])).toMatchObject({ separable: true, converged: true })
  })

  it('stay undecided if the proof would take too long', () => {
    const wide = Array.from({ length: 4 }, (_, row) => [...rows[row], ...Array.from({ length: 29 }, () => 0)])
    expect(learn([0, 1, 1, 0], wide)).toMatchObject({
      separable: undefined,
      wrong: 2,
      reason:
        'the rule found no weights that classify every row correctly, and 4 rows of 31 inputs are too many for a proof',
    })
    const many = Array.from({ length: 1112 }, (_, row) => [...rows[row % 4], ...Array.from({ length: 28 }, () => 0)])
    const labels = many.map(([a, b]) => (a === b ? 0 : 1))
    expect(learn(labels, many)).toMatchObject({
      separable: undefined,
      reason:
        'the rule found no weights that classify every row correctly, and 1112 rows of 30 inputs are too many for a proof',
    })
    const tiny = rows.map(([a, b]) => [a * 1e-20, b])
    expect(learn([0, 1, 1, 0], tiny)).toMatchObject({
      separable: undefined,
      reason:
        'the rule found no weights that classify every row correctly, and a proof needs inputs that are 0 or have magnitudes from 2^-64 to 2^64',
    })
  })

  it('leave finite weights if the rule overflows', () => {
    // Both rows are mistakes. The corrected weights, 3e308 (which is infinite) and 0, would classify them correctly.
    const perceptron = new Perceptron({ inputs: 2 })
    const large = 1.5e308
    const data = [
      [large, -large],
      [large, large],
    ]
    expect(perceptron.learn(data, [1, 1])).toMatchObject({ converged: false, mistakes: 2, wrong: 2 })
    expect(perceptron.weights.every(Number.isFinite)).toBe(true)
  })
})

describe('a perceptron that learns from columns with names', () => {
  const labels = [0, 1, 0, 1]
  /** The label is the column `friend`. */
  const named = new Dataset({ inputs: rows, inputNames: ['weather', 'friend'], labels })

  it('keeps the names and finds the columns of further datasets by them', () => {
    const perceptron = new Perceptron({ inputs: 2 })
    expect(perceptron.inputNames).toBeUndefined()
    perceptron.learn(named)
    expect(perceptron.inputNames).toEqual(['weather', 'friend'])
    const weights = perceptron.weights.slice()
    const other = new Dataset({
      inputs: rows.map(([weather, friend]) => [friend, 9, weather]),
      inputNames: ['friend', 'day', 'weather'],
      labels,
    })
    expect(perceptron.learn(other)).toMatchObject({ converged: true, mistakes: 0 })
    expect(perceptron.weights).toEqual(weights)
    expect(perceptron.learn(rows, labels).mistakes).toBe(0)
  })

  it('refuses a dataset that lacks one of them', () => {
    const perceptron = new Perceptron({ inputs: 2 })
    perceptron.learn(named)
    const other = new Dataset({ inputs: rows, inputNames: ['weather', 'day'], labels })
    expect(() => perceptron.learn(other)).toThrow(
      new DataError(
        'the dataset has no column "friend", which is an input of the perceptron; its columns are "weather", "day"',
      ),
    )
    expect(perceptron.inputNames).toEqual(['weather', 'friend'])
  })
})
