/**
 * A training run that uses everything that a checkpoint must hold, in a process that may be killed at any moment:
 * node resumed-run.mjs BACKEND FOLDER EPOCHS. It resumes from the newest checkpoint in the folder and finally writes FOLDER/model.
 */
import { join } from 'node:path'
import { augment, dense, digits, dropout, Network } from '../../dist/bundle/index.js'

const [backend, folder, epochs] = process.argv.slice(2)
const training = await digits({ count: 600, seed: 3 })
const network = new Network(
  {
    inputs: 784,
    layers: [dropout(0.1), dense(30, 'relu'), dropout(0.4), dense(10, 'softmax')],
    cost: 'cross-entropy',
    initializer: 'he',
  },
  { seed: 6, backend },
)
const augmentation = augment(training, { shift: 1, rotation: 10, elastic: { alpha: 34, sigma: 4 }, threads: 1 })
await network.fit(training, {
  epochs: Number(epochs),
  batchSize: 10,
  learningRate: 0.001,
  optimizer: 'adam',
  schedule: 'cosine',
  augmentation,
  checkpoint: { folder, everySteps: 7, keep: 2, resume: true },
})
augmentation.close()
await network.save(join(folder, 'model'))
