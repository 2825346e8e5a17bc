import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { Dataset, dense, Network, Perceptron, saveJavaScript } from '#src/index'
import { failure, temporaryFolder } from '../support/files.js'

const realm = createContext({})
/** Creates a typed array with the classes of another realm, as test runners and vm contexts have them. */
const foreign = (type: string, numbers: number[]): Uint8Array =>
  runInContext(`${type}.of(${numbers.join()})`, realm) as Uint8Array

const network = new Network(
  { inputs: 2, layers: [dense(1, 'identity')] },
  { parameters: [1, 1, 0], backend: 'typescript', dtype: 'float64' },
)

const bytes: [string, Uint8Array][] = [
  ['a Uint8Array', Uint8Array.of(255, 255)],
  ['a Buffer', Buffer.of(255, 255)],
  ['a Uint8ClampedArray', Uint8ClampedArray.of(255, 255) as unknown as Uint8Array],
  ['a Uint8Array of another realm', foreign('Uint8Array', [255, 255])],
  ['a Uint8ClampedArray of another realm', foreign('Uint8ClampedArray', [255, 255])],
]

describe.each(bytes)('%s', (_, row) => {
  it('is scaled by 1/255, alone and in an array of rows', async () => {
    for (const rows of [row, [row], [row, row]]) {
      const outputs = Array.from({ length: rows === row ? 1 : rows.length }, () => 2)
      expect([...(await network.predict(rows))]).toEqual(outputs)
      expect([...network.feedforward(rows)]).toEqual(outputs)
      expect([...network.gradients(rows, outputs).parameters]).toEqual([0, 0, 0])
      const { inputs, scale } = new Dataset({ inputs: rows, width: 2 })
      expect({ inputs, scale }).toEqual({ inputs: new Uint8Array(outputs.length * 2).fill(255), scale: 1 / 255 })
    }
    expect(await Readable.from([row]).pipe(network.predictor()).toArray()).toEqual([Float64Array.of(2)])
    expect(new Perceptron({ weights: [1, 1], bias: -3 }).decide(row)).toBe(0)
  })

  it('is scaled by the exported module', async () => {
    const path = join(temporaryFolder(), 'module.mjs')
    await saveJavaScript(path, network)
    const { predict } = await import(pathToFileURL(path).href)
    expect(predict(row)).toEqual([2])
  })
})

it('floats of another realm keep their type', () => {
  const { inputs, targets } = new Dataset({
    inputs: foreign('Float32Array', [1, 2]),
    width: 2,
    targets: foreign('Float64Array', [3]) as unknown as Float64Array,
  })
  expect([inputs, targets]).toEqual([Float32Array.of(1, 2), Float64Array.of(3)])
})

it('rows of bytes and rows of other numbers are refused together', async () => {
  const rows = [Uint8Array.of(255, 255), [1, 1]]
  const sentence =
    'row 1 has numbers, the rows before it have bytes: bytes are scaled by 1/255, so make all rows bytes or none'
  expect(await failure(network.predict(rows))).toBe(`DataError: rows ${sentence}`)
  expect(() => network.feedforward(rows)).toThrow(`x ${sentence}`)
  expect(() => new Dataset({ inputs: rows })).toThrow(`inputs ${sentence}`)
  expect(() => new Dataset({ inputs: [[1, 1], [1, 0], Uint8Array.of(1, 1)] })).toThrow(
    'inputs row 2 has bytes, the rows before it have numbers: bytes are scaled by 1/255, so make all rows bytes or none',
  )
})

it('targets of bytes are numbers as they are', () => {
  for (const targets of [Uint8Array.of(0, 3), [Uint8Array.of(0), Uint8Array.of(3)], [[0], Uint8Array.of(3)]]) {
    const data = new Dataset({
      inputs: [
        [1, 1],
        [2, 1],
      ],
      targets,
    })
    expect([...(data.targets ?? [])]).toEqual([0, 3])
    expect(data.targets).not.toBeInstanceOf(Uint8Array)
  }
})
