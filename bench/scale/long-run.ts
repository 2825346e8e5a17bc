/**
 * Trains for several minutes and checks that memory does not grow. Run it as `long-run.js native|wasm|typescript MINUTES`.
 */
import { Network } from 'descent-nn'
import { createPictures } from './data.js'
import { megabytes } from './figure.js'
import { backendOf, tell } from './measurements.js'
import { residentAfterGarbage } from './settle.js'

const [backend, minutes] = process.argv.slice(2)
const milliseconds = Number(minutes) * 60_000
// An epoch on this dataset takes some tenths of a second. Many shorter epochs would look like a leak, because a
// training run keeps the metrics of each epoch.
const data = createPictures(20_000)
const network = new Network([784, 30, 10], { seed: 1, backend: backendOf(backend) })
const start = performance.now()
const looks = 10
const seen: { resident: number; used: number }[] = []
let epochs = 0
for await (const _ of network.train(data, {
  epochs: 1e9,
  batchSize: 10,
  learningRate: 0.1,
  validation: data.slice(0, 500),
})) {
  epochs++
  if (performance.now() - start < ((seen.length + 1) * milliseconds) / looks) continue
  const resident = await residentAfterGarbage()
  const { heapUsed, external } = process.memoryUsage()
  seen.push({ resident, used: megabytes(heapUsed + external) })
  if (performance.now() - start > milliseconds) break
}
const middle = Math.ceil(seen.length / 2)
const highest = (from: number, to: number, what: 'resident' | 'used') =>
  Math.max(...seen.slice(from, to).map((look) => look[what]))
const growth = (what: 'resident' | 'used') => highest(middle, seen.length, what) - highest(0, middle, what)
tell([
  { name: 'epochs of 20,000 rows', value: epochs, unit: '' },
  { name: 'resident memory, highest', value: highest(0, seen.length, 'resident'), unit: 'MB' },
  // Caches and malloc's heap reach their final size in the first half of the training run. Growth in the second half is
  // therefore a leak.
  ...(seen.length < 4
    ? []
    : [
        {
          name: 'growth of resident memory, second half against first',
          value: growth('resident'),
          unit: 'MB',
          below: 15,
        },
        { name: 'growth of memory in use, second half against first', value: growth('used'), unit: 'MB', below: 5 },
      ]),
])
