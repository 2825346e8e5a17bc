/** Measures the training of a wide network. Run it as `wide.js float32|float64 WIDTH`. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Dataset, dense, Network } from 'descent-nn'
import { createRandom } from '#src/base/random'
import { megabytes, peakMemory } from './figure.js'
import { tell } from './measurements.js'

const [dtype, width] = process.argv.slice(2)
const neurons = Number(width)
const rows = 128
const random = createRandom(1, 'rows')
const data = new Dataset({
  inputs: Uint8Array.from({ length: rows * neurons }, () => random.integer(256)),
  width: neurons,
  labels: Array.from({ length: rows }, () => random.integer(neurons)),
})
/**
 * Whether the delay of the event loop is checked against a limit. This check is left out for small networks, because
 * their delays are too short to mean anything.
 */
const hasLimits = neurons >= 4096
const network = new Network(
  {
    inputs: neurons,
    layers: [dense(neurons, 'relu'), dense(neurons, 'softmax')],
    cost: 'cross-entropy',
    initializer: 'he',
  },
  { seed: 1, dtype: dtype === 'float64' ? 'float64' : 'float32' },
)
const held = megabytes(network.parameters.byteLength)
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
const epochs = await network.fit(data, { epochs: 3, batchSize: 32, learningRate: 0.01 })
delay.disable()
tell([
  { name: 'the parameters', value: held, unit: 'MB' },
  { name: 'peak memory / parameters', value: peakMemory() / held, unit: '' },
  { name: 'last cost / first cost', value: epochs[epochs.length - 1].cost / epochs[0].cost, unit: '', below: 1 },
  { name: 'a batch of 32', value: epochs.reduce((sum, { seconds }) => sum + seconds, 0) / 12, unit: 's' },
  {
    name: 'event loop delay, 99th percentile',
    value: delay.percentile(99) / 1e6,
    unit: 'ms',
    ...(hasLimits ? { below: 50 } : {}),
  },
  { name: 'event loop delay, longest', value: delay.max / 1e6, unit: 'ms' },
])
