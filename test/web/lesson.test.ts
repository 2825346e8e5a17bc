import { expect, it } from 'vitest'
import { dense, Network } from '#src/index'
import { differenceFromEquations, lessonOf } from '../../web/views/backpropagation/lesson.js'
import { drawnAfter, stepsOf } from '../../web/views/backpropagation/steps.js'

const description = { inputs: 3, layers: [dense(4, 'tanh'), dense(2, 'sigmoid')], cost: 'cross-entropy' } as const

/** The lesson of a network of float64, whose answers come straight from the library. */
function lesson() {
  const network = new Network(description, { seed: 1, dtype: 'float64' })
  const x = Float32Array.of(0.5, -1, 2)
  const targets = Float64Array.of(0, 1)
  const { inputs, layers } = network.activations(x, [targets])
  const { cost, parameters: gradient } = network.gradients(x, targets)
  const answer = { cost, inputs, targets, layers, parameters: network.parameters.slice(), gradient }
  const example = { set: 'training', index: 0, label: 1, targets: undefined, inputs: x } as const
  return { network, lesson: lessonOf(example, answer) }
}

it('cuts the parameters and the gradient into layers', () => {
  const { network, lesson: cut } = lesson()
  expect(cut.layers.map(({ inputs, outputs }) => [inputs, outputs])).toEqual([
    [3, 4],
    [4, 2],
  ])
  network.layers.forEach(({ weights, biases }, layer) => {
    expect([...cut.layers[layer].weights]).toEqual([...weights])
    expect([...cut.layers[layer].biases]).toEqual([...biases])
  })
  expect(cut.layers[1].from).toBe(cut.layers[0].a)
})

it('finds that the gradient of the library is what BP3 and BP4 say, and notices a slope that is not', () => {
  const { lesson: right } = lesson()
  expect(differenceFromEquations(right)).toBeLessThan(1e-14)
  right.layers[0].weightSlopes[5] += 0.5
  expect(differenceFromEquations(right)).toBeGreaterThan(0.01)
})

it('goes forward layer by layer, backward layer by layer, and ends with the slopes', () => {
  expect(stepsOf(2)).toEqual([
    { kind: 'inputs' },
    { kind: 'forward', layer: 0 },
    { kind: 'forward', layer: 1 },
    { kind: 'backward', layer: 1 },
    { kind: 'backward', layer: 0 },
    { kind: 'slopes' },
  ])
})

it('draws the errors of a layer once they have come back to it', () => {
  expect(drawnAfter({ kind: 'forward', layer: 0 }, 1)).toEqual({
    hasActivations: false,
    hasErrors: false,
    lines: 'none',
  })
  const outputError = { kind: 'backward', layer: 1 } as const
  expect(drawnAfter(outputError, 1)).toEqual({ hasActivations: true, hasErrors: true, lines: 'signals' })
  expect(drawnAfter(outputError, 0).hasErrors).toBe(false)
  const hiddenError = { kind: 'backward', layer: 0 } as const
  expect(drawnAfter(hiddenError, 1).lines).toBe('errors')
  expect(drawnAfter(hiddenError, 0)).toEqual({ hasActivations: true, hasErrors: true, lines: 'signals' })
})
