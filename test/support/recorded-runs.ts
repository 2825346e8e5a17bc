import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BackendName } from '#src/backend/backend'
import {
  augment,
  Dataset,
  type Description,
  dense,
  digits,
  dropout,
  type FloatArray,
  Network,
  type TrainOptions,
} from '#src/index'
import { normals } from './numbers.js'

/**
 * Ten runs with every option that changes a bit stated, so that no change of a default reaches them. Each is trained, evaluated
 * and asked; the run with a checkpoint is also stopped and resumed.
 */
interface Recorded {
  readonly description: Description
  readonly dtype: 'float32' | 'float64'
  readonly training: 'pictures' | 'numbers'
  readonly options: TrainOptions
  readonly augmented?: true
  readonly standardized?: true
  readonly validated?: true
  readonly resumed?: true
}

const plain = { epochs: 3, shuffle: true, schedule: 'constant', l1: 0, l2: 0, labelSmoothing: 0 } as const

const runs: Readonly<Record<string, Recorded>> = {
  book: {
    description: {
      inputs: 784,
      layers: [dense(30, 'sigmoid'), dense(10, 'sigmoid')],
      cost: 'quadratic',
      initializer: 'normal',
    },
    dtype: 'float32',
    training: 'pictures',
    options: { ...plain, batchSize: 10, learningRate: 3, optimizer: 'sgd' },
  },
  'cross-entropy of sigmoid outputs': {
    description: {
      inputs: 784,
      layers: [dense(20, 'sigmoid'), dense(10, 'sigmoid')],
      cost: 'cross-entropy',
      initializer: 'scaled-normal',
    },
    dtype: 'float64',
    training: 'pictures',
    options: { ...plain, batchSize: 16, learningRate: 0.5, optimizer: 'sgd', l2: 1e-3, maxNorm: 4 },
  },
  'softmax outputs': {
    description: {
      inputs: 784,
      layers: [dense(24, 'relu'), dropout(0.2), dense(10, 'softmax')],
      cost: 'log-likelihood',
      initializer: 'he',
    },
    dtype: 'float32',
    training: 'pictures',
    options: {
      ...plain,
      batchSize: 32,
      learningRate: 2e-3,
      optimizer: { name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      labelSmoothing: 0.1,
    },
  },
  momentum: {
    description: {
      inputs: 784,
      layers: [dense(16, 'tanh'), dense(12, 'tanh'), dense(10, 'sigmoid')],
      cost: 'quadratic',
      initializer: 'glorot',
    },
    dtype: 'float32',
    training: 'pictures',
    options: {
      ...plain,
      batchSize: 20,
      learningRate: 0.1,
      optimizer: { name: 'sgd', momentum: 0.8 },
      schedule: { name: 'step', epochs: 1, factor: 0.5 },
    },
  },
  nesterov: {
    description: {
      inputs: 784,
      layers: [dense(16, 'leaky-relu'), dense(10, 'softmax')],
      cost: 'log-likelihood',
      initializer: 'he-uniform',
    },
    dtype: 'float64',
    training: 'pictures',
    options: {
      ...plain,
      batchSize: 20,
      learningRate: 0.01,
      optimizer: { name: 'sgd', momentum: 0.9, nesterov: true },
      schedule: { name: 'cosine', end: 0.1, warmUp: 5 },
      classWeights: 'balanced',
      clipNorm: 1,
    },
  },
  adamw: {
    description: {
      inputs: 5,
      layers: [dense(9, 'gelu'), dense(7, 'silu'), dense(2, 'identity')],
      cost: 'huber',
      initializer: 'lecun',
    },
    dtype: 'float32',
    training: 'numbers',
    options: {
      ...plain,
      batchSize: 13,
      learningRate: 0.01,
      optimizer: { name: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.02 },
      schedule: { name: 'one-cycle', rise: 0.3, start: 0.1, end: 0.01 },
      clipValue: 0.5,
    },
    standardized: true,
  },
  'l-bfgs': {
    description: {
      inputs: 5,
      layers: [dense(6, 'softplus'), dense(2, 'identity')],
      cost: 'quadratic',
      initializer: 'glorot-uniform',
    },
    dtype: 'float64',
    training: 'numbers',
    options: { epochs: 6, learningRate: 1, optimizer: { name: 'l-bfgs', historySize: 5 }, l1: 1e-3, l2: 1e-2 },
  },
  'rmsprop on augmented pictures': {
    description: {
      inputs: 784,
      layers: [dense(14, 'elu'), dense(10, 'softmax')],
      cost: 'log-likelihood',
      initializer: 'he',
    },
    dtype: 'float32',
    training: 'pictures',
    options: {
      ...plain,
      batchSize: 25,
      learningRate: 1e-3,
      optimizer: { name: 'rmsprop', decay: 0.99, epsilon: 1e-8 },
    },
    augmented: true,
  },
  'adagrad, judged by metrics': {
    description: {
      inputs: 784,
      layers: [dense(15, 'relu'), dense(10, 'sigmoid')],
      cost: 'cross-entropy',
      initializer: 'lecun-uniform',
    },
    dtype: 'float32',
    training: 'pictures',
    options: {
      ...plain,
      epochs: 6,
      batchSize: 10,
      learningRate: 0.05,
      optimizer: { name: 'adagrad', epsilon: 1e-10 },
      schedule: { name: 'plateau', patience: 1, factor: 0.5, minLearningRate: 0.0005 },
      metrics: ['f1'],
      earlyStopping: { monitor: 'f1', patience: 2, minDelta: 0.001, restoreBest: true },
    },
    validated: true,
  },
  'stopped and resumed': {
    description: {
      inputs: 784,
      layers: [dense(12, 'sigmoid'), dense(10, 'sigmoid')],
      cost: 'quadratic',
      initializer: 'scaled-normal',
    },
    dtype: 'float32',
    training: 'pictures',
    options: {
      ...plain,
      epochs: 4,
      batchSize: 7,
      learningRate: 0.01,
      optimizer: { name: 'adam', beta1: 0.8, beta2: 0.99, epsilon: 1e-7 },
      schedule: { name: 'exponential', factor: 0.9 },
    },
    resumed: true,
  },
}

const sha = (values: FloatArray | Int32Array): string =>
  createHash('sha256')
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex')
    .slice(0, 16)

const numbers = (() => {
  const rows = 300
  const inputs = Float64Array.from(normals(rows * 5, 1, 'recorded inputs'), (value, i) => value * (1 + (i % 5)))
  const targets = Float64Array.from({ length: rows * 2 }, (_, i) => {
    const row = Math.floor(i / 2)
    return i % 2 === 0 ? inputs[row * 5] - 0.5 * inputs[row * 5 + 3] : inputs[row * 5 + 1] * 0.25 + 1
  })
  return new Dataset({ inputs, width: 5, targets })
})()

/** What came of each run, by its name: hashes of the parameters, the outputs and the classes, and the costs. */
export async function recordRuns(backend: BackendName): Promise<Record<string, readonly string[]>> {
  const pictures = await digits({ count: 400, seed: 5 })
  const test = await digits({ count: 100, seed: 6 })
  const results: Record<string, readonly string[]> = {}
  for (const [name, run] of Object.entries(runs)) {
    const training = run.training === 'pictures' ? pictures : numbers
    const asked = run.training === 'pictures' ? test : numbers.slice(0, 100)
    const options = {
      ...run.options,
      ...(run.augmented && {
        augmentation: augment(pictures, {
          seed: 3,
          shift: 1,
          rotation: 10,
          scale: 0.1,
          elastic: { alpha: 20, sigma: 4 },
        }),
      }),
      ...(run.validated && { validation: test }),
    }
    const create = () => {
      const network = new Network(run.description, { seed: 11, dtype: run.dtype, backend, threads: 1 })
      if (run.standardized) network.standardize(training)
      return network
    }
    let network = create()
    let costs: number[]
    if (run.resumed) {
      const folder = mkdtempSync(join(tmpdir(), 'descent-recorded-'))
      try {
        const checkpoint = { folder, everySteps: 20, everyEpochs: 1, keep: 2, resume: true }
        for await (const { number } of network.train(training, { ...options, checkpoint })) if (number === 2) break
        // Without the newest one the run goes on from the middle of an epoch.
        const newest = readdirSync(folder).sort().at(-1)
        rmSync(join(folder, String(newest)))
        network = create()
        costs = (await network.fit(training, { ...options, checkpoint })).map(({ cost }) => cost)
      } finally {
        rmSync(folder, { recursive: true })
      }
    } else costs = (await network.fit(training, options)).map(({ cost }) => cost)
    const evaluation = await network.evaluate(asked, {})
    results[name] = [
      sha(network.parameters),
      sha(await network.predict(asked)),
      sha(await network.classify(asked)),
      ...[...costs, evaluation.cost].map(String),
    ]
  }
  return results
}
