import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { BackendError, Dataset, DescentError, dense, Network, OptionError, type SharedNetwork } from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'
import { normals, sameBits } from '../support/numbers.js'

/** Sends a value through a message channel, as to another thread. */
function posted<T>(value: T): T {
  const { port1, port2 } = new MessageChannel()
  port1.postMessage(value)
  const received = receiveMessageOnPort(port2)
  port1.close()
  if (!received) throw new Error('nothing arrived')
  return received.message
}

const inputs = Float64Array.from(normals(60, 1))
const data = new Dataset({ inputs, width: 3, labels: new Int32Array(20).map((_, i) => i % 2) })

describeOnBackends('a shared network', (backend) => {
  it.each(['float32', 'float64'] as const)(
    'gives the same bits as the original, also after training, in %s',
    async (dtype) => {
      const owner = new Network(
        { inputs: 3, layers: [dense(4, 'tanh'), dense(2, 'softmax')] },
        { dtype, backend, seed: 5 },
      )
      owner.standardize(data)
      owner.labelNames = ['even', 'odd']
      const reader = Network.fromShared(posted(owner.share()), { backend })
      expect(reader.description).toEqual(owner.description)
      expect([reader.dtype, reader.labelNames, reader.backend.name]).toEqual([dtype, ['even', 'odd'], backend])
      expect(sameBits(reader.feedforward(inputs), owner.feedforward(inputs))).toBe(true)
      const before = reader.feedforward(inputs)
      await owner.fit(data, { epochs: 1, learningRate: 1 })
      expect(sameBits(await reader.predict(inputs), await owner.predict(inputs))).toBe(true)
      expect(sameBits(reader.feedforward(inputs), before)).toBe(false)
      // Both networks use the same memory.
      reader.layers[0].biases[0] = 7
      expect(owner.layers[0].biases[0]).toBe(7)
    },
  )
})

describe('a network that shares the memory of another one', () => {
  it('is saved to the same bytes as the original', async () => {
    const owner = new Network([3, 2], { backend: 'typescript', seed: 7 })
    await owner.fit(data, { epochs: 2, learningRate: 1 })
    const reader = Network.fromShared(posted(owner.share()), { backend: 'typescript' })
    expect(reader.toBytes()).toEqual(owner.toBytes())
  })

  it('cannot learn, because both could learn at once', async () => {
    const reader = Network.fromShared(new Network([3, 2]).share())
    const options = { learningRate: 1 }
    const refusal = (what: string) =>
      new DescentError(`${what} is only for the original network, not for networks that share its memory`)
    expect(() => reader.train(data, options)).toThrow(refusal('train'))
    await expect(reader.fit(data, options)).rejects.toThrow(refusal('train'))
    await expect(reader.partialFit(data, options)).rejects.toThrow(refusal('partialFit'))
  })

  const good = new Network([3, 2]).share()
  it.each<[Partial<Record<keyof SharedNetwork, unknown>>, string]>([
    [{ version: '1' }, 'version must be "2", as this version of descent shares networks, not "1"'],
    [{ dtype: 'float16' }, `dtype must be 'float32' or 'float64', not "float16"`],
    [{ dtype: 'float64' }, 'parameters must be a Float64Array in shared memory, not Float32Array(8)'],
    [{ parameters: new Float32Array(8) }, 'parameters must be a Float32Array in shared memory, not Float32Array(8)'],
    [{ parameters: good.parameters.subarray(1) }, 'parameters must have 8 numbers, not 7'],
    [{ seed: undefined }, 'seed must be a whole number of at least 0, not undefined'],
    [{ epochsSeen: -1 }, 'epochsSeen must be a whole number of at least 0, not -1'],
    [{ labelNames: ['one'] }, 'labelNames must have one name for each of the 2 outputs, not 1'],
    [
      { standardization: { means: new Float64Array(2), factors: new Float64Array(3) } },
      'means must be a Float64Array(3), not Float64Array(2)',
    ],
  ])('is refused if the received network is invalid: %o', (change, message) => {
    const shared = { ...good, ...change } as SharedNetwork
    expect(() => Network.fromShared(shared)).toThrow(new OptionError(message))
  })

  it('needs shared memory', () => {
    const { SharedArrayBuffer: kept } = globalThis
    Reflect.deleteProperty(globalThis, 'SharedArrayBuffer')
    try {
      expect(() => new Network([3, 2], { backend: 'typescript' }).share()).toThrow(
        new BackendError(
          'threads cannot share this network: it is not in shared memory, because this page is not isolated',
        ),
      )
    } finally {
      globalThis.SharedArrayBuffer = kept
    }
  })
})
