import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { createRandom } from '#src/base/random'
import { standardization } from '#src/data/standardize'
import { Dataset, dense, loadOnnx, ModelError, Network, saveOnnx } from '#src/index'
import { failure, openFiles, temporaryFolder } from '../../support/files.js'
import { expectNear, outputErrors } from '../../support/rounding.js'

const folder = temporaryFolder()
const whole = join(folder, 'whole.onnx')
const damaged = join(folder, 'damaged.onnx')
const network = new Network(
  { inputs: 3, layers: [dense(4, 'gelu'), dense(3, 'silu'), dense(2, 'softmax')], cost: 'cross-entropy' },
  { seed: 1 },
)
const data = new Dataset({ inputs: Float32Array.of(1, 2, 3, 4, 6, 8, 9, 1, 5), width: 3 })
let file: Buffer
/** The bytes of the file that are numbers of tensors: any value of these bytes is valid. */
const numbers = new Set<number>()

beforeAll(async () => {
  network.standardize(data)
  await saveOnnx(whole, network)
  file = readFileSync(whole)
  const measures: (Float32Array | Float64Array)[] = [Float32Array.of(14 / 3, 3, 16 / 3)]
  for (const { weights, biases } of network.layers) measures.push(weights, biases)
  for (const part of measures) {
    const bytes = Buffer.from(part.buffer, part.byteOffset, part.byteLength)
    const at = file.indexOf(bytes)
    expect(at).toBeGreaterThan(0)
    for (let i = 0; i < bytes.length; i++) numbers.add(at + i)
  }
})

/** Reads a network from these bytes. Returns undefined if they are refused with the file and the place, as they must be. */
async function read(bytes: Uint8Array): Promise<Network | undefined> {
  writeFileSync(damaged, bytes)
  try {
    return await loadOnnx(damaged, { backend: 'typescript' })
  } catch (error) {
    if (!(error instanceof ModelError)) throw new Error('no ModelError', { cause: error })
    expect(error.message.startsWith(damaged)).toBe(true)
    return undefined
  }
}

describe('a damaged ONNX file', () => {
  it('is refused if it is cut off anywhere, unless it still holds the whole network', async () => {
    let refused = 0
    for (let i = 0; i < 200; i++) {
      const found = await read(file.subarray(0, Math.floor((i * file.length) / 200)))
      if (!found) refused++
      // Metadata come last: without them the network is the same, except for how it is trained.
      else expect([...found.parameters]).toEqual([...network.parameters])
    }
    expect(refused).toBeGreaterThan(150)
  })

  it('is refused, or gives the network that it describes, if bytes are changed anywhere', async () => {
    const random = createRandom(5)
    let refused = 0
    const x = [[0.5, -1, 2]]
    const expected = network.feedforward(x)
    const errors = outputErrors(network, x.flat(), standardization(data))
    for (let i = 0; i < 1000; i++) {
      const bytes = Uint8Array.from(file)
      const at = Math.floor(random.uniform() * bytes.length)
      bytes[at] = i % 2 ? Math.floor(random.uniform() * 256) : bytes[at] ^ (1 << (i % 8))
      const found = await read(bytes)
      if (!found) {
        refused++
        continue
      }
      expect(found.description.layers).toEqual(network.description.layers)
      const isNumber = numbers.has(at) || isConstant(at)
      if (!isNumber) {
        expectNear(found.feedforward(x), expected, errors, `byte ${at}, `)
      }
    }
    expect(refused).toBeGreaterThan(300)
  })

  it.each<[string, () => Uint8Array, string]>([
    ['nothing', () => Buffer.alloc(0), 'byte 0: an ONNX model has a graph and an opset, but this file has no graph'],
    ['another file', () => Buffer.from('{"model": 1}'), 'byte 0: the tag 123 in the model is not a valid protobuf tag'],
    [
      'a length beyond the end',
      () => Buffer.from([0x3a, 0xff, 0xff, 0x03]),
      'byte 0: field 7 of the model takes 65535 bytes, 0 are left',
    ],
    [
      'a number without an end',
      () => Buffer.from([0x08, 0xff]),
      'byte 1: field 1 of the model continues beyond its end',
    ],
    ['an old opset', () => Buffer.from([0x3a, 0, 0x42, 2, 0x10, 6]), 'byte 2: its opset is 6, expected 7 to 30'],
    ['a shape that lies', () => replaced('W1', 4, 5), 'the initializer "W1" of shape [5, 3] takes 60 bytes, it has 48'],
  ])('%s is refused with an error message', async (_name, bytes, problem) => {
    writeFileSync(damaged, bytes())
    expect(await failure(loadOnnx(damaged))).toContain(problem)
  })

  it('reports a model whose description and graph differ', async () => {
    const text = file.toString('latin1').replace('"activation":"silu"', '"activation":"relu"')
    writeFileSync(damaged, text, 'latin1')
    expect(await failure(loadOnnx(damaged))).toBe(
      `ModelError: ${damaged} is not a model of descent: its description says 3 -> 4 gelu -> 3 relu -> 2 softmax, its graph computes 3 -> 4 gelu -> 3 silu -> 2 softmax`,
    )
  })

  it('is closed again', async () => {
    const before = await openFiles()
    for (let i = 0; i < 5; i++) await read(file.subarray(0, 100))
    expect(await openFiles()).toBe(before)
  })
})

/** The constants of GELU and the factors of the inputs, each after its name and a tag. */
function isConstant(at: number): boolean {
  return ['root2', 'one', 'half', 'inputFactors'].some((name) => {
    const from = file.lastIndexOf(name) + name.length
    return at >= from && at < from + 2 + 12
  })
}

/** The file with the first size of an initializer changed, which is stored before its name. */
function replaced(name: string, size: number, other: number): Uint8Array {
  const bytes = Uint8Array.from(file)
  const at = file.lastIndexOf(Buffer.from([0x08, size, 0x08, 3]), file.lastIndexOf(name)) + 1
  bytes[at] = other
  return bytes
}
