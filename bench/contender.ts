/**
 * One contender of ours in a process of its own: `node contender.js native|typescript|plain CASE EPOCHS`. Prints a line for
 * each epoch, as the yardsticks in C and Python do: "native epoch 1  0.1234 s  ... accuracy 0.9012".
 */
import { type Dataset, mnist, Network } from 'descent'
import { type Case, findCase } from './cases.js'
import { PlainNetwork } from './plain.js'

const [name, caseName, epochs] = process.argv.slice(2)

function report(epoch: number, seconds: number, accuracy: number): void {
  console.log(`${name} epoch ${epoch}  ${seconds.toFixed(4)} s  accuracy ${accuracy.toFixed(4)}`)
}

async function trainOurs(backend: 'native' | 'typescript', one: Case, training: Dataset, test: Dataset): Promise<void> {
  const { sizes, batchSize, learningRate } = one
  const network = new Network(sizes, { seed: 1, backend })
  const options = { epochs: Number(epochs), batchSize, learningRate, validation: test }
  for await (const epoch of network.train(training, options)) {
    report(epoch.number, epoch.seconds, epoch.accuracy ?? Number.NaN)
  }
}

function trainPlain(one: Case, training: Dataset, test: Dataset): void {
  const network = new PlainNetwork(one)
  const order = Uint32Array.from({ length: training.size }, (_, i) => (i * 7919) % training.size)
  for (let epoch = 1; epoch <= Number(epochs); epoch++) {
    const start = performance.now()
    for (let from = 0; from + one.batchSize <= training.size; from += one.batchSize) {
      network.step(training, order, from, one)
    }
    report(epoch, (performance.now() - start) / 1000, network.accuracy(test, 2000))
  }
}

const one = findCase(caseName)
const { training, test } = await mnist()
const examples = training.slice(0, one.examples)
if (name === 'native' || name === 'typescript') await trainOurs(name, one, examples, test)
else if (name === 'plain') trainPlain(one, examples, test)
else throw new Error(`there is no contender ${name}`)
