import { createRandom, randomOrder } from '../base/random.js'
import type { Dataset, Epoch, Network, Pause } from '../common.js'
import type { Settings } from './protocol.js'

/** A training run that learns as many batches as it is asked to, and then pauses. */
export interface Run {
  readonly epochs: number
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
  /** The number of epochs of the run. */
  readonly epochs: number
}

/**
 * Starts a run. If the network has the seed of the settings, as a new one has, its rows have the order that `fit` gives
 * them. The run decides the order itself, because no pause of the library says which rows come first in an epoch.
 * @throws OptionError if a setting is wrong
 */
export function startRun({ network, training, test, settings, epochsBefore, epochs }: RunOptions): Run {
  const { batchSize, learningRate, l2, seed } = settings
  const isOrdered = training.rows <= maxOrderedRows
  let wanted = 1
  let order: { readonly epoch: number; readonly rows: Uint32Array } | undefined
  let nextRows = isOrdered ? firstRowsOf(1) : undefined

  function orderOf(epoch: number): Uint32Array {
    if (order?.epoch !== epoch) {
      order = { epoch, rows: randomOrder(training.rows, createRandom(seed, 'shuffle', epochsBefore + epoch - 1)) }
    }
    return order.rows
  }
  function firstRowsOf(epoch: number): Uint32Array {
    return orderOf(epoch).subarray(0, batchSize)
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
    epochs,
    async next(batches) {
      wanted = batches
      const { done, value } = await generator.next()
      if (done) throw new Error('the run is at its end')
      if ('done' in value) nextRows = value.nextRows
      else nextRows = isOrdered ? firstRowsOf(value.number + 1) : undefined
      return value
    },
    nextRows: () => nextRows,
    async end() {
      await generator.return([])
    },
  }
}
