import { checkInteger, checkKeys } from '../base/checks.js'
import { optionError } from '../base/errors.js'

/** When and where a run is saved, so that it can be resumed with bit-identical results. */
export interface CheckpointOptions {
  /** A folder for this run alone, without checkpoints of another run. It is created if it does not exist. */
  readonly folder: string
  /** Save after this many updates. Default: only at the end of epochs. */
  readonly everySteps?: number
  /** Save after this many epochs. Default 1. */
  readonly everyEpochs?: number
  /** How many checkpoints to keep. Default 3. */
  readonly keep?: number
  /** Whether to continue from the newest checkpoint in the folder, if there is one. Default false. */
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
