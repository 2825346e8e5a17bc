import { getEventListeners } from 'node:events'
import { expect, it } from 'vitest'
import { Dataset, Network, type TrainOptions } from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'
import { normals } from '../support/numbers.js'

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
