import { digits, Network } from 'descent-nn/browser'

const log = document.querySelector('#log')
const say = (text) => log.append(`${text}\n`)

const training = await digits({ count: 1000, seed: 1 })
const test = await digits({ count: 100, seed: 2 })
const network = new Network([784, 30, 10], { seed: 1 })
// Training runs in slices of a few milliseconds, so the page stays responsive.
for await (const { number, validation } of network.train(training, { epochs: 3, learningRate: 3, validation: test })) {
  say(`epoch ${number}: ${validation.correct} of 100`)
}

// The bytes of a safetensors file. Keep them in IndexedDB, offer them as a download, or give them to Network.fromBytes.
const bytes = network.toBytes()
const copy = Network.fromBytes(bytes)
say(`a copy from ${bytes.length} bytes answers ${(await copy.classify(test.slice(0, 5))).join(' ')}`)
say(`the labels are ${test.labels.slice(0, 5).join(' ')}`)
