import { checkInteger, checkKeys } from '../base/checks.js'
import { optionError } from '../base/errors.js'

/** When a run is saved, so that it can be resumed to the same bits, and where. */
export interface CheckpointOptions {
  /** A folder of the run's own, without checkpoints of another one; it is made where it does not exist. */
  readonly folder: string
  /** Save after every so many updates. Default: not within an epoch. */
  readonly everySteps?: number
  /** Save after every so many epochs. Default 1. */
  readonly everyEpochs?: number
  /** How many checkpoints stay. Default 3. */
  readonly keep?: number
  /** Whether to go on from the newest checkpoint of the folder, where there is one. Default false. */
  readonly resume?: boolean
}

/** @throws OptionError */
export function checkCheckpoint(checkpoint: CheckpointOptions | undefined): void {
  if (checkpoint === undefined) return
  if (typeof checkpoint !== 'object' || checkpoint === null) {
    throw optionError({ checkpoint }, "an object such as { folder: 'run' }")
  }
  checkKeys('checkpoint', checkpoint, ['folder', 'everySteps', 'everyEpochs', 'keep', 'resume'])
  const { folder, everySteps = 1, everyEpochs = 1, keep = 3, resume = false } = checkpoint
  if (typeof folder !== 'string' || folder === '') throw optionError({ folder }, 'the path of a folder')
  checkInteger({ everySteps }, 1)
  checkInteger({ everyEpochs }, 1)
  checkInteger({ keep }, 1)
  if (typeof resume !== 'boolean') throw optionError({ resume }, 'true or false')
}
