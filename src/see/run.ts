import { createRandom, randomOrder } from '../base/random.js'
import type { Dataset, Epoch, Network, Pause } from '../common.js'
import type { Settings } from './protocol.js'

/** A training run that learns as many batches as it is asked to, and then pauses. */
export interface Run {
  /**
   * Learns up to `batches` batches. Where an epoch ends, stops earlier and resolves to the epoch.
   * @throws DivergedError if the cost or a parameter is not finite
   */
  next(batches: number): Promise<Pause | Epoch>
  /** Returns the training rows of the next batch, or undefined if they are not known. */
  nextRows(): ArrayLike<number> | undefined
  /** Ends the run. The network is then idle. */
  end(): Promise<void>
}

/** The order of more rows is left to the library, which shuffles them with pauses. */
const maxOrderedRows = 200_000

export interface RunOptions {
  readonly network: Network
  readonly training: Dataset
  readonly test: Dataset
  readonly settings: Settings
  /** The number of epochs that the network has learned in before. */
  readonly epochsBefore: number
}

/**
 * Starts a run. If the network has the seed of the settings, as a new one has, its rows have the order that `fit` gives
 * them. The run decides the order itself, so that it knows which rows come first in an epoch.
 * @throws OptionError if a setting is wrong
 */
export function startRun({ network, training, test, settings, epochsBefore }: RunOptions): Run {
  const { epochs, batchSize, learningRate, l2, seed } = settings
  const isOrdered = training.rows <= maxOrderedRows
  let wanted = 1
  let place = { epoch: 1, done: 0 }
  let order: { readonly epoch: number; readonly rows: Uint32Array } | undefined
  let known: ArrayLike<number> | undefined

  function orderOf(epoch: number): Uint32Array {
    if (order?.epoch !== epoch) {
      order = { epoch, rows: randomOrder(training.rows, createRandom(seed, 'shuffle', epochsBefore + epoch - 1)) }
    }
    return order.rows
  }

  const generator = network.train(training, {
    epochs,
    batchSize,
    learningRate,
    ...(l2 > 0 && { l2 }),
    validation: test,
    ...(isOrdered && { shuffle: orderOf }),
    yieldEvery: () => wanted,
  })
  return {
    async next(batches) {
      wanted = batches
      const { done, value } = await generator.next()
      if (done) throw new Error('the run is at its end')
      if ('done' in value) {
        place = value
        known = value.nextRows
      } else {
        place = { epoch: value.number + 1, done: 0 }
        known = undefined
      }
      return value
    },
    nextRows() {
      if (!isOrdered) return known
      return orderOf(place.epoch).subarray(place.done, place.done + batchSize)
    },
    async end() {
      await generator.return([])
    },
  }
}
