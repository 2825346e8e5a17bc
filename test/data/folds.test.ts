import { afterEach, describe, expect, it, vi } from 'vitest'
import { createRandom } from '#src/base/random'
import { crossValidate, DataError, Dataset, type FoldOptions, kFold, OptionError } from '#src/index'
import { failure } from '../support/files.js'
import { ascending, classCounts, labelsOf, numberedRows, rowNumbers } from '../support/same-rows.js'

const spread = (counts: number[]) => Math.max(...counts) - Math.min(...counts)

afterEach(() => vi.restoreAllMocks())

describe('kFold', () => {
  it('holds out every row once, in folds that differ by one row at most, in total and in each class', () => {
    for (let seed = 0; seed < 40; seed++) {
      const random = createRandom(seed, 'fold test')
      const sizes = Array.from({ length: 2 + random.integer(5) }, () => 1 + random.integer(12))
      const labels = labelsOf(...sizes)
      const folds = 2 + random.integer(Math.min(labels.length - 1, 7))
      const parts = [...kFold(numberedRows(labels), { folds, seed })]

      expect(parts).toHaveLength(folds)
      for (const { training, validation } of parts) {
        expect(ascending([...rowNumbers(training), ...rowNumbers(validation)])).toEqual(labels.map((_, row) => row))
        expect([...(validation.labels ?? [])]).toEqual(rowNumbers(validation).map((row) => labels[row]))
      }
      const heldOut = parts.flatMap(({ validation }) => rowNumbers(validation))
      expect(ascending(heldOut)).toEqual(labels.map((_, row) => row))
      expect(spread(parts.map(({ validation }) => validation.rows))).toBeLessThan(2)
      const counts = parts.map(({ validation }) => classCounts(validation, sizes.length))
      sizes.forEach((_, label) => {
        expect(spread(counts.map((ofFold) => ofFold[label]))).toBeLessThan(2)
      })
    }
  })

  it('makes five stratified folds by default', () => {
    const data = numberedRows(labelsOf(10, 15))
    const counts = (options?: FoldOptions) =>
      [...kFold(data, options)].map(({ validation }) => classCounts(validation, 2))
    expect(counts()).toEqual(new Array(5).fill([2, 3]))
    const unstratified = counts({ stratify: false })
    expect(unstratified.map(([a, b]) => a + b)).toEqual(new Array(5).fill(5))
    expect(unstratified).not.toEqual(counts())
  })

  it('depends only on the seed: the same folds in every version, other folds for another seed', () => {
    const data = numberedRows(labelsOf(3, 3))
    const heldOut = (options: FoldOptions) => [...kFold(data, options)].map(({ validation }) => rowNumbers(validation))
    // If these numbers change, every seeded fold of every user changes.
    expect(heldOut({ folds: 3, seed: 1 })).toMatchInlineSnapshot(`
      [
        [
          3,
          1,
        ],
        [
          2,
          5,
        ],
        [
          0,
          4,
        ],
      ]
    `)
    expect(heldOut({ folds: 3 })).toEqual(heldOut({ folds: 3, seed: 0 }))
    expect(new Set([1, 2, 3, 4].map((seed) => heldOut({ seed }).join(';'))).size).toBe(4)
  })

  it('shuffles the training rows', () => {
    const [{ training }] = kFold(numberedRows(labelsOf(30, 30)))
    expect(rowNumbers(training)).not.toEqual(ascending(rowNumbers(training)))
    const labels = [...(training.labels ?? [])]
    expect(labels.filter((label, i) => i > 0 && label !== labels[i - 1]).length).toBeGreaterThan(10)
  })

  it('copies one fold at a time, and checks options before the first fold', () => {
    const allocate = vi.spyOn(Dataset, 'allocate')
    const folds = kFold(numberedRows(labelsOf(10)))
    expect(allocate).toHaveBeenCalledTimes(0)
    folds.next()
    expect(allocate).toHaveBeenCalledTimes(2)
    expect(() => kFold(numberedRows([0, 1, 2]))).toThrow(
      new OptionError('folds must be at most 3, the number of rows, not 5'),
    )
  })

  it('accepts rows without labels, and as many folds as rows', () => {
    const data = new Dataset({ inputs: Float32Array.of(1, 2, 3), width: 1, targets: [[1], [2], [3]] })
    const parts = [...kFold(data, { folds: 3 })]
    expect(ascending(parts.flatMap(({ validation }) => [...validation.inputs]))).toEqual([1, 2, 3])
    for (const { training } of parts) expect([...(training.targets ?? [])]).toEqual([...training.inputs])
  })

  const labeled = numberedRows([0, 1, 2])
  const unlabeled = new Dataset({ inputs: Float32Array.of(1, 2, 3), width: 1 })
  it.each<[string, Dataset, unknown, Error]>([
    ['one fold', labeled, { folds: 1 }, new OptionError('folds must be a whole number of at least 2, not 1')],
    ['half folds', labeled, { folds: 2.5 }, new OptionError('folds must be a whole number of at least 2, not 2.5')],
    [
      'a bad seed',
      labeled,
      { folds: 2, seed: -1 },
      new OptionError('seed must be a whole number of at least 0, not -1'),
    ],
    ['strata without labels', unlabeled, { stratify: true }, new OptionError('stratify needs a dataset with labels')],
    ['bad strata', labeled, { stratify: 'yes' }, new OptionError('stratify must be true or false, not "yes"')],
    ['another option', labeled, { k: 5 }, new OptionError('unknown fold option "k"; known: folds, stratify, seed')],
    [
      'one row',
      numberedRows([0]),
      { folds: 2 },
      new DataError('a dataset of one row cannot be divided into training and validation'),
    ],
  ])('refuses %s', (_name, dataset, options, error) => {
    expect(() => kFold(dataset, options as FoldOptions)).toThrow(error)
  })
})

describe('crossValidate', () => {
  it('returns the score of each fold, the mean and the sample deviation', async () => {
    const data = numberedRows(labelsOf(8))
    const seen: number[][] = []
    const result = await crossValidate(data, { folds: 4, seed: 3 }, async (training, validation, fold) => {
      expect(training.rows).toBe(6)
      seen.push(rowNumbers(validation))
      return [2, 4, 4, 10][fold]
    })
    // By hand: the differences from 5 are -3, -1, -1 and 5, and 36 / 3 is 12.
    expect(result).toEqual({ scores: [2, 4, 4, 10], mean: 5, deviation: Math.sqrt(12) })
    expect(seen).toEqual([...kFold(data, { folds: 4, seed: 3 })].map(({ validation }) => rowNumbers(validation)))
  })

  it('runs one fold after the other', async () => {
    let running = 0
    const { scores } = await crossValidate(numberedRows(labelsOf(6)), { folds: 3 }, async () => {
      running++
      await new Promise((resolve) => setImmediate(resolve))
      return running--
    })
    expect(scores).toEqual([1, 1, 1])
  })

  it('accepts a run function that is not asynchronous', async () => {
    const { mean } = await crossValidate(numberedRows(labelsOf(6)), {}, () => 0.5)
    expect(mean).toBe(0.5)
  })

  it('refuses a run without a score, and passes on the error of a run', async () => {
    const data = numberedRows(labelsOf(6))
    const none = async (_training: Dataset, _validation: Dataset, fold: number) => (fold === 1 ? undefined : 1)
    expect(await failure(crossValidate(data, { folds: 2 }, none as () => Promise<number>))).toBe(
      'OptionError: the score of fold 1 must be a number, not undefined',
    )
    expect(await failure(crossValidate(data, { folds: 2 }, undefined as unknown as () => number))).toBe(
      'OptionError: run must be a function of the training and the validation rows, not undefined',
    )
    expect(await failure(crossValidate(data, { folds: 1 }, () => 1))).toBe(
      'OptionError: folds must be a whole number of at least 2, not 1',
    )
    const broken = () => {
      throw new RangeError('mine')
    }
    expect(await failure(crossValidate(data, {}, broken))).toBe('RangeError: mine')
  })
})
