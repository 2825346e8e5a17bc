import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dense, digits, dropout, Network } from 'descent-nn'

/** Resumes from the newest checkpoint in the folder, or starts a new run. Saves the run after every 20 updates. */
async function learn(folder, onProgress) {
  const training = await digits({ count: 2_000, seed: 1 })
  const layers = [dense(30, 'relu'), dropout(0.2), dense(10, 'softmax')]
  const network = new Network({ inputs: 784, layers, cost: 'cross-entropy', initializer: 'he' }, { seed: 1 })
  const checkpoint = { folder, everySteps: 20, keep: 2, resume: true }
  const options = { epochs: 3, learningRate: 0.001, optimizer: 'adam', checkpoint, onProgress }
  const history = await network.fit(training, options)
  console.log(`cost of each epoch: ${history.map(({ cost }) => cost.toFixed(4)).join(' ')}`)
  await network.save(join(folder, 'network.safetensors'))
}

async function compare() {
  const [straight, broken] = await Promise.all(['a', 'b'].map((name) => mkdtemp(join(tmpdir(), `descent-${name}-`))))
  await learn(straight)
  // The same run, in a process that is killed on the way.
  const [, signal] = await once(fork(new URL(import.meta.url), [broken]), 'exit')
  console.log(`ended by ${signal}`)
  await learn(broken)
  const files = await Promise.all([straight, broken].map((folder) => readFile(join(folder, 'network.safetensors'))))
  const [a, b] = files.map((bytes) => createHash('sha256').update(bytes).digest('hex'))
  console.log(`the same file: ${a === b}`)
  console.log((await readdir(broken)).join('\n'))
  await Promise.all([straight, broken].map((folder) => rm(folder, { recursive: true })))
}

const [folder] = process.argv.slice(2)
if (folder) await learn(folder, ({ epoch }) => epoch === 2 && process.kill(process.pid, 'SIGKILL'))
else await compare()
