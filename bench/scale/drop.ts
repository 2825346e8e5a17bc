/**
 * Creates networks, trains each for one step and then drops it, to check that its memory is released. Run it as
 * `drop.js native|wasm|typescript COUNT`.
 */
import { Network } from 'descent-nn'
import { createPictures } from './data.js'
import { backendOf, tell } from './measurements.js'
import { residentAfterGarbage } from './settle.js'

const [backend, count] = process.argv.slice(2)
const networks = Number(count)
const data = createPictures(10)
const stops = [1, 2, 3].map((third) => Math.floor((third * networks) / 3))
const resident: number[] = []
let collected = 0
const registry = new FinalizationRegistry(() => {
  collected++
})
for (let made = 1; made <= networks; made++) {
  const network = new Network([784, 30, 10], { seed: made, backend: backendOf(backend) })
  registry.register(network, undefined)
  await network.partialFit(data, { learningRate: 1 })
  if (stops.includes(made)) resident.push(await residentAfterGarbage())
}
const growth = { name: 'growth between the first and the last of these', value: resident[2] - resident[0], unit: 'MB' }
tell([
  ...stops.map((made, i) => ({ name: `memory after ${made} networks`, value: resident[i], unit: 'MB' })),
  // Check the growth against a limit only if there are many networks. With few networks, malloc's heap is still growing
  // to hold the garbage between two collections, so growth does not mean a leak.
  networks >= 30_000 ? { ...growth, below: 30 } : growth,
  { name: 'networks not collected', value: networks - collected, unit: '', below: 10 },
])
