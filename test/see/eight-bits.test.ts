import { describe, expect, it } from 'vitest'
import { Network } from '#src/index'
import { fromEightBits, toEightBits } from '#src/see/eight-bits'

describe('a network in eight bits', () => {
  const sizes = [5, 4, 3]

  it('has one byte for each weight, and a scale and a bias for each neuron', () => {
    expect(toEightBits(new Network(sizes).parameters, sizes)).toHaveLength(5 * 4 + 4 * 3 + 8 * (4 + 3))
  })

  it('keeps each bias, and each weight to half the scale of its neuron', () => {
    const { layers, parameters } = new Network(sizes, { seed: 3 })
    const stored = new Network(sizes, { parameters: fromEightBits(toEightBits(parameters, sizes), sizes) })
    for (const [i, { weights, biases, inputs }] of layers.entries()) {
      expect(stored.layers[i].biases).toEqual(biases)
      for (let from = 0; from < weights.length; from += inputs) {
        const row = weights.subarray(from, from + inputs)
        const largest = Math.max(...row.map(Math.abs))
        const storedRow = stored.layers[i].weights.subarray(from, from + inputs)
        const errors = Array.from(row, (weight, j) => Math.abs(weight - storedRow[j]))
        expect(Math.max(...errors)).toBeLessThanOrEqual(1.0001 * (largest / 127 / 2))
        // Different numbers were stored, not the same one everywhere.
        expect(Math.max(...errors)).toBeGreaterThan(0)
      }
    }
  })

  it('gives a neuron without weights zeros, and the largest weight of either sign its full value', () => {
    // The first neuron has weights 0 and a bias, the second one has its largest weight below zero.
    const parameters = Float32Array.of(0, 0, 127, -254, 0.5, -1)
    expect(fromEightBits(toEightBits(parameters, [2, 2]), [2, 2])).toEqual(Float32Array.of(0, 0, 128, -254, 0.5, -1))
  })

  it('reads bytes that are a part of a larger buffer', () => {
    const parameters = Float32Array.of(3, -3, 0.25)
    const all = new Uint8Array(3 + 10)
    all.set(toEightBits(parameters, [2, 1]), 3)
    expect(fromEightBits(all.subarray(3), [2, 1])).toEqual(parameters)
  })

  it('refuses numbers that do not fit', () => {
    expect(() => toEightBits(new Float32Array(38), sizes)).toThrow('parameters must have 39 numbers, not 38')
    expect(() => toEightBits(Float32Array.of(1, Number.NaN, 0), [2, 1])).toThrow(
      'parameters must be finite numbers, but one is NaN',
    )
    expect(() => fromEightBits(new Uint8Array(89), sizes)).toThrow('the stored network must have 88 bytes, not 89')
  })
})
