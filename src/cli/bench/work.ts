import type { Network, Progress } from '../../index.js'
import type { Subject } from './subject.js'

/** The numbers that one backend computed. They are compared with the numbers of a different backend. */
export interface Computed {
  /** Describes the numbers, for example "the cost after 16 steps". */
  readonly what: string
  readonly values: ArrayLike<number>
}

/** The number of rows that were processed, and the time that this took. */
export interface Sample {
  readonly rows: number
  readonly seconds: number
}

/** A kind of work to be measured. It processes `batch` rows at a time. */
export interface Work {
  readonly name: 'training' | 'feedforward' | 'predict'
  readonly batch: number
  /**
   * Does a small part of the work, starting from the initial parameters. Resolves to the computed numbers, which must
   * be the same on all backends.
   */
  readonly check: (network: Network, subject: Subject, signal: AbortSignal) => Promise<Computed>
  /** Repeats the work as often as `times` says, and measures the total time. */
  readonly run: (network: Network, subject: Subject, times: number, signal: AbortSignal) => Promise<Sample>
}

const learningRate = 0.5

/**
 * Returns work that trains a network with mini-batches. Only the training steps are timed, not the start and the end of
 * an epoch.
 */
export function training(batch: number): Work {
  return {
    name: 'training',
    batch,
    async check(network, { start, dataset }, signal) {
      const steps = Math.max(2, Math.ceil(16 / batch))
      const rows = dataset.slice(0, steps * batch)
      network.parameters.set(start)
      // The rows are not shuffled, so that every backend trains with them in the same order.
      await network.fit(rows, { epochs: 1, batchSize: batch, learningRate, shuffle: false, signal })
      // The cost of a few rows is enough to show an error in any of the training steps.
      const { cost } = await network.evaluate(rows.slice(0, 16), { signal })
      return { what: `the cost after ${steps} steps`, values: [cost] }
    },
    async run(network, { dataset }, times, signal) {
      // The first batch of each epoch is not timed, because its time would include the start of the epoch.
      const most = Math.floor(dataset.rows / batch) - 1
      const sample = { rows: 0, seconds: 0 }
      for (let left = times; left > 0; left -= most) {
        const rows = dataset.slice(0, (1 + Math.min(left, most)) * batch)
        const turns: { done: number; at: number }[] = []
        const onProgress = ({ done }: Progress) => turns.push({ done, at: performance.now() })
        await network.fit(rows, { epochs: 1, batchSize: batch, learningRate, signal, onProgress })
        const last = turns[turns.length - 1]
        sample.rows += last.done - turns[0].done
        sample.seconds += (last.at - turns[0].at) / 1000
      }
      return sample
    },
  }
}

/** Work that computes the outputs for one row, synchronously. */
export const feedforward: Work = {
  name: 'feedforward',
  batch: 1,
  async check(network, { start, dataset }) {
    network.parameters.set(start)
    return { what: 'an output', values: network.feedforward(dataset.slice(0, 1).inputs) }
  },
  async run(network, { dataset }, times, signal) {
    signal.throwIfAborted()
    const row = dataset.slice(0, 1).inputs
    const began = performance.now()
    for (let i = 0; i < times; i++) network.feedforward(row)
    return { rows: times, seconds: (performance.now() - began) / 1000 }
  },
}

/** Returns work that computes the outputs for many rows, without blocking the event loop. */
export function predict(batch: number): Work {
  return {
    name: 'predict',
    batch,
    async check(network, { start, dataset }, signal) {
      network.parameters.set(start)
      return { what: 'an output', values: await network.predict(dataset.slice(0, batch), { signal }) }
    },
    async run(network, { dataset }, times, signal) {
      const rows = dataset.slice(0, batch)
      const began = performance.now()
      for (let i = 0; i < times; i++) await network.predict(rows, { signal })
      return { rows: times * batch, seconds: (performance.now() - began) / 1000 }
    },
  }
}
