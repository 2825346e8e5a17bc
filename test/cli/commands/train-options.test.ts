import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { augment, dense, dropout, Network, readIdxFolder, splitDataset } from '#src/index'
import { temporaryFolder } from '../../support/files.js'
import { run, writeExamples } from '../program.js'

const folder = temporaryFolder()
const data = await writeExamples(join(folder, 'shapes'))
const examples = await readIdxFolder(data)

/** What a run on the shapes saves: the network, and the description of the run. */
async function learn(name: string, options: string) {
  const model = join(folder, `${name}.safetensors`)
  const args = ['train', '--data', data, '--backend', 'typescript', '--output', model, ...options.split(' ')]
  const { code, stdout, stderr } = await run(args)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const network = await Network.load(model, { backend: 'typescript' })
  return { stdout, network, description: JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) }
}

describe.concurrent('the options of descent-nn train', () => {
  it('reach the network: layers, optimizer, penalties, limits, pictures', async () => {
    const { stdout, network, description } = await learn(
      'all',
      '--count 23 --hidden 7,5 --activation relu --cost log-likelihood --initializer he --optimizer adamw --beta1 0.8 ' +
        '--beta2 0.9 --weight-decay 0.05 --schedule cosine --warm-up 3 --rate 0.01 --l1 0.001 --lambda 0.2 ' +
        '--dropout 0.25 --input-dropout 0.1 --max-norm 1.2 --clip-norm 0.5 --clip-value 0.1 --label-smoothing 0.1 ' +
        '--class-weights balanced --epochs 3 --batch 4 --seed 2 --standardize --augment --rotation 20 --metrics top-2,f1',
    )
    const layers = [dense(7, 'relu'), dropout(0.25), dense(5, 'relu'), dropout(0.25), dense(3, 'softmax')]
    const expected = new Network(
      { inputs: 4, layers, inputDropout: 0.1, cost: 'cross-entropy', initializer: 'he' },
      { seed: 2, backend: 'typescript' },
    )
    const training = examples.training.slice(0, 23)
    expected.standardize(training)
    const pictures = { shift: 1, rotation: 20, scale: 0.1, elastic: { alpha: 36, sigma: 5 } }
    const plain = {
      epochs: 3,
      batchSize: 4,
      learningRate: 0.01,
      optimizer: { name: 'adamw', beta1: 0.8, beta2: 0.9, weightDecay: 0.05 },
      schedule: { name: 'cosine', warmUp: 3 },
      l1: 0.001,
      maxNorm: 1.2,
      clipNorm: 0.5,
      clipValue: 0.1,
      labelSmoothing: 0.1,
      classWeights: 'balanced',
      metrics: ['top-2', 'f1'],
    } as const
    const augmentation = augment(training, { ...pictures, seed: 2 })
    const history = await expected.fit(training, { ...plain, l2: 0.2 / 23, validation: examples.test, augmentation })
    augmentation.close()
    expect(network.description).toEqual(expected.description)
    expect(network.parameters).toEqual(expected.parameters)
    const { accuracy, cost, validation } = history[2]
    expect(description).toEqual({
      descent: expect.any(String),
      format: 2,
      network: expected.description,
      dtype: 'float32',
      seed: 2,
      data: { folder: data, count: 23 },
      training: { ...plain, lambda: 0.2, augmentation: pictures, standardize: true },
      result: { epochs: 3, accuracy, cost: validation?.cost, metrics: validation?.metrics },
    })
    expect(cost).not.toBe(validation?.cost)
    expect(stdout).toContain('\nnetwork   4-7-5-3, relu and softmax neurons, dropout, cross-entropy cost, float32\n')
    expect(stdout).toContain(
      '\ntraining  3 epochs, batches of 4, learning rate 0.01, optimizer adamw:beta1=0.8,beta2=0.9,weight-decay=0.05, ' +
        'schedule cosine:warm-up=3, l1 0.001, lambda 0.2, ' +
        'max-norm 1.2, clip-norm 0.5, clip-value 0.1, label-smoothing 0.1, class-weights balanced, ' +
        'inputs standardized, pictures augmented\n',
    )
    const { 'top-2': top2, f1 } = validation?.metrics ?? {}
    expect(stdout).toContain(
      `   top-2 ${top2.toPrecision(4)}   f1 ${f1.toPrecision(4)}   cost ${cost.toPrecision(4)}   `,
    )
  })

  it('reach each layer, each class, and the metrics of the training examples', async () => {
    const { stdout, network, description } = await learn(
      'each',
      '--hidden 6,5 --activation relu,tanh --dropout 0.2,0 --optimizer rmsprop:decay=0.8,epsilon=1e-5 ' +
        '--schedule step:epochs=1,factor=0.25 --class-weights 1,2,0.5 --shuffle no --training-metrics accuracy,mse --epochs 2',
    )
    const expected = new Network(
      { inputs: 4, layers: [dense(6, 'relu'), dropout(0.2), dense(5, 'tanh'), dense(3)] },
      { backend: 'typescript' },
    )
    const plain = {
      epochs: 2,
      batchSize: 10,
      learningRate: 0.01,
      optimizer: { name: 'rmsprop', decay: 0.8, epsilon: 1e-5 },
      schedule: { name: 'step', epochs: 1, factor: 0.25 },
      classWeights: [1, 2, 0.5],
      shuffle: false,
      trainingMetrics: ['accuracy', 'mse'],
    } as const
    const [, last] = await expected.fit(examples.training, plain)
    expect(network.description).toEqual(expected.description)
    expect(network.parameters).toEqual(expected.parameters)
    expect(description.training).toEqual(plain)
    const { accuracy, mse } = last.training?.metrics ?? {}
    expect(stdout).toContain(
      `   training accuracy ${accuracy.toPrecision(4)}   training mse ${mse.toPrecision(4)}   cost `,
    )
    expect(stdout).toContain(
      ', optimizer rmsprop:decay=0.8,epsilon=0.00001, schedule step:epochs=1,factor=0.25, class-weights 1,2,0.5, shuffle no\n',
    )
  })

  it('hold out rows for early stopping, and evaluate the saved network on the test', async () => {
    const { stdout, network, description } = await learn(
      'stopped',
      '--hidden 6 --activation tanh --output-activation softmax --cost huber --optimizer sgd:nesterov=yes --momentum 0.7 ' +
        '--rate 0.4 --early-stopping 2 --validation-share 0.3 --epochs 60 --seed 3',
    )
    const { training, validation } = splitDataset(examples.training, { fraction: 0.3, seed: 3 })
    const expected = new Network(
      { inputs: 4, layers: [dense(6, 'tanh'), dense(3, 'softmax')], cost: 'huber' },
      { seed: 3, backend: 'typescript' },
    )
    const history = await expected.fit(training, {
      epochs: 60,
      learningRate: 0.4,
      optimizer: { name: 'sgd', momentum: 0.7, nesterov: true },
      validation,
      earlyStopping: { patience: 2 },
    })
    expect(history.length).toBeLessThan(60)
    expect(network.parameters).toEqual(expected.parameters)
    const { accuracy, cost } = await expected.evaluate(examples.test)
    expect(description.result).toEqual({ epochs: history.length, accuracy, cost })
    expect(stdout).toContain(', 21 to learn from, 9 to judge epochs by and 12 for the test, read in ')
    expect(stdout).toMatch(
      /\naccuracy {2}[\d.]+% of the test; of those to judge epochs by, at best [\d.]+%, after epoch /,
    )
  })
})
