import { checkInteger } from '../../base/checks.js'
import { DescentError } from '../../base/errors.js'
import { Dataset } from '../dataset.js'
import type { AugmentJob, Task } from './augment-job.js'
import { cancelTask, type Maker } from './maker.js'

/** An epoch whose pictures have been made or are being made. */
interface Making {
  readonly epoch: number
  /** The epoch's pictures are in the dataset `results[slot]`. */
  readonly slot: number
  readonly done: Promise<void>
}

/**
 * The largest epoch number. The random generator uses only 32 bits of it, so a larger number would give the same
 * pictures as a smaller number.
 */
const lastEpoch = 2 ** 32 - 1

export interface Epochs {
  epoch(number: number): Promise<Dataset>
  close(): void
}

/**
 * Makes the augmented pictures for each epoch. There are two datasets: while the caller uses one, the pictures for the
 * next epoch are written to the other. If several epochs are requested at the same time, they are made one after
 * another. `start` creates the maker of the pictures. After a maker fails, `start` is called again.
 */
export function createEpochs(dataset: Dataset, job: AugmentJob, start: () => Promise<Maker>): Epochs {
  const results: Dataset[] = []
  let maker: Maker | undefined
  /** The epoch whose pictures were last returned to the caller. */
  let given: Making | undefined
  let next: Making | undefined
  let turn: Promise<unknown> = Promise.resolve()
  let closed = false

  function begin(by: Maker, epoch: number): Making {
    const slot = given ? 1 - given.slot : 0
    results[slot] ??= copyOf(dataset)
    const task: Task = { epoch, result: results[slot].inputs as Uint8Array }
    const done = by.make(task)
    // Perhaps the caller never requests this epoch. Handle a failure here, so that it cannot become an unhandled
    // rejection.
    done.catch(() => undefined)
    return { epoch, slot, done }
  }

  function checkOpen(): void {
    if (closed) throw new DescentError('the augmentation is closed: it makes no more epochs')
  }

  async function finish(by: Maker, epoch: number): Promise<Making> {
    if (next && next.epoch !== epoch) {
      cancelTask(job)
      await next.done
      next = undefined
      checkOpen()
    }
    next ??= begin(by, epoch)
    await next.done
    return next
  }

  async function take(epoch: number): Promise<Dataset> {
    checkOpen()
    if (given?.epoch === epoch) return results[given.slot]
    maker ??= await start()
    const by = maker
    by.hold()
    try {
      checkOpen()
      given = await finish(by, epoch)
      checkOpen()
    } catch (error) {
      by.close()
      maker = undefined
      next = undefined
      checkOpen()
      throw error
    } finally {
      by.release()
    }
    next = by.inBackground && epoch < lastEpoch ? begin(by, epoch + 1) : undefined
    return results[given.slot]
  }

  return {
    async epoch(number) {
      checkInteger({ epoch: number }, 0, lastEpoch)
      const taken = turn.then(() => take(number))
      turn = taken.catch(() => undefined)
      return taken
    },
    close() {
      closed = true
      cancelTask(job)
      maker?.close()
    },
  }
}

/** Copies a dataset, with its labels and targets, into new memory. */
function copyOf({ inputs, width, scale, inputNames, labels, targets }: Dataset): Dataset {
  return new Dataset({ inputs, width, scale, inputNames, ...(labels && { labels }), ...(targets && { targets }) })
}
