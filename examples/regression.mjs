import { Dataset, dense, Network } from 'descent-nn'

// Rooms of 10 to 49 square meters on floors 0 to 4. The rent is 12 per square meter and 30 per floor; some entries are wrong.
const rooms = Array.from({ length: 200 }, (_, i) => [10 + ((i * 7) % 40), (i * 3) % 5])
const rent = ([area, floor]) => 12 * area + 30 * floor + 100
const noted = rooms.map((room, i) => (i % 17 === 0 ? 10 * rent(room) : rent(room)))
// Targets are in hundreds, so Huber's cost treats an error of more than 100 as an outlier.
const data = new Dataset({ inputs: rooms, targets: noted.map((target) => [target / 100]) })

for (const cost of ['quadratic', 'huber']) {
  const network = new Network({ inputs: 2, layers: [dense(1, 'identity')], cost, initializer: 'zeros' })
  network.standardize(data)
  await network.fit(data, { epochs: 100, learningRate: 0.01 })
  const [small, large] = network.feedforward([
    [12, 0],
    [45, 4],
  ])
  console.log(`${cost}: ${(100 * small).toFixed(0)} for 244, ${(100 * large).toFixed(0)} for 760`)
}

// Learn from rows as they arrive, a few at a time. The network and the optimizer keep their state between calls.
const right = new Dataset({ inputs: rooms, targets: rooms.map((room) => [rent(room) / 100]) })
const network = new Network({ inputs: 2, layers: [dense(8, 'tanh'), dense(1, 'identity')], initializer: 'glorot' })
network.standardize(right)
for (let i = 0; i < 500; i++) {
  const batch = right.slice((i * 10) % 200, ((i * 10) % 200) + 10)
  await network.partialFit(batch, { learningRate: 0.01, optimizer: 'adam', clipNorm: 1 })
}
const { metrics } = await network.evaluate(right, { metrics: ['mae', 'r2'] })
console.log(`partialFit: mae ${metrics.mae.toFixed(3)}, r2 ${metrics.r2.toFixed(3)}`)

// Any number of labels per row: each has its own sigmoid output and its own cost.
const questions = rooms.map(([area, floor]) => [area > 25 ? 1 : 0, floor > 0 ? 1 : 0, floor > 2 ? 1 : 0])
const labeled = new Dataset({ inputs: rooms, targets: questions })
const tagger = new Network({ inputs: 2, layers: [dense(3)], cost: 'cross-entropy', initializer: 'zeros' })
tagger.standardize(labeled)
await tagger.fit(labeled, { epochs: 30, learningRate: 2 })
const answers = await tagger.predict([[30, 1]])
const names = ['large', 'upstairs', 'high up'].filter((_, label) => answers[label] > 0.5)
console.log(`30 square meters on floor 1: ${names.join(', ')}`)
console.log('exact:', (await tagger.evaluate(labeled, { metrics: ['exact-match'] })).metrics['exact-match'])
