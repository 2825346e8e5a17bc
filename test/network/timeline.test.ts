import { expect, it } from 'vitest'
import { createTimeline, Dataset, Network, NetworkBusyError, OptionError, type TimelineMoment } from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'
import { normals, sameBits } from '../support/numbers.js'

const rows = 20
const data = new Dataset({
  inputs: Float32Array.from(normals(rows * 3, 1, 'timeline')),
  width: 3,
  labels: Array.from({ length: rows }, (_, row) => row % 2),
})

describeOnBackends('a timeline', (backend) => {
  const create = () => new Network([3, 4, 2], { seed: 1, backend })
  const bytes = 26 * 4

  it('sets the network and its optimizer back, any number of times', async () => {
    const network = create()
    const timeline = createTimeline(network)
    const adam = { optimizer: 'adam', learningRate: 0.1 } as const
    const learn = async () => {
      for (let i = 0; i < 3; i++) await network.partialFit(data, adam)
      return network.parameters.slice()
    }
    timeline.add({ epoch: 1, batches: 0 })
    const first = await learn()
    timeline.add({ epoch: 1, batches: 3 })
    const second = await learn()
    expect(sameBits(first, second)).toBe(false)
    expect(timeline.moments).toEqual([
      { id: 0, epoch: 1, batches: 0 },
      { id: 1, epoch: 1, batches: 3 },
    ])
    timeline.restore(1)
    expect(sameBits(network.parameters, first)).toBe(true)
    expect(sameBits(await learn(), second)).toBe(true)
    timeline.restore(0)
    expect(sameBits(network.parameters, create().parameters)).toBe(true)
    expect(sameBits(await learn(), first)).toBe(true)
    timeline.restore(1)
    expect(sameBits(await learn(), second)).toBe(true)
  })

  it('starts the optimizer from zero if there is no memory for its state', async () => {
    const network = create()
    const timeline = createTimeline(network, { maxBytes: 3 * bytes })
    const adam = { optimizer: 'adam', learningRate: 0.1 } as const
    await network.partialFit(data, adam)
    const parameters = network.parameters.slice()
    timeline.add({ epoch: 1, batches: 1 })
    await network.partialFit(data, adam)
    timeline.restore(0)
    await network.partialFit(data, adam)
    const fresh = new Network([3, 4, 2], { backend, parameters })
    await fresh.partialFit(data, adam)
    expect(sameBits(network.parameters, fresh.parameters)).toBe(true)
  })

  it('sets the history, the order of the next epochs and the standardization back', async () => {
    const network = create()
    const timeline = createTimeline(network)
    const plain = { epochs: 1, learningRate: 0.5, batchSize: 3 }
    await network.fit(data, plain)
    timeline.add({ epoch: 2, batches: 7 })
    const before = network.toBytes()
    await network.fit(data, plain)
    const after = network.toBytes()
    network.standardize(data)
    timeline.restore(0)
    expect(network.history.map(({ number }) => number)).toEqual([1])
    expect(network.toBytes()).toEqual(before)
    await network.fit(data, plain)
    expect(network.toBytes()).toEqual(after)
  })

  it('can be used at the pauses of a run, but not while it learns', async () => {
    const network = create()
    const timeline = createTimeline(network)
    const run = network.train(data, { epochs: 2, learningRate: 0.5, batchSize: 3, yieldEvery: 2 })
    const parameters = network.parameters.slice()
    const pending = run.next()
    const busy = (what: string) => new NetworkBusyError(`the network is busy: ${what} must wait until training ends`)
    expect(() => timeline.add({ epoch: 1, batches: 0 })).toThrow(busy('timeline.add'))
    const { value } = await pending
    if (!value || !('done' in value)) throw new Error('it must pause')
    timeline.add(value)
    expect(timeline.moments).toEqual([{ id: 0, epoch: 1, batches: 2 }])
    const at = network.parameters.slice()
    expect(sameBits(at, parameters)).toBe(false)
    const next = run.next()
    expect(() => timeline.restore(0)).toThrow(busy('timeline.restore'))
    expect(sameBits(timeline.parametersAt(0), at)).toBe(true)
    await next
    expect(sameBits(network.parameters, at)).toBe(false)
    timeline.restore(0)
    expect(sameBits(network.parameters, at)).toBe(true)
    await run.next()
    await run.return([])
  })

  it('gives copies that do not change it', () => {
    const network = create()
    const timeline = createTimeline(network)
    timeline.add({ epoch: 1, batches: 0 })
    timeline.parametersAt(0).fill(0)
    network.parameters.fill(1)
    expect(sameBits(timeline.parametersAt(0), create().parameters)).toBe(true)
  })
})

/** The largest distance between two moments. The newest may be closer. */
function largestGap(moments: readonly TimelineMoment[]): number {
  return Math.max(...moments.slice(1).map(({ batches }, i) => batches - moments[i].batches))
}

describeOnBackends('the memory of a timeline', (backend) => {
  const create = () => new Network([3, 4, 2], { seed: 1, backend })
  const bytes = 26 * 4

  it.each([
    ['evenly', () => 10],
    ['ever slower', (i: number) => Math.ceil(1000 / (i + 1))],
    ['ever faster', (i: number) => 1 + i],
    ['first one by one and then by thousands', (i: number) => (i < 200 ? 1 : 1000)],
  ] as [string, (i: number) => number][])('holds moments of the whole run that are added %s', (_name, distance) => {
    const network = create()
    const timeline = createTimeline(network, { maxBytes: 12 * bytes })
    let batches = 0
    for (let i = 0; i < 500; i++) {
      network.parameters.fill(batches)
      timeline.add({ epoch: 1, batches })
      const { moments } = timeline
      expect(moments.length).toBeLessThanOrEqual(12)
      expect(moments[0]).toEqual({ id: 0, epoch: 1, batches: 0 })
      expect(moments.at(-1)).toEqual({ id: i, epoch: 1, batches })
      batches += distance(i)
    }
    const { moments } = timeline
    const newest = moments[moments.length - 1].batches
    // Five moments or more, none of them far from its neighbors in view of the whole run.
    expect(moments.length).toBeGreaterThanOrEqual(5)
    expect(largestGap(moments)).toBeLessThanOrEqual(newest / 3)
    for (const moment of moments) expect(timeline.parametersAt(moment.id)[0]).toBe(moment.batches)
    expect(new Set(moments.map(({ id }) => id)).size).toBe(moments.length)
  })

  it('drops every second moment when it is full, and then takes those that are far enough apart', () => {
    const timeline = createTimeline(create(), { maxBytes: 6 * bytes })
    const seen: number[][] = []
    for (let batches = 0; batches < 13; batches++) {
      timeline.add({ epoch: 1, batches })
      seen.push(timeline.moments.map((moment) => moment.batches))
    }
    expect(seen.slice(5)).toEqual([
      [0, 1, 2, 3, 4, 5],
      [0, 2, 4, 6],
      [0, 2, 4, 6, 7],
      [0, 2, 4, 6, 8],
      [0, 2, 4, 6, 8, 9],
      [0, 2, 4, 6, 8, 10],
      [0, 4, 8, 11],
      [0, 4, 8, 12],
    ])
  })

  it('has room for fewer moments when the optimizer has a state', async () => {
    const network = create()
    const timeline = createTimeline(network, { maxBytes: 12 * bytes })
    await network.partialFit(data, { optimizer: 'adam' })
    for (let batches = 0; batches < 100; batches++) timeline.add({ epoch: 1, batches })
    expect(timeline.moments.length).toBeGreaterThanOrEqual(2)
    expect(timeline.moments.length).toBeLessThanOrEqual(3)
  })

  it('is free of the moments that a run has left behind by another way', () => {
    const timeline = createTimeline(create())
    for (const batches of [0, 10, 20, 30]) timeline.add({ epoch: 1, batches })
    timeline.restore(1)
    expect(timeline.moments.map(({ id }) => id)).toEqual([0, 1, 2, 3])
    timeline.restore(2)
    timeline.restore(1)
    timeline.add({ epoch: 1, batches: 15 })
    expect(timeline.moments.map(({ id, batches }) => [id, batches])).toEqual([
      [0, 0],
      [1, 10],
      [4, 15],
    ])
    expect(() => timeline.restore(2)).toThrow(
      new OptionError('id must be the number of a moment of the timeline, not 2'),
    )
  })

  it('refuses what is wrong in a whole sentence', () => {
    const network = create()
    const refused: [() => unknown, string][] = [
      [
        () => createTimeline(network, { maxBytes: 3 * bytes - 1 }),
        'maxBytes must be at least 312, which 3 copies of the network take, not 311',
      ],
      [() => createTimeline(network, { maxBytes: 1.5 }), 'maxBytes must be a whole number of at least 1, not 1.5'],
      [() => createTimeline({} as Network), 'network must be a Network, not an object (Object)'],
      [() => createTimeline(network, { bytes: 5 } as object), 'unknown timeline option "bytes"; known: maxBytes'],
    ]
    const timeline = createTimeline(network)
    timeline.add({ epoch: 1, batches: 5 })
    refused.push(
      [
        () => timeline.add({ epoch: 1, batches: 5 }),
        'batches must be above those of the newest moment, 5, not 5: moments are added in the order of the run',
      ],
      [() => timeline.add({ epoch: -1, batches: 6 }), 'epoch must be a whole number of at least 0, not -1'],
      [() => timeline.restore(1), 'id must be the number of a moment of the timeline, not 1'],
      [() => timeline.parametersAt(-1), 'id must be the number of a moment of the timeline, not -1'],
    )
    for (const [work, message] of refused) expect(work).toThrow(new OptionError(message))
    expect(timeline.moments).toEqual([{ id: 0, epoch: 1, batches: 5 }])
  })
})
