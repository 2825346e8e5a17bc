import { describe, expect, it } from 'vitest'
import { DataError, Dataset, type DescentError, Network, OptionError, type TrainOptions } from '#src/index'
import { rowWeights } from '#src/training/row-weights'
import { describeOnBackends } from '../support/each-backend.js'
import { normals, normwiseError } from '../support/numbers.js'

function labeled(...labels: number[]): Dataset {
  return new Dataset({ inputs: Float64Array.from(normals(labels.length * 2, 1)), width: 2, labels })
}

describe('the weights of rows', () => {
  const data = labeled(0, 1, 1, 2, 1, 0)
  const weights = (options: Pick<TrainOptions, 'classWeights' | 'sampleWeights'>, rows = data, classes = 3) => {
    const found = rowWeights(rows, classes, options)
    return found && [...found]
  }

  it('are undefined without options', () => {
    expect(weights({})).toBeUndefined()
  })

  it('are those of the classes, those of the rows, or their products', () => {
    expect(weights({ classWeights: [2, 3, 0] })).toEqual([2, 3, 3, 0, 3, 2])
    expect(weights({ sampleWeights: [1, 2, 3, 4, 5, 6] })).toEqual([1, 2, 3, 4, 5, 6])
    expect(weights({ classWeights: [2, 3, 0.5], sampleWeights: Float32Array.of(1, 2, 3, 4, 5, 6) })).toEqual([
      2, 6, 9, 2, 15, 12,
    ])
  })

  it("are balanced like scikit-learn's compute_class_weight: n / (k count)", () => {
    // Its documentation: compute_class_weight('balanced', classes=[0, 1], y=[1, 1, 1, 1, 0, 0]) is [1.5, 0.75].
    expect(weights({ classWeights: 'balanced' }, labeled(1, 1, 1, 1, 0, 0), 2)).toEqual([
      0.75, 0.75, 0.75, 0.75, 1.5, 1.5,
    ])
    expect(weights({ classWeights: 'balanced' })).toEqual([1, 6 / 9, 6 / 9, 2, 6 / 9, 1])
  })

  it('are balanced over the classes with rows, so that their mean is 1', () => {
    expect(weights({ classWeights: 'balanced' }, labeled(0, 4, 4, 4), 6)).toEqual([2, 4 / 6, 4 / 6, 4 / 6])
  })

  const withTargets = new Dataset({ inputs: [[1, 2]], targets: [[0, 1, 0]] })
  it.each<[string, object, Dataset, DescentError]>([
    [
      'too few for the classes',
      { classWeights: [1, 2] },
      data,
      new OptionError('classWeights must have one number for each class, 3 in all, not 2'),
    ],
    [
      'too many for the rows',
      { sampleWeights: [1, 2, 3, 4, 5, 6, 7] },
      data,
      new OptionError('sampleWeights must have one number for each row, 6 in all, not 7'),
    ],
    [
      'below 0',
      { classWeights: [1, -2, 1] },
      data,
      new OptionError('classWeights[1] must be a number of at least 0, not -2'),
    ],
    [
      'infinite',
      { sampleWeights: [1, 1, 1, 1, 1, Number.POSITIVE_INFINITY] },
      data,
      new OptionError('sampleWeights[5] must be a number of at least 0, not Infinity'),
    ],
    ['a number', { sampleWeights: 2 }, data, new OptionError('sampleWeights must be a list of 6 numbers, not 2')],
    [
      'another word',
      { classWeights: 'even' },
      data,
      new OptionError('classWeights must be a list of 3 numbers, not "even"'),
    ],
    [
      'of classes where there are targets',
      { classWeights: 'balanced' },
      withTargets,
      new OptionError('classWeights need a training dataset with labels'),
    ],
  ])('are refused where they are %s', (_name, options, rows, error) => {
    const network = new Network([2, 3], { backend: 'typescript' })
    expect(() => network.train(rows, { learningRate: 1, ...options })).toThrow(error)
  })

  it('are checked after the dataset', () => {
    const network = new Network([2, 2], { backend: 'typescript' })
    expect(() => network.train(data, { learningRate: 1, classWeights: 'balanced' })).toThrow(
      new DataError('label 2 at row 3 is out of range: the network has 2 outputs, so labels go from 0 to 1'),
    )
  })
})

describeOnBackends('training with weights', (backend) => {
  it('assigns the weights to the right rows in a shuffled epoch and in the smaller last batch', async () => {
    const data = labeled(0, 1, 1, 1, 0, 1, 1)
    const [byClass, byRow] = [0, 1].map(() => new Network([2, 3, 2], { seed: 1, dtype: 'float64', backend }))
    const options = { epochs: 2, batchSize: 3, learningRate: 1, shuffle: () => [6, 4, 2, 0, 5, 3, 1] }
    await byClass.fit(data, { ...options, classWeights: 'balanced' })
    // The same batches by hand: the gradient of each row times the weight of its class.
    for (let epoch = 0; epoch < 2; epoch++) {
      for (const batch of [[6, 4, 2], [0, 5, 3], [1]]) {
        const step = new Float64Array(byRow.parameters.length)
        for (const row of batch) {
          const label = data.labels?.[row] ?? Number.NaN
          const y = [0, 1].map((c) => (c === label ? 1 : 0))
          const { parameters } = byRow.gradients(data.inputs.subarray(2 * row, 2 * row + 2), y)
          const weight = label === 0 ? 7 / 4 : 7 / 10
          for (let i = 0; i < step.length; i++) step[i] += (weight * parameters[i]) / batch.length
        }
        for (let i = 0; i < step.length; i++) byRow.parameters[i] -= step[i]
      }
    }
    expect(normwiseError(byClass.parameters, byRow.parameters)).toBeLessThan(1e-13)
  })
})
