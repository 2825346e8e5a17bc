import { dense, digits, kFold, Network } from 'descent-nn'
import { connect } from 'descent-nn/distributed'

const communicator = await connect()
const { rank, size } = communicator

// Each pair of a fold and a seed is a network of its own: twelve in all.
const rows = await digits({ count: 1_000, seed: 1 })
const folds = [...kFold(rows, { folds: 4 })]
const seeds = [1, 2, 3]
const tasks = folds.flatMap((fold) => seeds.map((seed) => ({ ...fold, seed })))

// Ranks of the same color form a team, which trains each of its networks together. With up to twelve ranks, each rank
// is a team of its own, and nothing is sent while the networks learn.
const teams = Math.min(size, tasks.length)
const color = rank % teams
const team = await communicator.split(color)

const accuracies = new Float64Array(tasks.length)
for (const [i, { training, validation, seed }] of tasks.entries()) {
  if (i % teams !== color) continue
  const layers = [dense(20, 'relu'), dense(10, 'softmax')]
  const network = new Network({ inputs: 784, layers, cost: 'cross-entropy' }, { seed })
  await network.fit(training, { epochs: 5, learningRate: 0.1, communicator: team })
  const { accuracy } = await network.evaluate(validation)
  // One rank of each team contributes the result. The places of all other tasks stay 0.
  if (team.rank === 0) accuracies[i] = accuracy
}
await team.close()
await communicator.allreduce(accuracies)

if (rank === 0) {
  for (const fold of folds.keys()) {
    const row = seeds.map((_, i) => accuracies[fold * seeds.length + i].toFixed(3))
    console.log(`fold ${fold + 1}: ${row.join(' ')}`)
  }
  const mean = accuracies.reduce((sum, accuracy) => sum + accuracy, 0) / accuracies.length
  console.log(`mean of ${accuracies.length} networks: ${mean.toFixed(3)}`)
}
await communicator.close()
