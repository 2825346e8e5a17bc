import { describe, expect, it } from 'vitest'
import type { BackendName } from '#src/backend/backend'
import { createRandom } from '#src/base/random'
import type { OptimizerName, OptimizerOption } from '#src/compile/optimizers'
import { Dataset, dense, dropout, Network } from '#src/index'
import { normals, normwiseError } from '../support/numbers.js'
import { isSilent } from '../support/plain-updates.js'
import { descriptionOf, flatten, references } from '../support/reference.js'
import { gradientError } from '../support/rounding.js'

/** What PyTorch computed the references with, where that is not an optimizer by its name alone. */
const settings: Record<string, OptimizerOption> = {
  adamw: { name: 'adamw', weightDecay: 0.1 },
  momentum: { name: 'sgd', momentum: 0.9 },
  nesterov: { name: 'sgd', momentum: 0.9, nesterov: true },
}

/** What training does with gradients: optimizers, limits, dropout, row weights. */
export function learningSuite(backend: BackendName): void {
  const ofOptimizers = references.filter(({ name }) => name.startsWith('optimizer-'))

  it('finds the references of all optimizers', () => {
    expect(ofOptimizers.map(({ name }) => name.slice('optimizer-'.length)).sort()).toEqual([
      'adagrad',
      'adam',
      'adamw',
      'momentum',
      'nesterov',
      'rmsprop',
      'sgd',
    ])
  })

  describe.each(ofOptimizers)('reference $name', (reference) => {
    const { name, x, y, weights, biases, optimizer: expected, after } = reference
    it.each(['float64', 'float32'] as const)('takes the five steps of PyTorch in %s', async (dtype) => {
      const tolerance = gradientError(dtype, reference.sizes, x.length)
      const of = name.slice('optimizer-'.length)
      const optimizer = settings[of] ?? (of as OptimizerName)
      const network = new Network(descriptionOf(reference), { dtype, backend, parameters: flatten(weights, biases) })
      const batch = new Dataset({ inputs: x, targets: y })
      for (const step of after ?? []) {
        await network.partialFit(batch, { learningRate: expected?.learningRate ?? Number.NaN, optimizer })
        expect(normwiseError(network.parameters, flatten(step.weights, step.biases))).toBeLessThanOrEqual(tolerance)
      }
      expect(after?.length).toBe(5)
    })
  })

  const x = normals(12 * 5, 1, 'x')
  const y = normals(12 * 3, 1, 'y').map((value) => 1 / (1 + Math.exp(-value)))
  const data = new Dataset({ inputs: Float64Array.from(x), width: 5, targets: Float64Array.from(y) })
  const create = () => new Network([5, 4, 3], { seed: 2, dtype: 'float64', backend })
  const options = { learningRate: 0.5 }
  /** What one step of plain descent changes, as the negative gradient. */
  const stepOf = async (network: Network, extra: object, batch = data) => {
    const before = network.parameters.slice()
    await network.partialFit(batch, { ...options, ...extra })
    return network.parameters.map((value, i) => (before[i] - value) / options.learningRate)
  }
  const lengthOf = (values: ArrayLike<number>) => Math.hypot(...Array.from(values))

  it('clips the gradient by its norm and by value', async () => {
    const gradient = create().gradients(x, y).parameters
    const length = lengthOf(gradient)
    const byNorm = await stepOf(create(), { clipNorm: length / 3 })
    expect(
      normwiseError(
        byNorm,
        gradient.map((value) => value / 3),
      ),
    ).toBeLessThan(1e-12)
    expect(normwiseError(await stepOf(create(), { clipNorm: 3 * length }), gradient)).toBeLessThan(1e-12)
    const byValue = await stepOf(create(), { clipValue: 0.01 })
    const cut = gradient.map((value) => Math.max(-0.01, Math.min(0.01, value)))
    expect(normwiseError(byValue, cut)).toBeLessThan(1e-12)
  })

  describe.each(['float32', 'float64'] as const)('with rates of their own in %s', (dtype) => {
    const optimizers: Record<string, OptimizerOption> = {
      ...settings,
      ...Object.fromEntries((['sgd', 'adagrad', 'rmsprop', 'adam', 'rprop'] as const).map((name) => [name, name])),
    }
    it.each(Object.entries(optimizers))(
      'weights and biases take the steps of runs with these rates: %s',
      async (_name, optimizer) => {
        const start = () => new Network([5, 4, 3], { seed: 2, dtype, backend })
        const trained = async (given: object) => {
          const network = start()
          // The limit is never reached. It only makes sgd store the gradient, as it does for groups.
          for (const limit of [1e9, 1e9, 1e9]) {
            await network.partialFit(data, { learningRate: 0.25, optimizer, clipValue: limit, ...given })
          }
          return network
        }
        // With the other group left as it is, each group has the same gradients as in the run with its rate alone.
        for (const [rates, learningRate] of [
          [{ weights: 0.5, biases: 0 }, 0.125],
          [{ weights: 0, biases: 2 }, 0.5],
        ] as const) {
          const [grouped, alone] = [await trained({ rates }), start()]
          const moved = rates.weights > 0 ? 'weights' : 'biases'
          const still = rates.weights > 0 ? 'biases' : 'weights'
          for (let step = 0; step < 3; step++) {
            const before = alone.layers.map((layer) => layer[still].slice())
            await alone.partialFit(data, { learningRate, optimizer, clipValue: 1e9 })
            alone.layers.forEach((layer, index) => {
              layer[still].set(before[index])
            })
          }
          expect([...grouped.parameters]).toEqual([...alone.parameters])
          expect([...grouped.parameters]).not.toEqual([...start().parameters])
          expect(grouped.layers.map((layer) => [...layer[moved]])).not.toEqual(
            start().layers.map((layer) => [...layer[moved]]),
          )
        }
        // Rates of 1 are those of a run without the option.
        expect([...(await trained({ rates: { scale: 1, biases: 1 } })).parameters]).toEqual([
          ...(await trained({})).parameters,
        ])
        // With both groups learning, the first step of each is that of a run with its rate alone.
        const [both, half, double] = [start(), start(), start()]
        await both.partialFit(data, {
          learningRate: 0.25,
          optimizer,
          clipValue: 1e9,
          rates: { weights: 0.5, biases: 2 },
        })
        await half.partialFit(data, { learningRate: 0.125, optimizer, clipValue: 1e9 })
        await double.partialFit(data, { learningRate: 0.5, optimizer, clipValue: 1e9 })
        both.layers.forEach(({ weights, biases }, index) => {
          expect([...weights]).toEqual([...half.layers[index].weights])
          expect([...biases]).toEqual([...double.layers[index].biases])
        })
      },
    )
  })

  it('multiplies the rates of a schedule by those of the groups', async () => {
    const run = { ...options, epochs: 2, batchSize: 5, shuffle: false, schedule: 'cosine', optimizer: 'adam' } as const
    const [grouped, alone] = [create(), create()]
    await grouped.fit(data, { ...run, rates: { weights: 0.5, biases: 0.5 } })
    await alone.fit(data, { ...run, learningRate: 0.25 })
    expect([...grouped.parameters]).toEqual([...alone.parameters])
  })

  it('keeps the weights into a neuron within max-norm, and leaves shorter ones and biases alone', async () => {
    const [free, limited] = [create(), create()]
    await free.partialFit(data, options)
    await limited.partialFit(data, { ...options, maxNorm: 1.5 })
    free.layers.forEach(({ weights, biases, inputs }, layer) => {
      const expected = weights.map((value, i) => {
        const row = Math.floor(i / inputs)
        return value * Math.min(1, 1.5 / lengthOf(weights.subarray(row * inputs, (row + 1) * inputs)))
      })
      expect(normwiseError(limited.layers[layer].weights, expected)).toBeLessThan(1e-14)
      expect([...limited.layers[layer].biases]).toEqual([...biases])
    })
  })

  it('smooths labels as targets smoothed by hand', async () => {
    const labels = [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]
    const byLabels = new Dataset({ inputs: Float64Array.from(x), width: 5, labels })
    const smoothed = labels.map((label) => [0, 1, 2].map((c) => (c === label ? 0.7 : 0) + 0.1))
    const byHand = new Dataset({ inputs: Float64Array.from(x), width: 5, targets: smoothed })
    const step = await stepOf(create(), { labelSmoothing: 0.3 }, byLabels)
    expect(normwiseError(step, await stepOf(create(), {}, byHand))).toBeLessThan(1e-12)
  })

  it('counts a row of weight 2 as two rows, and one of weight 0 as none, in gradient and cost', async () => {
    const weights = [2, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
    const rows = [0, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
    const pick = (values: readonly number[] | Float64Array, width: number) =>
      Float64Array.from(rows.flatMap((row) => [...values.slice(row * width, (row + 1) * width)]))
    const repeated = new Dataset({ inputs: pick(x, 5), width: 5, targets: pick(y, 3) })
    const run = { ...options, epochs: 1, batchSize: 12, shuffle: false }
    const [weighted, plain] = [create(), create()]
    const [ofWeights] = await weighted.fit(data, { ...run, sampleWeights: weights })
    const [ofRows] = await plain.fit(repeated, run)
    expect(normwiseError(weighted.parameters, plain.parameters)).toBeLessThan(1e-14)
    expect(normwiseError([ofWeights.cost], [ofRows.cost])).toBeLessThan(1e-14)
  })

  it('silences the neurons that the mask names, in both directions, and only in training', async () => {
    const description = {
      inputs: 5,
      layers: [dropout(0.4), dense(4, 'identity'), dropout(0.5), dense(3, 'identity')],
    } as const
    const network = new Network(description, { seed: 2, dtype: 'float64', backend })
    // With identity neurons the masked network is a product of matrices: its gradient by hand, row by row.
    const [first, second] = network.layers.map((layer) => ({
      weights: layer.weights.slice(),
      biases: layer.biases.slice(),
    }))
    const key = createRandom(2, 'dropout', 0).integer(2 ** 24)
    const expected = new Float64Array(network.parameters.length)
    for (let r = 0; r < 12; r++) {
      const keep = (layer: number, share: number, j: number) =>
        isSilent({ layer, key: [key], share }, r, j) ? 0 : 1 / (1 - share)
      const input = [0, 1, 2, 3, 4].map((j) => x[r * 5 + j] * keep(1, 0.4, j))
      const masks = [0, 1, 2, 3].map((j) => keep(2, 0.5, j))
      const hidden = masks.map(
        (mask, j) =>
          mask * (first.biases[j] + input.reduce((sum, value, i) => sum + first.weights[j * 5 + i] * value, 0)),
      )
      const delta = [0, 1, 2].map(
        (k) => second.biases[k] + hidden.reduce((sum, h, j) => sum + second.weights[k * 4 + j] * h, 0) - y[r * 3 + k],
      )
      const back = masks.map((mask, j) => mask * delta.reduce((sum, d, k) => sum + d * second.weights[k * 4 + j], 0))
      for (let j = 0; j < 4; j++) {
        for (let i = 0; i < 5; i++) expected[j * 5 + i] += (back[j] * input[i]) / 12
        expected[20 + j] += back[j] / 12
      }
      for (let k = 0; k < 3; k++) {
        for (let j = 0; j < 4; j++) expected[24 + k * 4 + j] += (delta[k] * hidden[j]) / 12
        expected[36 + k] += delta[k] / 12
      }
    }
    const answers = network.feedforward(x)
    expect(normwiseError(await stepOf(network, {}), expected)).toBeLessThan(1e-12)
    // Prediction uses no masks, so it answers like the network without dropout.
    const bare = new Network(
      { inputs: 5, layers: [dense(4, 'identity'), dense(3, 'identity')] },
      { seed: 2, dtype: 'float64', backend },
    )
    expect([...answers]).toEqual([...bare.feedforward(x)])
  })
}
