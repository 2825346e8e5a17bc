import { getEventListeners } from 'node:events'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Dataset, Network, type Progress, type SourceProgress, type TrainOptions } from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'
import { temporaryFolder } from '../support/files.js'
import { normals, sameBits } from '../support/numbers.js'
import { slices } from '../support/sources.js'

const folder = temporaryFolder()
const size = 100_000
const data = new Dataset({
  inputs: Float32Array.from(normals(size * 6, 1, 'progress')),
  width: 6,
  labels: new Int32Array(size).map((_, row) => row % 2),
})
const options: TrainOptions = { epochs: 1e6, batchSize: 2, learningRate: 0.1 }

describeOnBackends('the progress of a run', (backend) => {
  const create = () => new Network([6, 40, 2], { seed: 1, backend })

  it('is reported while the run goes on, in ascending order, and at the end of each epoch', async () => {
    const controller = new AbortController()
    const { signal } = controller
    const reported: number[] = []
    const onProgress = ({ epoch, done }: { epoch: number; done: number }) => {
      reported.push((epoch - 1) * size + done)
      const inTheMiddle = reported.filter((row) => row % size > 2)
      if (inTheMiddle.length >= 5 && epoch > 2) controller.abort(new Error('enough'))
    }
    await expect(create().fit(data, { ...options, onProgress, signal })).rejects.toThrow('enough')
    reported.forEach((row, i) => {
      expect(Number.isInteger(row / 2)).toBe(true)
      expect(row).toBeGreaterThan(reported[i - 1] ?? 0)
    })
    expect(reported).toContain(size)
    expect(reported).toContain(2 * size)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it.each(['a dataset', 'a source'])('has the cost of exactly the rows that were learned, of %s', async (kind) => {
    const learning = { epochs: 2, batchSize: 10, learningRate: 0.5, l2: 0.01, optimizer: 'adam' } as const
    const some = data.slice(0, 20_005)
    const rows = kind === 'a dataset' ? some : slices(some, 6000)
    const reports: Progress[] = []
    const onProgress = (progress: SourceProgress) => reports.push({ ...progress, rows: some.rows })
    const network = create()
    const window = kind === 'a dataset' ? {} : { window: 7000 }
    const epochs = await network.fit(rows, { ...learning, ...window, onProgress })
    // The same run again, which pauses where the reports were made, and adds up the costs in between.
    const places = reports.filter(({ done }) => done < some.rows).map(({ epoch, done }) => ({ epoch, done }))
    let at = { epoch: 1, done: 0 }
    let next = 0
    const yieldEvery = () => {
      const place = places[next]
      if (place?.epoch !== at.epoch) return Number.POSITIVE_INFINITY
      next++
      return (place.done - at.done) / 10
    }
    const again = create()
    const costs: number[] = []
    let sum = 0
    for await (const result of again.train(rows, { ...learning, ...window, yieldEvery })) {
      if ('done' in result) {
        sum += result.cost * (result.done - at.done)
        at = result
        costs.push(sum / result.done)
      } else {
        if (reports.some(({ epoch, done }) => epoch === result.number && done === some.rows)) costs.push(result.cost)
        at = { epoch: result.number + 1, done: 0 }
        sum = 0
      }
    }
    expect(reports.length).toBeGreaterThan(2)
    expect(reports.at(-1)?.cost).toBe(epochs[1].cost)
    expect(costs).toHaveLength(reports.length)
    reports.forEach(({ cost }, i) => {
      expect(Math.abs(cost / costs[i] - 1)).toBeLessThan(1e-9)
    })
    expect(sameBits(again.parameters, network.parameters)).toBe(true)
  })

  it('has the cost of all rows of an epoch that was resumed', async () => {
    const some = data.slice(0, 3000)
    const learning: TrainOptions = { epochs: 1, batchSize: 10, learningRate: 0.5 }
    const [whole] = await create().fit(some, learning)
    const controller = new AbortController()
    const checkpoint = { folder: join(folder, backend), resume: true }
    const stopped = { ...learning, checkpoint, signal: controller.signal, yieldEvery: 100 }
    const run = create().train(some, stopped)
    await run.next()
    controller.abort(new Error('enough'))
    await expect(run.next()).rejects.toThrow('enough')
    const costs: number[] = []
    const onProgress = ({ cost }: Progress) => costs.push(cost)
    await create().fit(some, { ...learning, checkpoint, onProgress })
    expect(costs.at(-1)).toBe(whole.cost)
  })

  it('stops the run if the callback throws, and the network stays usable', async () => {
    const network = create()
    let calls = 0
    const onProgress = () => {
      if (++calls === 3) throw new Error('no more')
    }
    await expect(network.fit(data, { ...options, onProgress })).rejects.toThrow('no more')
    expect(calls).toBe(3)
    expect((await network.fit(data.slice(0, 100), { ...options, epochs: 1 })).length).toBe(1)
  })

  it('is optional: without onProgress a signal ends the run too', async () => {
    const network = create()
    const signal = AbortSignal.timeout(50)
    await expect(network.fit(data, { ...options, signal })).rejects.toThrow('aborted due to timeout')
    await expect(network.evaluate(data, { signal })).rejects.toThrow('aborted due to timeout')
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})
