import { describe, expect, it } from 'vitest'
import { DataError, Dataset, type DatasetOptions, multiHot, Perceptron, topK } from '#src/index'

type Labels = NonNullable<DatasetOptions['labels']>

const inputs = [[0], [1], [2]]

describe('labels', () => {
  it.each<[string, Labels]>([
    ['a BigInt64Array, as files and databases give it', BigInt64Array.of(0n, 1n, 1n)],
    ['a BigUint64Array', BigUint64Array.of(0n, 1n, 1n)],
    ['a list of bigints', [0n, 1n, 1n]],
    ['a Float64Array of whole numbers', Float64Array.of(0, 1, 1)],
    ['rows of one number', [[0], [1], [1]]],
    ['rows of one bigint', [BigInt64Array.of(0n), BigInt64Array.of(1n), BigInt64Array.of(1n)]],
  ])('may be %s', (_, labels) => {
    expect(new Dataset({ inputs, labels }).labels).toEqual(Int32Array.of(0, 1, 1))
    expect(new Perceptron({ inputs: 1 }).learn(inputs, labels).converged).toBe(true)
    expect(topK([0.7, 0.3, 0.3, 0.7, 0.6, 0.4], 2, labels, 1)).toBeCloseTo(2 / 3, 12)
  })

  it('of several classes may be bigints', () => {
    expect(multiHot([BigInt64Array.of(1n), [0, 1]])).toEqual(Float32Array.of(0, 1, 1, 1))
  })

  it('are refused with the reason', () => {
    const refuse = (labels: Labels, sentence: string) =>
      expect(() => new Dataset({ inputs, labels })).toThrow(new DataError(sentence))
    const range = 'must be a whole number from 0 to 2147483647'
    refuse(BigInt64Array.of(0n, -1n, 0n), `label -1 at row 1 ${range}`)
    refuse([0n, 2n ** 70n, 0n], `label 1180591620717411303424 at row 1 ${range}`)
    refuse(Float64Array.of(0, 1.5, 0), `label 1.5 at row 1 ${range}`)
    refuse([[0], [1, 0], [1]], `label [1, 0] at row 1 ${range}`)
    refuse([[0], [], [1]], `label [] at row 1 ${range}`)
    expect(() => topK([1, 0], 2, BigInt64Array.of(2n), 1)).toThrow(
      new DataError('label 2 at row 0 must be a whole number from 0 to 1'),
    )
    expect(() => new Perceptron({ inputs: 1 }).learn(inputs, BigInt64Array.of(0n, 1n, 2n))).toThrow(
      new DataError('label 2 at row 2 must be 0 or 1, the only classes of a perceptron'),
    )
  })
})
