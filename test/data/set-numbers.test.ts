import { describe, expect, it } from 'vitest'
import { DataError, Dataset, Network, OptionError } from '#src/index'

/** Rows with values that TypeScript refuses, but that JSON and databases may contain. */
const untyped = (...rows: unknown[]) => rows as number[][]

describe('Plain arrays', () => {
  it.each<[string, unknown, string]>([
    ['null', null, 'null'],
    ['nothing', undefined, 'undefined'],
    ['a string of digits', '3', '"3"'],
    ['a string of hexadecimal digits', '0x10', '"0x10"'],
    ['a boolean', true, 'true'],
    ['an array', [4], '[4]'],
    ['a date', new Date(0), 'an object (Date)'],
  ])('are refused with %s among their numbers', async (_name, value, shown) => {
    const network = new Network([2, 1], { backend: 'typescript' })
    const at = (name: string, place: string) => new DataError(`${name} has ${shown} at ${place}: it must be a number`)
    const rows = untyped([1, 2], [3, value])
    const flat = untyped(1, 2, 3, value) as unknown as number[]
    expect(() => new Dataset({ inputs: rows })).toThrow(at('inputs', 'row 1, column 1'))
    expect(() => new Dataset({ inputs: [[1]], targets: untyped([1, value]) })).toThrow(at('targets', 'row 0, column 1'))
    for (const x of [rows, flat]) {
      expect(() => network.feedforward(x)).toThrow(at('x', 'row 1, column 1'))
      expect(() => network.gradients(x, [1, 1])).toThrow(at('x', 'row 1, column 1'))
      await expect(network.predict(x)).rejects.toThrow(at('rows', 'row 1, column 1'))
      await expect(network.classify(x)).rejects.toThrow(at('rows', 'row 1, column 1'))
    }
    expect(() => network.feedforward(untyped(1, value) as unknown as number[])).toThrow(at('x', 'row 0, column 1'))
    expect(() => network.gradients([1, 2], untyped([value]))).toThrow(at('y', 'row 0, column 0'))
    expect(() => new Network([2, 1], { parameters: [1, value, 3] as number[] })).toThrow(
      new OptionError(`parameters[1] must be a number, not ${shown}`),
    )
  })

  it('are refused if they have holes, or strings as rows', () => {
    // biome-ignore lint/suspicious/noSparseArray: the hole is what this test is about
    const hole = [1, , 3] as number[]
    expect(() => new Dataset({ inputs: [hole] })).toThrow(
      new DataError('inputs has undefined at row 0, column 1: it must be a number'),
    )
    expect(() => new Dataset({ inputs: untyped('34') })).toThrow(
      new DataError('inputs has "3" at row 0, column 0: it must be a number'),
    )
  })

  it('may have typed arrays as rows', () => {
    const inputs = [Float32Array.of(1, 2), Int16Array.of(3, 4), [5, 6]]
    expect([...new Dataset({ inputs }).inputs]).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('may contain NaN in synchronous calls of a network, like typed arrays', () => {
    const network = new Network([2, 1], { backend: 'typescript' })
    expect([...network.feedforward([Number.NaN, 1])]).toEqual([...network.feedforward(Float64Array.of(Number.NaN, 1))])
  })
})

describe('Labels', () => {
  it('that are strings or missing appear in the message as they are', () => {
    const labels = (...values: unknown[]) => values as number[]
    expect(() => new Dataset({ inputs: [[1]], labels: labels('1') })).toThrow(
      new DataError('label "1" at row 0 must be a whole number from 0 to 2147483647'),
    )
    expect(() => new Dataset({ inputs: [[1]], labels: labels(null) })).toThrow(
      new DataError('label null at row 0 must be a whole number from 0 to 2147483647'),
    )
  })
})
