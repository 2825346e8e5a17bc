import { expect, it } from 'vitest'
import { neuronColumn } from '#src/drawing/neuron-column'

const numbers = (...given: Parameters<typeof neuronColumn>) =>
  neuronColumn(...given).neurons.map(({ neuron }) => neuron)

it('places all neurons of a small layer evenly', () => {
  expect(neuronColumn(2, 5, 100)).toEqual({
    neurons: [
      { neuron: 0, y: 25 },
      { neuron: 1, y: 75 },
    ],
    ellipsis: undefined,
  })
})

it('shows the first and the last neurons of a large layer, and an ellipsis in a place of its own between them', () => {
  const { neurons, ellipsis } = neuronColumn(100, 5, 100)
  expect(neurons).toEqual([
    { neuron: 0, y: 10 },
    { neuron: 1, y: 30 },
    { neuron: 98, y: 70 },
    { neuron: 99, y: 90 },
  ])
  expect(ellipsis).toBe(50)
})

it('shows a chosen neuron in any case, in the order of the numbers', () => {
  expect(numbers(100, 5, 100, 50)).toEqual([0, 50, 98, 99])
  expect(numbers(100, 5, 100, 99)).toEqual([0, 1, 98, 99])
  expect(numbers(3, 5, 100, 1)).toEqual([0, 1, 2])
})
