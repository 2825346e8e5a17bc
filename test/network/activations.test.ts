import { describe, expect, it } from 'vitest'
import {
  type Activations,
  DataError,
  Dataset,
  type Description,
  dense,
  dropout,
  type LayerErrors,
  Network,
  NetworkBusyError,
  OptionError,
} from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'
import { type Floats, normals, normwiseError, sameBits } from '../support/numbers.js'
import { learningActivations, outputPairs, shareOut } from '../support/random-networks.js'

const dtypes = ['float32', 'float64'] as const
const epsilons = { float32: 2 ** -23, float64: 2 ** -52 }

/** All arrays of the activations, in a fixed order. */
const arraysOf = ({ inputs, layers }: Activations): Floats[] => [
  inputs,
  ...layers.flatMap((layer) => Object.values(layer)),
]

function expectSame(found: Activations, expected: Activations, from = 0): void {
  const [all, some] = [arraysOf(expected), arraysOf(found)]
  expect(some).toHaveLength(all.length)
  for (const [i, array] of some.entries()) {
    const start = from * (all[i].length / expected.rows)
    expect(sameBits(array, all[i].slice(start, start + array.length)), `array ${i}, from row ${from}`).toBe(true)
  }
}

/** The gradient that follows from equations BP3 and BP4 of Nielsen's book, as the mean over the rows: W1, b1, W2, ... */
function gradientOf({ rows, inputs, layers }: Activations<LayerErrors>): number[] {
  return layers.flatMap(({ delta }, index) => {
    const before = index === 0 ? inputs : layers[index - 1].a
    const [outputs, width] = [delta.length / rows, before.length / rows]
    const mean = (of: (row: number) => number) =>
      Array.from({ length: rows }, (_, row) => of(row)).reduce((sum, value) => sum + value, 0) / rows
    const weights = Array.from({ length: outputs * width }, (_, i) =>
      mean((row) => delta[row * outputs + Math.floor(i / width)] * before[row * width + (i % width)]),
    )
    const biases = Array.from({ length: outputs }, (_, i) => mean((row) => delta[row * outputs + i]))
    return [...weights, ...biases]
  })
}

describeOnBackends('activations', (backend) => {
  it('are those of a 2-2-1 network computed by hand', () => {
    // With these numbers, the weighted inputs of the first layer are exact.
    const parameters = [0.5, -0.25, 1, 0.75, 0.125, -0.5, 2, -1, 0.25]
    const network = new Network([2, 2, 1], { backend, dtype: 'float64', parameters })
    const sigmoid = (z: number) => 1 / (1 + Math.exp(-z))
    const [x, y] = [[1, 2], 1]
    const z1 = [0.5 * 1 - 0.25 * 2 + 0.125, 1 * 1 + 0.75 * 2 - 0.5]
    const a1 = z1.map(sigmoid)
    const z2 = 2 * a1[0] - 1 * a1[1] + 0.25
    const a2 = sigmoid(z2)
    const delta2 = (a2 - y) * a2 * (1 - a2)
    const delta1 = [2 * delta2 * a1[0] * (1 - a1[0]), -1 * delta2 * a1[1] * (1 - a1[1])]

    const { rows, inputs, layers } = network.activations(x, [y])
    expect(rows).toBe(1)
    expect(inputs).toEqual(Float64Array.of(1, 2))
    expect(layers).toHaveLength(2)
    expect(layers[0].z).toEqual(Float64Array.of(0.125, 2))
    // Each number is the result of fewer than 16 roundings, and none is above 2.
    const close = (found: Floats, expected: number[]) => {
      expect(found).toBeInstanceOf(Float64Array)
      expect(found).toHaveLength(expected.length)
      for (const [i, value] of expected.entries()) {
        expect(Math.abs(found[i] - value)).toBeLessThanOrEqual(16 * epsilons.float64)
      }
    }
    close(layers[0].a, a1)
    close(layers[0].delta, delta1)
    close(layers[1].z, [z2])
    close(layers[1].a, [a2])
    close(layers[1].delta, [delta2])
  })

  it('have no errors without desired outputs', () => {
    const network = new Network([2, 3, 2], { backend, seed: 1 })
    const { rows, layers } = network.activations([
      [1, 2],
      [3, 4],
      [5, 6],
    ])
    expect(rows).toBe(3)
    expect(layers.map((layer) => Object.entries(layer).map(([name, { length }]) => [name, length]))).toEqual([
      [
        ['z', 9],
        ['a', 9],
      ],
      [
        ['z', 6],
        ['a', 6],
      ],
    ])
  })

  const every: Description = {
    inputs: 3,
    layers: [...learningActivations, 'step' as const].map((name) => dense(5, name)),
    cost: 'quadratic',
  }
  it.each(dtypes)('are the outputs of the network cut off behind each layer, in %s', (dtype) => {
    const network = new Network(every, { backend, seed: 2, dtype })
    const x = normals(7 * 3, 1)
    const { layers } = network.activations(x)
    let count = 0
    let inputs = 3
    for (const [index, { outputs }] of network.layers.entries()) {
      count += outputs * (inputs + 1)
      inputs = outputs
      const parameters = network.parameters.slice(0, count)
      const cut = { ...every, layers: every.layers.slice(0, index + 1) }
      const outputsOfCut = new Network(cut, { backend, dtype, parameters }).feedforward(x)
      expect(sameBits(layers[index].a, outputsOfCut), `layer ${index + 1}`).toBe(true)
    }
    expect(sameBits(layers[layers.length - 1].a, network.feedforward(x))).toBe(true)
  })

  describe.each(outputPairs)('of $activation outputs with the cost $cost', ({ activation, cost }) => {
    it.each(dtypes)('have errors whose products with the inputs are the gradient, in %s', (dtype) => {
      const description: Description = {
        inputs: 3,
        layers: [dense(5, 'gelu'), dense(4, 'identity'), dense(4, 'relu'), dense(3, activation)],
        cost,
        initializer: 'glorot',
      }
      const network = new Network(description, { backend, seed: 4, dtype })
      const x = normals(6 * 3, 2)
      const y = normals(6 * 3, 3).map((value) => 1 / (1 + Math.exp(-value)))
      if (activation === 'softmax') shareOut(y, 3)
      const { parameters } = network.gradients(x, y)
      // A slope is the result of some 64 roundings: six rows, and sums of at most five terms in four layers.
      expect(normwiseError(gradientOf(network.activations(x, y)), parameters)).toBeLessThanOrEqual(64 * epsilons[dtype])
    })
  })

  it('have the errors a - y for softmax outputs and cross-entropy', () => {
    const network = new Network({ inputs: 3, layers: [dense(4, 'softmax')] }, { backend, seed: 1, dtype: 'float64' })
    const { a, delta } = network.activations(normals(2 * 3, 5), [3, 0]).layers[0]
    const y = [0, 0, 0, 1, 1, 0, 0, 0]
    expect(
      normwiseError(
        delta,
        Array.from(a, (value, i) => value - y[i]),
      ),
    ).toBeLessThanOrEqual(8 * epsilons.float64)
  })

  it('take labels as targets of 0 and 1', () => {
    const network = new Network([3, 4, 2], { backend, seed: 1 })
    const x = normals(3 * 3, 6)
    const expected = network.activations(x, [
      [0, 1],
      [1, 0],
      [0, 1],
    ])
    const labels = [1, 0, 1]
    const dataset = new Dataset({ inputs: x, width: 3, labels })
    expectSame(network.activations(x, labels), expected)
    expectSame(network.activations(x, Uint8Array.from(labels)), expected)
    expectSame(network.activations(x, BigInt64Array.from(labels, BigInt)), expected)
    expectSame(network.activations(dataset, dataset.labels ?? []), expected)
    const single = new Network([3, 4, 1], { backend, seed: 1 })
    expectSame(single.activations(x, Int32Array.from(labels)), single.activations(x, [[1], [0], [1]]))
  })

  const deep: Description = {
    inputs: 300,
    layers: [dense(70), dropout(0.5), ...learningActivations.map((name) => dense(33, name)), dense(10, 'softmax')],
  }
  it.each(dtypes)('have the same bits for a row alone and in company, without dropout, in %s', (dtype) => {
    const network = new Network(deep, { backend, seed: 2, dtype })
    const size = 40
    const x = normals(size * 300, 7)
    const y = Array.from({ length: size }, (_, row) => row % 10)
    const whole = network.activations(x, y)
    expect(sameBits(whole.layers[whole.layers.length - 1].a, network.feedforward(x))).toBe(true)
    for (const [from, to] of [...y.keys()].map((row) => [row, row + 1]).concat([[3, 20]], [[20, 40]])) {
      expectSame(network.activations(x.slice(from * 300, to * 300), y.slice(from, to)), whole, from)
    }
    const forward = network.activations(x)
    for (const [index, { z, a }] of forward.layers.entries()) {
      expect(sameBits(z, whole.layers[index].z)).toBe(true)
      expect(sameBits(a, whole.layers[index].a)).toBe(true)
    }
  })

  it('show inputs as the first layer gets them: bytes scaled, columns standardized and found by name', () => {
    const network = new Network([2, 2], { backend, seed: 1, dtype: 'float64' })
    expect(network.activations(Uint8Array.of(0, 255)).inputs).toEqual(Float64Array.of(0, 255 * (1 / 255)))
    const scaled = new Dataset({ inputs: [[3, 5]], scale: 0.5 })
    expect(network.activations(scaled).inputs).toEqual(Float64Array.of(1.5, 2.5))

    // The columns have the means 2 and 30 and the deviations 1 and 20.
    const training = Float64Array.of(1, 10, 3, 50)
    network.standardize(new Dataset({ inputs: training, width: 2, inputNames: ['a', 'b'] }))
    const expected = Float64Array.of(2, -1.5)
    expect(network.activations([4, 0]).inputs).toEqual(expected)
    const turned = new Dataset({ inputs: [[9, 0, 4]], inputNames: ['c', 'b', 'a'] })
    expectSame(network.activations(turned), network.activations([4, 0]))
  })

  it.each(dtypes)('hold to the gradient with standardized inputs of large mean, in %s', (dtype) => {
    const inputs = normals(5 * 3, 8).map((value) => 1e9 + value)
    const network = new Network([3, 4, 2], { backend, seed: 1, dtype })
    network.standardize(new Dataset({ inputs, width: 3 }))
    const y = normals(5 * 2, 9)
    const answer = network.activations(inputs, y)
    expect(Math.max(...answer.inputs.map(Math.abs))).toBeLessThan(3)
    const { parameters } = network.gradients(inputs, y)
    expect(normwiseError(gradientOf(answer), parameters)).toBeLessThanOrEqual(64 * epsilons[dtype])
  })

  it('are arrays of the caller, which no later call changes', () => {
    const network = new Network({ inputs: 3, layers: [dense(3, 'identity'), dense(2)] }, { backend, seed: 1 })
    const [first, second] = [normals(6, 1), normals(6, 2)]
    const given = first.slice()
    const answer = network.activations(first, [0, 1])
    expect(given).toEqual(first)
    const { z, a } = answer.layers[0]
    expect(sameBits(z, a)).toBe(true)
    z.fill(0)
    expect(a).not.toEqual(z)
    const before = arraysOf(answer).map((array) => array.slice())
    network.activations(second, [1, 0])
    network.feedforward(second)
    expect(arraysOf(answer)).toEqual(before)
    expect(sameBits(network.activations(first, [0, 1]).layers[0].a, a)).toBe(true)
  })

  it('are those of the published copy while the network learns, which ends with the same bits as without them', async () => {
    const description: Description = { inputs: 20, layers: [dense(30), dense(4, 'softmax')] }
    const create = () => new Network(description, { seed: 3, backend })
    const inputs = normals(3000 * 20, 1)
    const data = new Dataset({ inputs, width: 20, labels: Array.from({ length: 3000 }, (_, row) => row % 4) })
    const options = { epochs: 3, batchSize: 10, learningRate: 0.3 } as const
    const calm = create()
    await calm.fit(data, options)

    const [x, y] = [inputs.slice(0, 60), [0, 1, 2]]
    const network = create()
    const run = network.train(data, options)
    for (let epoch = 0; epoch < options.epochs; epoch++) {
      const parameters = network.parameters.slice()
      let isLearning = true
      const end = run.next().finally(() => {
        isLearning = false
      })
      await Promise.resolve()
      // The first copy of an epoch has the parameters of its beginning.
      expectSame(network.activations(x, y), new Network(description, { backend, parameters }).activations(x, y))
      let asked = 0
      while (isLearning) {
        // Both calls read the same copy, because a copy is published only while no code of the caller runs.
        const outputs = network.feedforward(x)
        const { a, delta } = network.activations(x, y).layers[1]
        expect(sameBits(a, outputs)).toBe(true)
        expect(delta).toEqual(a.map((value, i) => value - (i % 4 === y[Math.floor(i / 4)] ? 1 : 0)))
        asked++
        await network.predict(x)
      }
      expect(asked).toBeGreaterThan(0)
      await end
    }
    await run.next()
    expect(sameBits(network.parameters, calm.parameters)).toBe(true)
  })

  it('wait for partialFit', async () => {
    const network = new Network([2, 2], { backend, seed: 1 })
    const step = network.partialFit(new Dataset({ inputs: [[1, 2]], labels: [1] }))
    expect(() => network.activations([1, 2])).toThrow(
      new NetworkBusyError('the network is busy: activations must wait until partialFit ends'),
    )
    await step
    expect(network.activations([1, 2]).rows).toBe(1)
  })

  describe('refuse', () => {
    const network = new Network([2, 3, 2], { backend, seed: 1 })
    const x = [
      [1, 2],
      [3, 4],
    ]
    const refused = (error: Error, call: () => unknown) => {
      expect(call).toThrow(error)
      expect(call).toThrow(error.constructor as typeof Error)
      // The network still answers.
      expect(network.activations(x, [0, 1]).rows).toBe(2)
    }

    it.each([
      [
        'rows of another width',
        [1, 2, 3],
        new DataError('x has 3 numbers, which is not a multiple of the 2 that a row has'),
      ],
      ['a row of another width', [[1, 2], [3]], new DataError('x row 1 has 1 numbers instead of 2')],
      ['no rows', [], new DataError('x has no rows')],
      ['text', '12', new OptionError('x must be a typed array, an array of numbers or an array of rows, not "12"')],
      [
        'a number that is not finite',
        [1, 2, Number.NaN, 1],
        new DataError('x has NaN at row 1, column 0: every number must be finite'),
      ],
      [
        'a number beyond float32',
        [1, 1e39],
        new DataError(
          "x has 1e+39 at row 0, column 1, which is beyond what float32 holds: use a network of dtype 'float64'",
        ),
      ],
      [
        'a dataset of another width',
        new Dataset({ inputs: [[1, 2, 3]] }),
        new DataError('the dataset has rows of 3 numbers, the network takes 2'),
      ],
    ])('as x: %s', (_, wrong, error) => {
      refused(error, () => network.activations(wrong as number[]))
    })

    it.each([
      [
        'too few labels',
        [1],
        new DataError('y must have a length of 2 (labels) or 4 (targets: 2 x 2, rows x outputs), not 1'),
      ],
      [
        'too many targets',
        [0, 1, 0, 1, 0, 1],
        new DataError('y must have a length of 2 (labels) or 4 (targets: 2 x 2, rows x outputs), not 6'),
      ],
      ['nothing', [], new DataError('y must have a length of 2 (labels) or 4 (targets: 2 x 2, rows x outputs), not 0')],
      ['too few rows', [[0, 1]], new DataError('y has 1 rows, x has 2')],
      ['rows of another width', [[0, 1, 2], [1]], new DataError('y row 0 has 3 numbers instead of 2')],
      [
        'a class out of range',
        [0, 2],
        new DataError('label 2 at row 1 is out of range: the network has 2 outputs, so labels go from 0 to 1'),
      ],
      ['half a class', [0, 1.5], new DataError('label 1.5 at row 1 must be a whole number from 0 to 2147483647')],
      [
        'a target that is not finite',
        [0, 1, Number.NaN, 0],
        new DataError('y has NaN at row 1, column 0: every number must be finite'),
      ],
      ['targets of bytes', new Uint8Array(4), new DataError('y must be floats, not bytes')],
      ['null', null, new OptionError('y must be a typed array, an array of numbers or an array of rows, not null')],
    ])('as y: %s', (_, wrong, error) => {
      refused(error, () => network.activations(x, wrong as number[]))
    })

    it('labels of a single output other than 0 and 1', () => {
      const single = new Network([2, 1], { backend, seed: 1 })
      refused(
        new DataError('label 2 at row 1 is out of range: the network has one output, so labels are 0 and 1'),
        () => single.activations(x, Int32Array.of(1, 2)),
      )
    })

    it('targets of which cross-entropy is not defined', () => {
      const softmax = new Network({ inputs: 2, layers: [dense(2, 'softmax')] }, { backend, seed: 1 })
      refused(
        new DataError(
          'y has targets that add up to 2 at row 0: the cross-entropy of softmax outputs takes targets that add up to 1',
        ),
        () => softmax.activations([1, 2], [[1, 1]]),
      )
    })

    it('errors of a layer that has no slope', () => {
      const stepping = new Network({ inputs: 2, layers: [dense(3, 'step'), dense(2)] }, { backend, seed: 1 })
      expect(stepping.activations(x).layers[0].a).toHaveLength(6)
      refused(
        new OptionError('layer 1 cannot learn: the activation step has no slope; set its weights, or take sigmoid'),
        () => stepping.activations(x, [0, 1]),
      )
    })

    it('memory that is gone', () => {
      const gone = new Int32Array(2)
      structuredClone(gone, { transfer: [gone.buffer] })
      const rest = 'its ArrayBuffer was transferred to another thread or shrunk, so pass a copy made before that'
      refused(new DataError(`the memory of y is gone: ${rest}`), () => network.activations(x, gone))
    })
  })
})
