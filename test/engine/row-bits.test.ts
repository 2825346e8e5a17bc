import { describe, expect, it } from 'vitest'
import { activations } from '#src/compile/activations'
import { dense, Network } from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'
import { normals, sameBits } from '../support/numbers.js'

// The number of rows decides the tiles of a product and the part of a vector that a row fills, but no bit of an answer.
describeOnBackends('an answer', (backend) => {
  const layers = Object.keys(activations).flatMap((name) =>
    name === 'softmax' ? [] : [dense(19, name as keyof typeof activations)],
  )
  const networks = {
    '784-800-10': [784, 800, 10],
    'three inputs and every activation': { inputs: 3, layers: [...layers, dense(7, 'softmax')], cost: 'cross-entropy' },
    'one input and one output': [1, 1],
  } as const

  describe.each(Object.entries(networks))('of %s', (_name, shape) => {
    it.each(['float32', 'float64'] as const)('has the same bits alone and in company, in %s', async (dtype) => {
      const network = new Network(shape, { seed: 2, backend, dtype })
      const inputs = network.description.inputs
      const outputs = network.layers.at(-1)?.outputs ?? 0
      const size = 70
      const rows = normals(size * inputs, 4)
      const whole = await network.predict(Float64Array.from(rows))
      const expectSame = (from: number, answers: Float32Array | Float64Array) =>
        expect(
          sameBits(answers, whole.slice(from * outputs, from * outputs + answers.length)),
          `from row ${from}`,
        ).toBe(true)
      for (let row = 0; row < size; row++) {
        expectSame(row, network.feedforward(rows.slice(row * inputs, (row + 1) * inputs)))
      }
      for (let count = 1; count < size; count += count < 20 ? 1 : 7) {
        const from = (count * 5) % (size - count)
        expectSame(from, await network.predict(Float64Array.from(rows.slice(from * inputs, (from + count) * inputs))))
      }
    })
  })
})
