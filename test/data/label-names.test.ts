import { describe, expect, it } from 'vitest'
import { DataError, Dataset, labelsFrom, multiHot, OptionError } from '#src/index'

const encode = (names: ArrayLike<string | number>) => {
  const { labels, names: sorted } = labelsFrom(names)
  return [[...labels], sorted]
}

describe('labelsFrom', () => {
  it('numbers classes in the order of their names', () => {
    expect(encode(['setosa', 'virginica', 'setosa', 'versicolor'])).toEqual([
      [0, 2, 0, 1],
      ['setosa', 'versicolor', 'virginica'],
    ])
    expect(labelsFrom(['a']).labels).toBeInstanceOf(Int32Array)
  })

  it('sorts by code units, not by the rules of a language', () => {
    const sorted = ['', ' ', '10', '9', 'B', 'a', 'aa', 'z', 'Ä', 'ä']
    expect(encode(sorted.toReversed())).toEqual([[9, 8, 7, 6, 5, 4, 3, 2, 1, 0], sorted])
  })

  it('sorts numbers by value', () => {
    expect(encode([10, 9, -1, 10, 2.5])).toEqual([
      [3, 2, 0, 3, 1],
      ['-1', '2.5', '9', '10'],
    ])
    expect(encode(Uint8Array.of(7, 3, 7))).toEqual([
      [1, 0, 1],
      ['3', '7'],
    ])
    expect(encode([0, -0])).toEqual([[0, 0], ['0']])
  })

  it('gives labels that are indices into the names', () => {
    const rows = Array.from({ length: 500 }, (_, row) => `class ${(row * row) % 37}`)
    const { labels, names } = labelsFrom(rows)
    expect([...labels].map((label) => names[label])).toEqual(rows)
    expect(names).toHaveLength(new Set(rows).size)
  })

  it.each<[string, unknown, Error]>([
    ['no rows', [], new OptionError('names must be a list of at least one class name, not []')],
    ['no list', undefined, new OptionError('names must be a list of at least one class name, not undefined')],
    ['text', 'abc', new OptionError('names must be a list of at least one class name, not "abc"')],
    ['NaN', [1, Number.NaN], new DataError('class name NaN at row 1 must be text or a finite number')],
    ['a hole', ['a', undefined], new DataError('class name undefined at row 1 must be text or a finite number')],
    [
      'text and numbers',
      [1, 2, '3'],
      new DataError('class name "3" at row 2 is a string, but the names before it are numbers'),
    ],
  ])('refuses %s', (_name, names, error) => {
    expect(() => labelsFrom(names as string[])).toThrow(error)
  })
})

describe('multiHot', () => {
  it('has a 1 for each class of a row', () => {
    const targets = multiHot([[0, 2], [], [1], [2, 0, 2]])
    expect(targets).toEqual(Float32Array.of(1, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 1))
    expect(new Dataset({ inputs: [[1], [2], [3], [4]], targets }).targetWidth).toBe(3)
  })

  it('has as many columns as there are classes', () => {
    expect(multiHot([[1], Int32Array.of(0)], 4)).toEqual(Float32Array.of(0, 1, 0, 0, 1, 0, 0, 0))
    expect(multiHot([[]], 2)).toEqual(Float32Array.of(0, 0))
  })

  it.each<[string, unknown, number | undefined, Error]>([
    ['no rows', [], 2, new OptionError('rows must be a list of at least one row of class numbers, not []')],
    ['flat numbers', [1, 2], 3, new OptionError('row 0 must be a list of class numbers, not 1')],
    ['text', [[0], ['b']], 3, new DataError('class b at row 1 must be a whole number of at least 0')],
    ['half a class', [[0], [0, 1.5]], 3, new DataError('class 1.5 at row 1 must be a whole number of at least 0')],
    ['a negative class', [[-1]], undefined, new DataError('class -1 at row 0 must be a whole number of at least 0')],
    ['a class too many', [[2], [3]], 3, new DataError('class 3 at row 1 is out of range: 3 classes go from 0 to 2')],
    ['no classes', [[0]], 0, new OptionError('classes must be a whole number of at least 1, not 0')],
    [
      'rows without any class',
      [[], []],
      undefined,
      new DataError('no row has a class: the number of classes must be given'),
    ],
  ])('refuses %s', (_name, rows, classes, error) => {
    expect(() => multiHot(rows as number[][], classes)).toThrow(error)
  })
})
