import { join } from 'node:path'
import { dense, digits, Network } from 'descent-nn'
import { connect } from 'descent-nn/distributed'

// Launchers send SIGUSR2 before they end a job. The handler must be there before connect, which takes some time.
const stop = new AbortController()
for (const signal of ['SIGUSR2', 'SIGTERM']) process.on(signal, () => stop.abort())

const communicator = await connect()
const say = communicator.rank === 0 ? console.log : () => {}
say(`${communicator.size} ${communicator.size === 1 ? 'process' : 'processes'}`)

// All ranks have the same rows, the same network and the same options.
const training = await digits({ count: 4_000, seed: 1 })
const validation = await digits({ count: 1_000, seed: 2 })
const layers = [dense(30, 'relu'), dense(10, 'softmax')]
const network = new Network({ inputs: 784, layers, cost: 'cross-entropy' }, { seed: 1 })

// With a folder as the argument, rank 0 saves the run there, and the next job continues it.
const [folder] = process.argv.slice(2)
const checkpoint = folder && { folder, everySteps: 500, resume: true }
// A batch has 100 rows on all ranks together.
const options = { epochs: 3, batchSize: 100, learningRate: 0.2, validation, communicator, checkpoint }
try {
  for await (const epoch of network.train(training, { ...options, signal: stop.signal })) {
    say(`epoch ${epoch.number}: cost ${epoch.cost.toFixed(3)}, ${epoch.validation?.correct} of 1000 correct`)
  }
  // All ranks have the same network now, and one of them saves it.
  if (folder && communicator.rank === 0) await network.save(join(folder, 'network.safetensors'))
} catch (error) {
  // All ranks stop after the same batch: one because of its signal, the others because that one stopped.
  if (!['AbortError', 'StoppedError'].includes(error.name)) throw error
  // 75 is the usual code of a job that should be started again (EX_TEMPFAIL in sysexits.h).
  process.exitCode = 75
}
await communicator.close()
