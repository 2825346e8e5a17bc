/** Training runs that one process and several ranks do, to be compared. Ranks run this file without a compiler. */
import { createHash } from 'node:crypto'
import { augment, Dataset, dense, dropout, Network, scaling } from '../../dist/index.js'

/** Numbers from 0 to 1 that are the same in each process. */
function numbers(seed, length) {
  let state = seed
  return Float64Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  })
}

const width = 16

export function dataset(rows, seed = 1) {
  const inputs = Uint8Array.from(numbers(seed, rows * width), (number) => 256 * number)
  const labels = Int32Array.from({ length: rows }, (_, row) => (inputs[row * width] > 128 ? 2 : 0) + (row % 2))
  return new Dataset({ inputs, width, labels })
}

function targets(rows) {
  const inputs = Float64Array.from(numbers(5, rows * width))
  return new Dataset({ inputs, width, targets: Float64Array.from(numbers(6, rows * 3)) })
}

const softmax = [dense(12, 'relu'), dense(4, 'softmax')]
const withDropout = [dense(12, 'sigmoid'), dropout(0.3), dense(4, 'softmax')]

/** A small network. */
export const spec = { inputs: width, layers: softmax }

/** Each run has a name, the layers, the data and the options of training. */
export const runs = {
  'sgd in gemm, last batch of 4 rows': {
    layers: [dense(12, 'sigmoid'), dense(4, 'sigmoid')],
    rows: 100,
    batchSize: 32,
  },
  'momentum with dropout': { layers: withDropout, rows: 90, batchSize: 30, optimizer: { name: 'sgd', momentum: 0.9 } },
  'adam with penalties and clipping': {
    layers: softmax,
    rows: 90,
    batchSize: 31,
    optimizer: 'adam',
    l1: 1e-4,
    l2: 1e-3,
    clipNorm: 0.5,
    maxNorm: 2,
    labelSmoothing: 0.1,
  },
  'a scaling layer with a rate of its own': {
    layers: [scaling(), dense(12, 'selu', { parametrization: 'ntk' }), dense(4, 'softmax')],
    rows: 90,
    batchSize: 31,
    optimizer: 'adam',
    rates: { scale: 6, biases: 0.1 },
  },
  'batches with fewer rows than ranks': { layers: softmax, rows: 7, batchSize: 2, learningRate: 0.1 },
  'a schedule, class weights and no shuffling': {
    layers: softmax,
    rows: 64,
    batchSize: 20,
    schedule: 'cosine',
    classWeights: [1, 2, 3, 4],
    shuffle: false,
  },
  'complete batches only': { layers: softmax, rows: 70, batchSize: 20, schedule: 'coslog4', dropLastBatch: true },
  'early stopping by a validation part with metrics': {
    layers: softmax,
    rows: 80,
    batchSize: 16,
    epochs: 8,
    validationRows: 33,
    metrics: ['top-2', 'f1'],
    earlyStopping: { patience: 2, monitor: 'accuracy' },
    schedule: { name: 'plateau', patience: 1 },
  },
  'targets with metrics of regression': {
    layers: [dense(9, 'tanh'), dense(3, 'identity')],
    targets: 70,
    batchSize: 24,
    learningRate: 0.05,
    trainingMetrics: ['mse', 'r2'],
  },
  'augmented rows': { layers: softmax, rows: 60, batchSize: 25, augmented: true },
  'l-bfgs': { layers: softmax, rows: 75, optimizer: 'l-bfgs', l2: 1e-3, epochs: 5 },
  'l-bfgs with fewer rows than ranks': { layers: softmax, rows: 2, optimizer: 'l-bfgs', l1: 1e-3, l2: 1e-2, epochs: 3 },
  'two sums a batch': {
    layers: [dense(600, 'relu'), dense(600, 'relu'), dense(4, 'softmax')],
    rows: 40,
    batchSize: 20,
  },
}

/** Does a run, alone or with a communicator. Returns the parameters and what each epoch reports. */
export async function doRun(name, network, communicator) {
  const { layers, rows, targets: targetRows, validationRows, augmented, ...options } = runs[name]
  const training = rows ? dataset(rows) : targets(targetRows)
  const trained = new Network({ inputs: width, layers }, { seed: 4, ...network })
  const augmentation = augmented ? augment(training, { shift: 1, rotation: 20, seed: 3 }) : undefined
  const epochs = []
  const run = trained.train(training, {
    epochs: 3,
    ...options,
    ...(validationRows && { validation: dataset(validationRows, 9) }),
    ...(augmentation && { augmentation }),
    ...(communicator && { communicator }),
  })
  for await (const { cost, validation, training: own } of run) {
    epochs.push([
      cost,
      validation?.cost,
      validation?.accuracy,
      ...Object.values({ ...validation?.metrics, ...own?.metrics }),
    ])
  }
  augmentation?.close()
  return { parameters: trained.parameters, epochs: epochs.map((epoch) => epoch.map((number) => number ?? null)) }
}

/** A short text that is equal for equal bits. */
export const bitsOf = (array) =>
  createHash('sha256')
    .update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
    .digest('hex')
    .slice(0, 16)
