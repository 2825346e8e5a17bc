import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Dataset, dense, ModelError, Network, OptionError } from '#src/index'
import { temporaryFolder } from '../support/files.js'
import { normals, sameBits } from '../support/numbers.js'

const folder = temporaryFolder()
const inputs = Float64Array.from(normals(60, 1))
const data = new Dataset({ inputs, width: 3, labels: new Int32Array(20).map((_, i) => i % 2) })

async function trained(): Promise<Network> {
  const network = new Network({ inputs: 3, layers: [dense(4, 'tanh'), dense(2, 'softmax')] }, { seed: 9 })
  network.standardize(data)
  network.labelNames = ['gerade', 'ungerade 𝄞']
  await network.fit(data, { epochs: 2, learningRate: 1 })
  return network
}

it('toBytes gives the bytes of a saved file, and each can be read from the other', async () => {
  const network = await trained()
  const path = join(folder, 'network.safetensors')
  await network.save(path)
  const bytes = network.toBytes()
  expect(Buffer.compare(await readFile(path), bytes)).toBe(0)
  const copy = Network.fromBytes(bytes)
  bytes.fill(0)
  expect(copy.labelNames).toEqual(network.labelNames)
  expect(sameBits(copy.feedforward(inputs), network.feedforward(inputs))).toBe(true)
  // At an offset in a larger buffer that is not a multiple of 8, as in a file.
  const moved = new Uint8Array(await readFile(path).then((file) => [0, 0, 0, ...file])).subarray(3)
  for (const one of [network, Network.fromBytes(moved)]) await one.fit(data, { epochs: 1, learningRate: 1 })
  expect(sameBits(copy.parameters, network.parameters)).toBe(false)
  await copy.fit(data, { epochs: 1, learningRate: 1 })
  expect(sameBits(copy.parameters, network.parameters)).toBe(true)
})

it('bytes that are cut off anywhere are refused, and say where', async () => {
  const bytes = (await trained()).toBytes()
  for (let length = 0; length < bytes.length; length += 1 + Math.floor(bytes.length / 200)) {
    expect(() => Network.fromBytes(bytes.subarray(0, length))).toThrow(ModelError)
  }
  expect(() => Network.fromBytes(bytes.subarray(0, 5))).toThrow(
    new ModelError(
      'the model of 5 bytes: expected the 8 bytes of length of a safetensors file, the file ends at byte 5',
    ),
  )
  expect(() => Network.fromBytes([1] as never)).toThrow(new OptionError('bytes must be a Uint8Array, not [1]'))
})
