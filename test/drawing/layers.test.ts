import { describe, expect, it } from 'vitest'
import { layersOf, strongest, weightsOf } from '#src/drawing/layers'
import { Network } from '#src/index'

describe('layersOf', () => {
  it('finds the parameters of each layer where the network has them', () => {
    const network = new Network([3, 4, 2], { seed: 5, backend: 'typescript' })
    const layers = layersOf({ inputs: 3, layers: [4, 2] }, network.parameters)
    expect(layers?.map(({ weights, biases }) => [[...weights], [...biases]])).toEqual(
      network.layers.map(({ weights, biases }) => [[...weights], [...biases]]),
    )
    expect([...weightsOf({ ...network.layers[1] }, 1)]).toEqual([...network.layers[1].weights.subarray(4, 8)])
  })

  it('finds none in the parameters of another network', () => {
    expect(layersOf({ inputs: 3, layers: [4, 2] }, new Float32Array(25))).toBeUndefined()
    expect(layersOf({ inputs: 3, layers: [4, 2] }, new Float32Array(27))).toBeUndefined()
  })
})

describe('strongest', () => {
  it('finds the largest absolute values in their order, and no zeros', () => {
    expect(strongest([1, -5, 0, 3, 4, -2], 3)).toEqual([1, 4, 3])
    expect(strongest([0, 2, Number.NaN, 0], 3)).toEqual([1])
  })
})
