import { describe, expect, it } from 'vitest'
import { DataError, Dataset, type DescentError, OptionError, Perceptron } from '#src/index'

const rows = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]
const labels = [0, 1, 1, 1]

describe('a perceptron refuses', () => {
  const two = new Perceptron({ weights: [1, 1] })
  it.each<[string, () => unknown, DescentError]>([
    [
      'no options',
      () => new Perceptron(undefined as unknown as object),
      new OptionError('options must be an object with weights or inputs, not undefined'),
    ],
    [
      'an unknown option',
      () => new Perceptron({ weigths: [1] } as object),
      new OptionError('unknown perceptron option "weigths"; known: weights, inputs, bias, threshold'),
    ],
    [
      'neither weights nor inputs',
      () => new Perceptron({ bias: 1 }),
      new OptionError('a perceptron needs either weights or a number of inputs'),
    ],
    [
      'weights and inputs',
      () => new Perceptron({ weights: [1], inputs: 1 }),
      new OptionError('a perceptron needs either weights or a number of inputs'),
    ],
    [
      'a bias and a threshold',
      () => new Perceptron({ weights: [1], bias: -1, threshold: 1 }),
      new OptionError('a perceptron needs either a bias or a threshold, which is -bias, not both'),
    ],
    [
      'a bias that is not a number',
      () => new Perceptron({ weights: [1], bias: Number.NaN }),
      new OptionError('bias must be a finite number, not NaN'),
    ],
    [
      'an infinite threshold',
      () => new Perceptron({ weights: [1], threshold: Number.POSITIVE_INFINITY }),
      new OptionError('threshold must be a finite number, not Infinity'),
    ],
    [
      'an empty array of weights',
      () => new Perceptron({ weights: [] }),
      new OptionError('weights must be an array of at least one number, not []'),
    ],
    [
      'a weight that is not a number',
      () => new Perceptron({ weights: [1, Number.NaN] }),
      new OptionError('weights[1] must be a finite number, not NaN'),
    ],
    [
      'no inputs',
      () => new Perceptron({ inputs: 0 }),
      new OptionError('inputs must be a whole number of at least 1, not 0'),
    ],
    [
      'a row that is too short',
      () => two.decide([1]),
      new DataError('x must have 2 numbers, one for each weight, not 1'),
    ],
    [
      'no row',
      () => two.decide(undefined as unknown as number[]),
      new DataError('x must have 2 numbers, one for each weight, not undefined'),
    ],
    ['NaN in a row', () => two.decide([1, Number.NaN]), new DataError('x[1] must be a finite number, not NaN')],
    [
      'rows without labels',
      () => two.learn(rows, undefined as unknown as number[]),
      new OptionError('labels must be an array with a 0 or 1 for each row, not undefined'),
    ],
    [
      'labels that are -1 and 1',
      () => two.learn(rows, [1, -1, 1, 1]),
      new DataError('label -1 at row 1 must be 0 or 1, the only classes of a perceptron'),
    ],
    [
      'a dataset of three classes',
      () => two.learn(new Dataset({ inputs: rows, labels: [0, 1, 2, 0] })),
      new DataError('label 2 at row 2 must be 0 or 1, the only classes of a perceptron'),
    ],
    [
      'too few labels',
      () => two.learn(rows, [1, 0]),
      new DataError('labels must have one number for each of the 4 rows, not 2'),
    ],
    [
      'a row of another width',
      () => two.learn([[1, 2], [1]], [1, 0]),
      new DataError('rows row 1 has 1 numbers instead of 2'),
    ],
    [
      'a row with NaN',
      () => two.learn([[1, Number.NaN]], [1]),
      new DataError('rows has NaN at row 0, column 1: every number must be finite'),
    ],
    [
      'a dataset of another width',
      () => two.learn(new Dataset({ inputs: [[1]], labels: [0] })),
      new DataError('the dataset has rows of 1 numbers, the perceptron takes 2'),
    ],
    [
      'a dataset without labels',
      () => two.learn(new Dataset({ inputs: rows })),
      new DataError('the dataset has no labels to learn from'),
    ],
    [
      'an unknown learn option',
      () => two.learn(rows, labels, { learningRate: 1 } as object),
      new OptionError('unknown learn option "learningRate"; known: epochs, shuffle, seed'),
    ],
    [
      'no epochs',
      () => two.learn(rows, labels, { epochs: 0 }),
      new OptionError('epochs must be a whole number of at least 1, not 0'),
    ],
    [
      'a shuffle that is neither true nor false',
      () => two.learn(rows, labels, { shuffle: 1 as unknown as boolean }),
      new OptionError('shuffle must be true or false, not 1'),
    ],
    [
      'a negative seed',
      () => two.learn(rows, labels, { seed: -1 }),
      new OptionError('seed must be a whole number of at least 0, not -1'),
    ],
  ])('%s', (_what, call, error) => {
    expect(call).toThrow(error)
    expect(call).toThrow(error.constructor as typeof OptionError)
  })
})
