import type { Dataset, Epoch, Network } from '../common.js'
import { type Pause, trainWithPauses } from './pauses.js'
import type { Settings } from './protocol.js'

/** What a run did until it paused: batches, and the result of an epoch if one ended. */
export type Step = { readonly pause: Pause } | { readonly epoch: Epoch } | { readonly ended: true }

/** A training run that learns as many batches as it is asked to, and then pauses. */
export interface Run {
  /**
   * Learns up to `batches` batches. It stops earlier where an epoch ends. The epoch's result is a step of its own.
   * @throws DivergedError if the cost or a parameter is not finite
   */
  next(batches: number): Promise<Step>
  /** Ends the run. The network is then idle. */
  end(): Promise<void>
}

/** @throws OptionError if a setting is wrong */
export function startRun(network: Network, training: Dataset, test: Dataset, settings: Settings): Run {
  const { epochs, batchSize, learningRate, l2, seed } = settings
  let wanted = 1
  const generator = trainWithPauses(network, training, {
    epochs,
    batchSize,
    learningRate,
    l2,
    seed,
    validation: test,
    yieldEvery: () => wanted,
  })
  return {
    async next(batches) {
      wanted = batches
      const { done, value } = await generator.next()
      if (done || !value) return { ended: true }
      return 'nextRows' in value ? { pause: value } : { epoch: value }
    },
    async end() {
      await generator.return(undefined)
    },
  }
}
