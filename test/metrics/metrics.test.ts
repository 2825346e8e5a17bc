import { describe, expect, it } from 'vitest'
import { createRandom } from '#src/base/random'
import { classificationMetrics, DataError, multiLabelMetrics, OptionError, regressionMetrics, topK } from '#src/index'
import { normals } from '../support/numbers.js'

/** Rounds to two digits, like scikit-learn's documentation. */
const twoDigits = ({ precision, recall, f1, support }: ReturnType<typeof classificationMetrics>['macro']) => [
  ...[precision, recall, f1].map((share) => share.toFixed(2)),
  support,
]

describe('the metrics of classes', () => {
  it("are those of scikit-learn's classification_report", () => {
    // y_true = [0, 1, 2, 2, 2], y_pred = [0, 0, 2, 2, 1]
    const { accuracy, classes, macro, weighted } = classificationMetrics([
      [1, 0, 0],
      [1, 0, 0],
      [0, 1, 2],
    ])
    expect(classes.map(twoDigits)).toEqual([
      ['0.50', '1.00', '0.67', 1],
      ['0.00', '0.00', '0.00', 1],
      ['1.00', '0.67', '0.80', 3],
    ])
    expect(accuracy).toBe(0.6)
    expect(twoDigits(macro)).toEqual(['0.50', '0.56', '0.49', 5])
    expect(twoDigits(weighted)).toEqual(['0.70', '0.60', '0.61', 5])
  })

  it("are those of scikit-learn's precision_recall_fscore_support", () => {
    // The classes cat, dog, pig, cat, dog, pig, predicted as cat, pig, dog, cat, cat, dog.
    const { classes, macro } = classificationMetrics([
      [2, 0, 0],
      [1, 0, 1],
      [0, 2, 0],
    ])
    expect(classes).toEqual([
      { precision: 2 / 3, recall: 1, f1: 0.8, support: 2 },
      { precision: 0, recall: 0, f1: 0, support: 2 },
      { precision: 0, recall: 0, f1: 0, support: 2 },
    ])
    expect(twoDigits(macro)).toEqual(['0.22', '0.33', '0.27', 6])
  })

  it('are 0 for a class that has no rows and is never predicted, and count in the macro average', () => {
    const { accuracy, classes, macro, weighted } = classificationMetrics([
      [3, 0],
      [0, 0],
    ])
    expect(accuracy).toBe(1)
    expect(classes[1]).toEqual({ precision: 0, recall: 0, f1: 0, support: 0 })
    expect(macro).toEqual({ precision: 0.5, recall: 0.5, f1: 0.5, support: 3 })
    expect(weighted).toEqual({ precision: 1, recall: 1, f1: 1, support: 3 })
    expect(classificationMetrics([[0]])).toMatchObject({
      accuracy: 0,
      weighted: { precision: 0, recall: 0, f1: 0, support: 0 },
    })
  })

  it('need a square matrix', () => {
    expect(() => classificationMetrics([[1, 2], [3]])).toThrow(
      new DataError('confusion row 1 has 1 numbers instead of 2'),
    )
    expect(() => classificationMetrics([])).toThrow(new DataError('confusion has no rows'))
  })
})

describe('topK', () => {
  const { NaN: nan, POSITIVE_INFINITY: inf } = Number

  it("equals scikit-learn's top_k_accuracy_score if no outputs are equal", () => {
    const outputs = [0.5, 0.2, 0.1, 0.3, 0.4, 0.2, 0.2, 0.4, 0.3, 0.7, 0.2, 0.1]
    expect([1, 2, 3].map((k) => topK(outputs, 3, [0, 1, 2, 2], k))).toEqual([0.5, 0.75, 1])
  })

  it('equals the result of sorting', () => {
    const random = createRandom(1, 'ties')
    // Numbers from 0 to 4: most rows have ties.
    const outputs = Float32Array.from({ length: 7 * 200 }, () => Math.floor(random.uniform() * 5))
    const labels = Array.from({ length: 200 }, () => Math.floor(random.uniform() * 7))
    for (const k of [1, 2, 3, 6, 7]) {
      const hits = labels.filter((label, row) => {
        const answers = [...outputs.subarray(row * 7, row * 7 + 7)]
        // Sorting is stable: equal outputs stay in index order.
        const order = answers.map((_, j) => j).sort((a, b) => answers[b] - answers[a])
        return order.slice(0, k).includes(label)
      })
      expect(topK(outputs, 7, labels, k)).toBe(hits.length / 200)
    }
  })

  it.each([
    ['the lower index of equal outputs', [1, 1, 1], [0, 1, 2]],
    ['0 and -0 as equal', [-0, 0, -0], [0, 1, 2]],
    ['NaN before infinity', [inf, nan, 0], [1, 0, 2]],
    ['the first NaN before the others', [0, nan, nan], [1, 2, 0]],
  ])('takes %s first', (_name, outputs, order) => {
    order.forEach((label, rank) => {
      for (const k of [1, 2, 3]) expect(topK(outputs, 3, [label], k)).toBe(rank < k ? 1 : 0)
    })
  })

  it('refuses shapes that disagree, and labels and k out of range', () => {
    expect(() => topK([1, 2, 3], 2, [0], 1)).toThrow(
      new DataError('outputs has 3 numbers, which is not a multiple of the 2 that a row has'),
    )
    expect(() => topK([1, 2, 3, 4], 2, [0], 1)).toThrow(new DataError('outputs has 2 rows of 2 numbers instead of 1'))
    expect(() => topK([], 2, [], 1)).toThrow(new DataError('outputs has no rows'))
    expect(() => topK([1, 2], 2, [2], 1)).toThrow(new DataError('label 2 at row 0 must be a whole number from 0 to 1'))
    expect(() => topK([1, 2], 2, [0], 3)).toThrow(new OptionError('k must be a whole number from 1 to 2, not 3'))
  })
})

describe('the metrics of regression', () => {
  it("are those of scikit-learn's mean_squared_error, mean_absolute_error and r2_score", () => {
    const { mse, mae, r2 } = regressionMetrics([2.5, 0, 2, 8], [3, -0.5, 2, 7], 1)
    expect(mse).toBe(0.375)
    expect(mae).toBe(0.5)
    expect(r2).toBeCloseTo(0.9486081370449679, 14)
    const several = regressionMetrics([0, 2, -1, 2, 8, -5], [0.5, 1, -1, 1, 7, -6], 2)
    expect(several.mse).toBeCloseTo(0.7083333333333334, 14)
    expect(several.mae).toBe(0.75)
    expect(several.columns.map((column) => column.mae)).toEqual([0.5, 1])
    expect(several.columns[0].r2).toBeCloseTo(0.9654377880184332, 14)
    expect(several.columns[1].r2).toBeCloseTo(0.9081632653061225, 14)
    expect(several.r2).toBeCloseTo(0.9368005266622778, 14)
    expect(regressionMetrics([1, 2, 3], [1, 2, 3], 1).r2).toBe(1)
    expect(regressionMetrics([2, 2, 2], [1, 2, 3], 1).r2).toBe(0)
    expect(regressionMetrics([3, 2, 1], [1, 2, 3], 1).r2).toBe(-3)
  })

  it('have an R2 of 1 for constant targets if all outputs equal them, otherwise 0', () => {
    expect(regressionMetrics([-2, -2, -2], [-2, -2, -2], 1).r2).toBe(1)
    expect(regressionMetrics([-2, -2, -2 + 1e-8], [-2, -2, -2], 1).r2).toBe(0)
    // The mean as sum / n would not be exactly 0.1 here, and the spread would not be 0.
    expect(regressionMetrics([0.1, 0.1, 0.2], [0.1, 0.1, 0.1], 1).r2).toBe(0)
  })

  it('keep their precision if targets are far from 0', () => {
    const small = [...normals(1000, 1, 'targets')]
    const offset = 2 ** 30
    const targets = small.map((value) => value + offset)
    const outputs = targets.map((value, i) => value + (i % 3) / 8)
    const mean = targets.reduce((sum, value) => sum + (value - offset), 0) / 1000
    const spread = targets.reduce((sum, value) => sum + (value - offset - mean) ** 2, 0)
    const squared = outputs.reduce((sum, value, i) => sum + (value - targets[i]) ** 2, 0)
    expect(regressionMetrics(outputs, targets, 1).r2).toBeCloseTo(1 - squared / spread, 6)
  })

  it('are NaN if an output is NaN, even for constant targets', () => {
    const { columns, r2 } = regressionMetrics([Number.NaN, 0, 1, 0], [1, 0, 1, 0], 2)
    expect(columns[0]).toEqual({ mse: Number.NaN, mae: Number.NaN, r2: Number.NaN })
    expect(columns[1]).toEqual({ mse: 0, mae: 0, r2: 1 })
    expect(r2).toBeNaN()
  })

  it('refuse shapes that disagree', () => {
    expect(() => regressionMetrics([1, 2], [1], 1)).toThrow(
      new DataError('targets has 1 rows of 1 numbers instead of 2'),
    )
    expect(() => regressionMetrics([], [], 1)).toThrow(new DataError('outputs has no rows'))
    expect(() => regressionMetrics([1], [1], 0)).toThrow(
      new OptionError('width must be a whole number of at least 1, not 0'),
    )
  })
})

describe('the metrics of several labels', () => {
  it("are those of scikit-learn's f1_score, hamming_loss and accuracy_score", () => {
    const targets = [0, 0, 0, 1, 1, 1, 0, 1, 1]
    const { labels, exactMatch, hamming } = multiLabelMetrics([0, 0, 0, 1, 1, 1, 1, 1, 0], targets, 3)
    expect(labels.map(({ f1 }) => f1)).toEqual([2 / 3, 1, 2 / 3])
    expect(exactMatch).toBe(2 / 3)
    expect(hamming).toBe(2 / 9)
    expect(multiLabelMetrics([0, 0, 0, 0], [0, 1, 1, 1], 2).hamming).toBe(0.75)
    expect(multiLabelMetrics([1, 1, 1, 1], [0, 1, 1, 1], 2).exactMatch).toBe(0.5)
  })

  it('have different precision and recall, averaged over the labels', () => {
    // Label 0: 1 hit, predicted 3 times, in 2 rows. Label 1: 1 hit, predicted once, in 2 rows. Label 2: never.
    const targets = [1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0]
    const answers = [1, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0]
    const { labels, macro, weighted } = multiLabelMetrics(answers, targets, 3)
    expect(labels).toEqual([
      { precision: 1 / 3, recall: 0.5, f1: 0.4, support: 2 },
      { precision: 1, recall: 0.5, f1: 2 / 3, support: 2 },
      { precision: 0, recall: 0, f1: 0, support: 0 },
    ])
    expect(macro.precision).toBeCloseTo(4 / 9, 15)
    expect(macro.recall).toBeCloseTo(1 / 3, 15)
    expect(weighted.precision).toBeCloseTo(2 / 3, 15)
    expect(weighted).toMatchObject({ recall: 0.5, support: 4 })
  })

  it('count outputs above the threshold, and NaN, as predicted', () => {
    const outputs = [0.5, 0.500001, Number.NaN, 0.2]
    const answers = (threshold?: number) =>
      multiLabelMetrics(outputs, [1, 1, 1, 1], 4, threshold).labels.map(({ recall }) => recall)
    expect(answers()).toEqual([0, 1, 1, 0])
    expect(answers(0.1)).toEqual([1, 1, 1, 1])
  })

  it('refuse targets other than 0 and 1', () => {
    expect(() => multiLabelMetrics([0, 0, 0, 0], [0, 1, 0, 0.5], 2)).toThrow(
      new DataError('targets has 0.5 at row 1, column 1: every number must be 0 or 1'),
    )
  })
})
