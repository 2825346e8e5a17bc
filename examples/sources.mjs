import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Dataset, dense, Network } from 'descent-nn'

/** Points in a square, labeled by whether they lie in a circle: one numbered batch, as a file or a database might return it. */
function batchOf(number, rows = 500) {
  const inputs = Array.from({ length: rows }, (_, i) => {
    const point = number * rows + i
    return [((point * 0.754877666) % 1) * 2 - 1, ((point * 0.569840296) % 1) * 2 - 1]
  })
  return new Dataset({ inputs, labels: inputs.map(([x, y]) => (x * x + y * y < 0.6 ? 1 : 0)) })
}

async function* rows() {
  // Anything opened here (a file, a query) is closed in `finally`, however the run ends.
  try {
    for (let number = 0; number < 40; number++) yield batchOf(number)
  } finally {
    closed++
  }
}

let closed = 0
const description = { inputs: 2, layers: [dense(16, 'tanh'), dense(2, 'softmax')], cost: 'cross-entropy' }
const network = new Network(description, { seed: 1 })
const validation = batchOf(1000)
// Pass the function itself, not its result: it is called once per epoch.
const run = network.train(rows, {
  epochs: 3,
  batchSize: 20,
  learningRate: 0.2,
  window: 5_000,
  rows: 20_000,
  validation,
})
for await (const { number, cost, accuracy } of run) {
  console.log(`epoch ${number}: cost ${cost.toFixed(4)}, accuracy ${(100 * accuracy).toFixed(1)} %`)
}
console.log(`opened and closed ${closed} times`)

// Without shuffling, a run on a source gives the same bits as a run on a dataset of the same rows.
const options = { epochs: 1, batchSize: 20, learningRate: 0.2, shuffle: false }
const [fromSource, fromMemory] = [new Network(description, { seed: 1 }), new Network(description, { seed: 1 })]
await fromSource.fit(rows, options)
await fromMemory.fit(batchOf(0, 20_000), options)
console.log(
  'the same bits:',
  Buffer.from(fromSource.parameters.buffer).equals(Buffer.from(fromMemory.parameters.buffer)),
)

// An endless stream: one step for each batch, saved now and then. After a restart, the program loads the file.
const folder = await mkdtemp(join(tmpdir(), 'descent-sources-'))
const path = join(folder, 'live.safetensors')
const live = new Network(description, { seed: 1 })
let batches = 0
for await (const batch of rows()) {
  await live.partialFit(batch, { learningRate: 0.5 })
  if (++batches % 10 === 0) await live.save(path)
}
const restarted = await Network.load(path)
await restarted.partialFit(batchOf(40), { learningRate: 0.5 })
await live.partialFit(batchOf(40), { learningRate: 0.5 })
console.log(
  'the same after a restart:',
  Buffer.from(live.parameters.buffer).equals(Buffer.from(restarted.parameters.buffer)),
)
await rm(folder, { recursive: true })
