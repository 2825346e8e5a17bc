import { createPool, digits, Network } from 'descent-nn'

const network = new Network([784, 30, 10], { seed: 1 })
const pool = createPool(network, { threads: 2 })

// The threads see what the network learns, because its weights are in memory that they all share.
const test = await digits({ count: 1000, seed: 2 })
const correct = async () => (await pool.classify(test)).filter((answer, row) => answer === test.labels[row]).length
console.log('before training:', await correct(), 'of 1000')
await network.fit(await digits({ count: 5000, seed: 1 }), { epochs: 3, learningRate: 3 })
console.log('after training:', await correct(), 'of 1000')

// Batch after batch, in order. The pool reads a few batches ahead and then waits until the answers are read.
async function* batches() {
  for (let from = 0; from < test.rows; from += 100) yield test.slice(from, from + 100)
}
let row = 0
let right = 0
for await (const answers of pool.classifyBatches(batches())) {
  for (const answer of answers) if (answer === test.labels[row++]) right++
}
console.log('in batches:', right, 'of', row)
await pool.close()
