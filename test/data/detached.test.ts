import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { readArrow } from '#src/arrow'
import {
  DataError,
  Dataset,
  Network,
  Perceptron,
  regressionMetrics,
  streamCsv,
  topK,
  writeIdx,
  writeNpy,
} from '#src/index'
import { findDigits } from '#src/pictures'

/** Returns an array whose memory now belongs to another thread, as after postMessage with a list of what to transfer. */
function transferred<A extends Float32Array | Float64Array | Int32Array | Uint8Array>(array: A): A {
  structuredClone(array, { transfer: [array.buffer as ArrayBuffer] })
  return array
}

const network = new Network([2, 3], { backend: 'typescript', seed: 1 })
const floats = () => transferred(new Float32Array(4))
const file = join(tmpdir(), 'descent-detached')
const training = new Dataset({
  inputs: [
    [1, 2],
    [3, 4],
  ],
  labels: [0, 1],
})
const learning = { epochs: 1, learningRate: 1 }
const oneRow = async function* () {
  yield floats()
}
const chunks = async function* () {
  yield 'a,b\n1,0\n'
  yield transferred(Uint8Array.from(Buffer.from('2,1\n')))
}
const collect = async (answers: AsyncIterable<unknown>) => {
  for await (const _ of answers);
}

test.each<[string, string, () => unknown]>([
  ['the inputs of a dataset', 'inputs', () => new Dataset({ inputs: floats(), width: 2 })],
  ['inputs without a width', 'inputs', () => new Dataset({ inputs: floats() })],
  ['a row of a dataset', 'inputs row 1', () => new Dataset({ inputs: [[1, 2], floats()] })],
  ['the first row of a dataset', 'inputs row 0', () => new Dataset({ inputs: [floats(), [1, 2]] })],
  ['targets', 'targets', () => new Dataset({ inputs: [[1], [2]], targets: floats() })],
  ['labels', 'labels', () => new Dataset({ inputs: [[1], [2]], labels: transferred(new Int32Array(2)) })],
  ['rows for predict', 'rows', () => network.predict(floats())],
  ['bytes for feedforward', 'x', () => network.feedforward(transferred(new Uint8Array(2)))],
  ['an array of rows for classify', 'rows row 0', () => network.classify([floats()])],
  ['a row of a stream', 'row 0', () => collect(Readable.from(oneRow()).compose(network.classifier()))],
  ['a chunk of text', 'a chunk of the stream', () => collect(streamCsv(chunks(), { label: 'b' }))],
  ['a chunk of Arrow data', 'a chunk of the Arrow data', () => readArrow(transferred(new Uint8Array(8)))],
  ['the parameters of a network', 'parameters', () => new Network([2, 3], { parameters: floats() })],
  ['the labels of a perceptron', 'labels', () => new Perceptron({ inputs: 1 }).learn([[1], [2]], floats())],
  ['sampleWeights', 'sampleWeights', () => network.fit(training, { ...learning, sampleWeights: floats() })],
  ['classWeights', 'classWeights', () => network.fit(training, { ...learning, classWeights: floats() })],
  ['the outputs of a metric', 'outputs', () => regressionMetrics(floats(), new Float32Array(4), 2)],
  ['the outputs for topK', 'outputs', () => topK(floats(), 2, [0, 1], 1)],
  ['an IDX file', 'data', () => writeIdx(file, { shape: [0], data: floats() })],
  ['an .npy file', 'npy data', () => writeNpy(file, { shape: [0], data: floats() })],
  ['a picture', 'the picture', () => findDigits(transferred(new Uint8Array(8)))],
  ['a saved network', 'bytes', () => Network.fromBytes(transferred(network.toBytes()))],
])('memory that was transferred is the reason why %s cannot be used', async (_what, name, use) => {
  const error = await (async () => use())().catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(DataError)
  expect(error).toEqual(
    new DataError(
      `the memory of ${name} is gone: its ArrayBuffer was transferred to another thread or shrunk, so pass a copy made before that`,
    ),
  )
})

test('memory that was shrunk is the reason too, and an empty array is an array without numbers', () => {
  const buffer: ArrayBuffer & { resize?: (bytes: number) => void } = Reflect.construct(ArrayBuffer, [
    8,
    { maxByteLength: 8 },
  ])
  const inputs = new Uint8Array(buffer, 4, 4)
  buffer.resize?.(2)
  expect(() => new Dataset({ inputs, width: 2 })).toThrow('the memory of inputs is gone')
  expect(() => new Dataset({ inputs: new Uint8Array(0), width: 2 })).toThrow(new DataError('the dataset has no rows'))
})
