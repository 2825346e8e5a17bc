import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Dataset, dense, Network } from 'descent-nn'

// Is a point inside a circle, around it, or far away?
const points = Array.from({ length: 900 }, (_, i) => [((i * 37) % 61) / 30 - 1, ((i * 17) % 53) / 26 - 1])
const ring = ([x, y]) => Math.min(2, Math.floor(2.5 * Math.hypot(x, y)))
const network = new Network({ inputs: 2, layers: [dense(16, 'tanh'), dense(3, 'softmax')], cost: 'cross-entropy' })
network.labelNames = ['in', 'around', 'far']
await network.fit(new Dataset({ inputs: points, labels: points.map(ring) }), { epochs: 60, learningRate: 0.5 })

// Objects in, objects out: each answer is added to its row, and bad rows go to a function.
const places = [
  { id: 'a', x: 0.1, y: 0.1 },
  { id: 'b', x: -0.5, y: 0.4 },
  { id: 'c', x: 0.2, y: null },
  { id: 'd', x: 0.9, y: -0.9 },
]
const answers = network.classifier({
  inputs: ['x', 'y'],
  keep: true,
  onBadRow: (row, number, error) => console.log(`line ${number + 1}, ${row.id}: ${error.message}`),
})
for await (const { id, label, confidence } of Readable.from(places).compose(answers)) {
  console.log(id, label, confidence > 0.5 ? '(sure)' : '(a guess)')
}

// A hundred thousand rows, with at most a few hundred of them in memory.
function* many() {
  for (let i = 0; i < 100_000; i++) yield points[i % 900]
}
const counts = { in: 0, around: 0, far: 0 }
const count = async (labels) => {
  for await (const label of labels) counts[label]++
}
await pipeline(many, network.classifier(), count)
console.log(counts)

// Batches of rows, one typed array for each batch.
const batches = [Float64Array.from(points.slice(0, 300).flat()), Float64Array.from(points.slice(300).flat())]
for await (const { classes, batch } of network.classifyBatches(batches)) {
  console.log(`${batch.length / 2} rows: ${classes.filter((number) => number === 0).length} in the circle`)
}
