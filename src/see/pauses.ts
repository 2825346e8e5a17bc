import { createRandom, shuffle } from '../base/random.js'
import { type Dataset, type Epoch, type Network, selectRows } from '../common.js'

/** A pause of a run between two batches. */
export interface Pause {
  readonly epoch: number
  readonly done: number
  readonly rows: number
  readonly batches: number
  readonly cost: number
  readonly learningRate: number
  readonly nextRows: ArrayLike<number>
}

interface Options {
  readonly epochs: number
  readonly batchSize: number
  readonly learningRate: number
  readonly l2: number
  readonly validation: Dataset
  readonly yieldEvery: () => number
  readonly seed: number
}

/** Trains like `Network.train` with pauses. */
export async function* trainWithPauses(
  network: Network,
  rows: Dataset,
  { epochs, batchSize, learningRate, l2, validation, yieldEvery, seed }: Options,
): AsyncGenerator<Pause | Epoch, void, undefined> {
  let batches = 0
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const order = shuffle(
      Uint32Array.from({ length: rows.rows }, (_, row) => row),
      createRandom(seed, 'order', epoch),
    )
    let [done, total] = [0, 0]
    const started = performance.now()
    while (done < rows.rows) {
      const wanted = yieldEvery()
      let [sum, from] = [0, done]
      for (let batch = 0; batch < wanted && done < rows.rows; batch++) {
        const chosen = order.subarray(done, done + batchSize)
        const cost = await network.partialFit(selectRows(rows, chosen), { learningRate, l2 })
        sum += cost * chosen.length
        done += chosen.length
        batches++
      }
      total += sum
      const nextRows = order.slice(done, done + batchSize)
      yield { epoch, done, rows: rows.rows, batches, cost: sum / Math.max(1, done - from), learningRate, nextRows }
      from = done
    }
    const evaluation = await network.evaluate(validation)
    yield {
      number: epoch,
      cost: total / rows.rows,
      accuracy: evaluation.accuracy,
      validation: evaluation,
      training: undefined,
      learningRate,
      seconds: (performance.now() - started) / 1000,
    }
  }
}
