/**
 * Trains for an epoch on many pictures held as bytes, and checks memory and cost. Run it as
 * `million.js native|wasm|typescript ROWS`.
 */
import { Network } from 'descent-nn'
import { createPictures } from './data.js'
import { megabytes, peakMemory } from './figure.js'
import { backendOf, tell } from './measurements.js'

const [backend, rows] = process.argv.slice(2)
const data = createPictures(Number(rows))
const network = new Network([784, 30, 10], { seed: 1, backend: backendOf(backend) })
const [{ cost, seconds }] = await network.fit(data, { epochs: 1, batchSize: 100, learningRate: 3 })
const held = megabytes(data.inputs.byteLength)
tell([
  { name: 'the data', value: held, unit: 'MB' },
  { name: 'peak memory', value: peakMemory(), unit: 'MB', below: 1.1 * held + 150 },
  // A network whose outputs are always 0.1, the mean target, has a quadratic cost of 0.45. Training must get below
  // that.
  { name: 'cost of the epoch', value: cost, unit: '', below: 0.45 },
  { name: 'the epoch', value: seconds, unit: 's' },
])
