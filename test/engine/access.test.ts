import { expect, it } from 'vitest'
import { Dataset, dense, Network, NetworkBusyError } from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'
import { normals, sameBits } from '../support/numbers.js'

const rows = 3000
const inputs = normals(rows * 20, 1)
const data = new Dataset({ inputs, width: 20, labels: Array.from({ length: rows }, (_, row) => row % 4) })
const one = (row: number) => inputs.slice(20 * row, 20 * (row + 1))

describeOnBackends('a network', (backend) => {
  const create = () => new Network({ inputs: 20, layers: [dense(30), dense(4, 'softmax')] }, { seed: 3, backend })
  const learning = { epochs: 1, batchSize: 10, learningRate: 0.3 } as const

  it('gives any number of answers at the same time, with the bits that each has alone', async () => {
    const network = create()
    const alone = Array.from({ length: 60 }, (_, row) => network.feedforward(one(row)))
    const { cost } = await network.evaluate(data)
    const [evaluation, classes, ...answers] = await Promise.all([
      network.evaluate(data),
      network.classify(inputs),
      ...alone.map((_, row) => network.predict(one(row))),
    ])
    expect(evaluation.cost).toBe(cost)
    expect(classes).toEqual(await network.classify(inputs))
    for (const [row, answer] of answers.entries()) expect(sameBits(answer, alone[row])).toBe(true)
  })

  it('answers with a copy of its parameters while it learns, and learns the same as if nobody had asked', async () => {
    const calm = create()
    await calm.fit(data, { ...learning, epochs: 2 })

    const network = create()
    const before = network.feedforward(one(0))
    let isLearning = true
    const run = network.fit(data, { ...learning, epochs: 2 }).finally(() => {
      isLearning = false
    })
    await Promise.resolve()
    expect(sameBits(network.feedforward(one(0)), before)).toBe(true)
    expect(sameBits(await network.predict(one(0)), before)).toBe(true)
    let asked = 0
    while (isLearning) {
      const { correct } = await network.evaluate(data.slice(0, 100))
      expect(correct).toBeGreaterThanOrEqual(0)
      const [a, b] = await Promise.all([network.predict(inputs.slice(0, 60)), network.classify(inputs.slice(0, 60))])
      expect(a.every((value) => value >= 0 && value <= 1)).toBe(true)
      expect(b).toHaveLength(3)
      network.feedforward(one(1))
      asked++
    }
    expect(asked).toBeGreaterThan(0)
    await run
    expect(sameBits(network.parameters, calm.parameters)).toBe(true)
    expect(sameBits(network.feedforward(one(0)), calm.feedforward(one(0)))).toBe(true)
  })

  it('renews the copy within an epoch, for as long as somebody asks', async () => {
    // An epoch that takes seconds on the fastest machine, but ends early once an answer has changed. A copy that took long,
    // because the machine is busy, is renewed later.
    const count = 300_000
    const labels = Int32Array.from({ length: count }, (_, row) => row % 4)
    const many = new Dataset({ inputs: new Uint8Array(count * 20).map((_, i) => i % 251), width: 20, labels })
    const network = new Network([20, 1500, 4], { seed: 1, backend })
    const controller = new AbortController()
    const seen = new Set<number>()
    let isLearning = true
    const run = network
      .fit(many, { ...learning, batchSize: 1, signal: controller.signal })
      .catch((error: unknown) => error)
      .finally(() => {
        isLearning = false
      })
    await Promise.resolve()
    while (isLearning) {
      seen.add((await network.predict(one(0)))[0])
      if (seen.size > 1) controller.abort('enough')
    }
    expect(await run).toBe('enough')
  })

  it('waits for the answers in progress before it learns, and is busy meanwhile', async () => {
    const network = create()
    const before = await network.predict(inputs)
    const answers = [network.predict(inputs), network.predict(inputs)]
    const run = network.fit(data, learning)
    await Promise.resolve()
    await expect(network.partialFit(data)).rejects.toThrow(
      new NetworkBusyError('the network is busy: partialFit must wait until training ends'),
    )
    const during = network.predict(inputs)
    for (const answer of answers) expect(sameBits(await answer, before)).toBe(true)
    expect(sameBits(await during, before)).toBe(true)
    await run
    expect(sameBits(await network.predict(inputs), before)).toBe(false)
  })

  it('lets calls wait for partialFit, which publishes no copy', async () => {
    const network = create()
    const calm = create()
    await calm.partialFit(data, { learningRate: 0.3 })
    const step = network.partialFit(data, { learningRate: 0.3 })
    expect(() => network.feedforward(one(0))).toThrow(
      new NetworkBusyError('the network is busy: feedforward must wait until partialFit ends'),
    )
    expect(sameBits(await network.predict(one(0)), calm.feedforward(one(0)))).toBe(true)
    await step
  })

  it('is saved and shared while it answers, but not changed', async () => {
    const network = create()
    const alone = network.toBytes()
    const answer = network.predict(inputs)
    expect(network.toBytes()).toEqual(alone)
    expect(network.gradients(one(0), [1, 0, 0, 0]).cost).toBeGreaterThan(0)
    expect(() => network.parameters).toThrow(
      new NetworkBusyError('the network is busy: parameters must wait until predict ends'),
    )
    expect(() => network.standardize(data)).toThrow(
      new NetworkBusyError('the network is busy: standardize must wait until predict ends'),
    )
    await answer
    expect(network.parameters).toHaveLength(754)
  })

  it('standardizes the rows of all calls, also after the standardization has changed', async () => {
    const network = create()
    await network.predict(one(0))
    network.feedforward(one(0))
    network.standardize(data)
    const copy = Network.fromBytes(network.toBytes(), { backend })
    expect(sameBits(await network.predict(one(0)), copy.feedforward(one(0)))).toBe(true)
    expect(sameBits(network.feedforward(one(0)), copy.feedforward(one(0)))).toBe(true)
    const run = network.fit(data, learning)
    await Promise.resolve()
    expect(sameBits(network.feedforward(one(0)), copy.feedforward(one(0)))).toBe(true)
    await run
  })
})
