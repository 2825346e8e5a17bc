import { describe, expect, it } from 'vitest'
import { createRandom } from '#src/base/random'
import { DataError, Dataset, OptionError, type SplitOptions, splitDataset } from '#src/index'
import { ascending, classCounts, labelsOf, numberedRows, rowNumbers } from '../support/same-rows.js'

const seeds = Array.from({ length: 40 }, (_, seed) => seed)

describe('splitDataset', () => {
  it('puts every row into one part, in proportions as exact as whole numbers allow', () => {
    for (const seed of seeds) {
      const random = createRandom(seed, 'split test')
      const sizes = Array.from({ length: 1 + random.integer(6) }, () => 1 + random.integer(30))
      const labels = labelsOf(...sizes, 1)
      const fraction = 0.01 + 0.98 * random.uniform()
      const { training, validation } = splitDataset(numberedRows(labels), { fraction, seed })

      expect(ascending([...rowNumbers(training), ...rowNumbers(validation)])).toEqual(labels.map((_, row) => row))
      for (const part of [training, validation]) {
        expect([...(part.labels ?? [])]).toEqual(rowNumbers(part).map((row) => labels[row]))
      }
      const rounded = Math.round(fraction * labels.length)
      const total = Math.min(Math.max(rounded, 1), labels.length - 1)
      expect(validation.rows).toBe(total)
      // Each class is rounded up or down; a class that is rounded up has no smaller remainder than one rounded down.
      const ups: number[] = []
      const downs: number[] = []
      classCounts(validation, sizes.length + 1).forEach((count, label) => {
        const exact = (total * [...sizes, 1][label]) / labels.length
        const remainder = exact - Math.floor(exact)
        if (count === Math.floor(exact)) downs.push(remainder)
        else ups.push(remainder)
        expect(Math.abs(count - exact)).toBeLessThan(1)
      })
      expect(Math.min(1, ...ups)).toBeGreaterThanOrEqual(Math.max(0, ...downs) - 1e-9)
    }
  })

  it('gives the rows left over to the largest remainders', () => {
    // Shares of 5 rows: 1.1, 2.6 and 1.3.
    for (const seed of seeds) {
      const { validation } = splitDataset(numberedRows(labelsOf(11, 26, 13)), { fraction: 0.1, seed })
      expect(classCounts(validation, 3)).toEqual([1, 3, 1])
    }
  })

  it('lets the seed decide between equal remainders', () => {
    const heldOut = seeds.map((seed) =>
      rowNumbers(splitDataset(numberedRows([0, 1, 2, 3]), { fraction: 0.5, seed }).validation),
    )
    for (const row of [0, 1, 2, 3]) {
      const times = heldOut.filter((rows) => rows.includes(row)).length
      expect(times).toBeGreaterThan(4)
      expect(times).toBeLessThan(36)
    }
  })

  it('stratifies by default', () => {
    const data = numberedRows(labelsOf(10, 10))
    const firstClass = (options: Partial<SplitOptions>) =>
      seeds.map((seed) => classCounts(splitDataset(data, { fraction: 0.5, seed, ...options }).validation, 2)[0])
    expect(new Set(firstClass({}))).toEqual(new Set([5]))
    expect(new Set(firstClass({ stratify: true }))).toEqual(new Set([5]))
    expect(new Set(firstClass({ stratify: false })).size).toBeGreaterThan(2)
  })

  it('depends only on the seed: the same rows in every version, other rows for another seed', () => {
    const data = numberedRows(labelsOf(6, 6))
    const drawn = (seed?: number) =>
      rowNumbers(splitDataset(data, { fraction: 0.5, ...(seed !== undefined && { seed }) }).validation)
    // If these numbers change, every seeded split of every user changes.
    expect(drawn(1)).toMatchInlineSnapshot(`
      [
        7,
        1,
        11,
        3,
        10,
        4,
      ]
    `)
    expect(drawn()).toEqual(drawn(0))
    expect(new Set(seeds.map((seed) => drawn(seed).join())).size).toBe(seeds.length)
  })

  it('shuffles the rows of both parts and mixes the classes', () => {
    const { training, validation } = splitDataset(numberedRows(labelsOf(50, 50)), { fraction: 0.5 })
    for (const part of [training, validation]) {
      expect(rowNumbers(part)).not.toEqual(ascending(rowNumbers(part)))
      const labels = [...(part.labels ?? [])]
      // With 25 rows of each class in random order, expect 25 changes of class, with a standard deviation of 3.5.
      expect(labels.filter((label, i) => i > 0 && label !== labels[i - 1]).length).toBeGreaterThan(10)
    }
  })

  it('holds out every row equally often', () => {
    const data = numberedRows(labelsOf(4, 6))
    const times = new Array<number>(10).fill(0)
    for (let seed = 0; seed < 2000; seed++) {
      for (const row of rowNumbers(splitDataset(data, { fraction: 0.5, seed }).validation)) times[row]++
    }
    // Six standard deviations of a binomial count are 134.
    for (const count of times) expect(Math.abs(count - 1000)).toBeLessThan(134)
  })

  it('never leaves a part empty', () => {
    for (const fraction of [1e-9, 1 - 1e-9]) {
      const { training, validation } = splitDataset(numberedRows([0, 1, 2]), { fraction })
      expect(ascending([training.rows, validation.rows])).toEqual([1, 2])
    }
  })

  it('splits rows with targets, and rows with neither labels nor targets', () => {
    const inputs = Float32Array.of(1, 2, 3, 4)
    const withTargets = splitDataset(new Dataset({ inputs, width: 1, targets: [[10], [20], [30], [40]] }), {
      fraction: 0.25,
    })
    for (const { inputs, targets } of [withTargets.training, withTargets.validation]) {
      expect([...(targets ?? [])]).toEqual([...inputs].map((input) => 10 * input))
    }
    const plain = splitDataset(new Dataset({ inputs, width: 1 }), { fraction: 0.25 })
    expect(ascending([...plain.training.inputs, ...plain.validation.inputs])).toEqual([1, 2, 3, 4])
    expect([plain.training.rows, plain.validation.labels]).toEqual([3, undefined])
  })

  const labeled = numberedRows([0, 1])
  const unlabeled = new Dataset({ inputs: Float32Array.of(1, 2), width: 1 })
  const one = numberedRows([0])
  it.each<[string, Dataset, unknown, Error]>([
    ['no options', labeled, undefined, new OptionError('options must be an object with a fraction, not undefined')],
    ['no fraction', labeled, {}, new OptionError('fraction must be a number above 0 and below 1, not undefined')],
    ['all', labeled, { fraction: 1 }, new OptionError('fraction must be a number above 0 and below 1, not 1')],
    ['none', labeled, { fraction: 0 }, new OptionError('fraction must be a number above 0 and below 1, not 0')],
    [
      'NaN',
      labeled,
      { fraction: Number.NaN },
      new OptionError('fraction must be a number above 0 and below 1, not NaN'),
    ],
    [
      'half a seed',
      labeled,
      { fraction: 0.5, seed: 0.5 },
      new OptionError('seed must be a whole number of at least 0, not 0.5'),
    ],
    [
      'labels to stratify by',
      labeled,
      { fraction: 0.5, stratify: [0, 1] },
      new OptionError('stratify must be true or false, not [0, 1]'),
    ],
    [
      'strata without labels',
      unlabeled,
      { fraction: 0.5, stratify: true },
      new OptionError('stratify needs a dataset with labels'),
    ],
    [
      'another option',
      labeled,
      { fraction: 0.5, shuffle: true },
      new OptionError('unknown split option "shuffle"; known: fraction, stratify, seed'),
    ],
    [
      'one row',
      one,
      { fraction: 0.5 },
      new DataError('a dataset of one row cannot be divided into training and validation'),
    ],
    ['no dataset', [] as unknown as Dataset, { fraction: 0.5 }, new OptionError('dataset must be a Dataset, not []')],
  ])('refuses %s', (_name, dataset, options, error) => {
    expect(() => splitDataset(dataset, options as SplitOptions)).toThrow(error)
  })
})
