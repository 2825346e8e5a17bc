import { checkInteger } from '../../base/checks.js'
import { DescentError } from '../../base/errors.js'
import { Dataset } from '../dataset.js'
import type { AugmentJob, Task } from './augment-job.js'
import { cutShort, type Maker } from './maker.js'

/** An epoch that has been made or is in the making. */
interface Making {
  readonly epoch: number
  /** Which of the two results it is in. */
  readonly place: number
  readonly done: Promise<void>
}

/** The random numbers of an epoch depend on the 32 bits of its number. */
const lastEpoch = 2 ** 32 - 1

export interface Epochs {
  epoch(number: number): Promise<Dataset>
  close(): void
}

/**
 * Gives out epochs in two results used in turn: one that the caller has, and one that the next epoch goes to meanwhile.
 * Epochs that are asked for at the same time are made one after the other. `start` finds somebody to make them, again
 * where that one has failed.
 */
export function createEpochs(dataset: Dataset, job: AugmentJob, start: () => Promise<Maker>): Epochs {
  const results: Dataset[] = []
  let maker: Maker | undefined
  /** What the caller has. */
  let given: Making | undefined
  let next: Making | undefined
  let turn: Promise<unknown> = Promise.resolve()
  let closed = false

  function begin(by: Maker, epoch: number): Making {
    const place = given ? 1 - given.place : 0
    results[place] ??= copyOf(dataset)
    const task: Task = { epoch, result: results[place].inputs as Uint8Array }
    const done = by.make(task)
    // Perhaps nobody will ask for this epoch.
    done.catch(() => undefined)
    return { epoch, place, done }
  }

  function checkOpen(): void {
    if (closed) throw new DescentError('the augmentation is closed: it makes no more epochs')
  }

  async function finish(by: Maker, epoch: number): Promise<Making> {
    if (next && next.epoch !== epoch) {
      cutShort(job)
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
    if (given?.epoch === epoch) return results[given.place]
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
    return results[given.place]
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
      cutShort(job)
      maker?.close()
    },
  }
}

/** A dataset of the same shape, labels and targets, with storage of its own. */
function copyOf({ inputs, width, scale, labels, targets }: Dataset): Dataset {
  return new Dataset({ inputs, width, scale, ...(labels && { labels }), ...(targets && { targets }) })
}
