import { describe, expect, it } from 'vitest'
import { DataError, Network, OptionError } from '#src/index'

const network = new Network([2, 1], { seed: 1, backend: 'typescript' })
const x = [
  [1, 2],
  [3, 4],
]
const y = [[0], [1]]

describe('gradients refuses', () => {
  it.each<[string, object, string]>([
    ['a penalty that is no number', { l1: 'x' }, 'l1 must be a number of at least 0, not "x"'],
    ['a penalty of NaN', { l2: Number.NaN }, 'l2 must be a number of at least 0, not NaN'],
    ['a negative penalty', { l2: -1 }, 'l2 must be a number of at least 0, not -1'],
    ['a penalty of null', { l1: null }, 'l1 must be a number of at least 0, not null'],
  ])('%s', (_, options, sentence) => {
    expect(() => network.gradients(x, y, options)).toThrow(new OptionError(sentence))
  })

  it('inputs and targets that are not finite', () => {
    const refuse = (x: number[][] | Float32Array, y: number[][], sentence: string) =>
      expect(() => network.gradients(x, y)).toThrow(new DataError(sentence))
    const { NaN: nan, POSITIVE_INFINITY: infinity } = Number
    refuse(
      [
        [1, 2],
        [3, nan],
      ],
      y,
      'x has NaN at row 1, column 1: every number must be finite',
    )
    refuse(Float32Array.of(1, -infinity), [[0]], 'x has -Infinity at row 0, column 1: every number must be finite')
    // A float32 network would take this number for infinity.
    refuse(
      [[1, 1e39]],
      [[0]],
      "x has 1e+39 at row 0, column 1, which is beyond what float32 holds: use a network of dtype 'float64'",
    )
    refuse(x, [[0], [infinity]], 'y has Infinity at row 1, column 0: every number must be finite')
  })
})
