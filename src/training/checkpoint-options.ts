import { checkInteger, checkKeys } from '../base/checks.js'
import { type ModelError, optionError } from '../base/errors.js'

/** When and where a run is saved, so that the run can be resumed with bit-identical results. */
export interface CheckpointOptions {
  /**
   * The folder for the checkpoints of this run. It must not contain checkpoints of another run. It is created if it
   * does not exist.
   */
  readonly folder: string
  /**
   * A checkpoint is saved after every `everySteps` updates. By default, checkpoints are saved only at the end of
   * epochs.
   */
  readonly everySteps?: number
  /** A checkpoint is saved at the end of every `everyEpochs`-th epoch. Default 1. */
  readonly everyEpochs?: number
  /** The number of checkpoints to keep. Default 3. */
  readonly keep?: number
  /** Whether to continue from the newest checkpoint in the folder, if there is one. Default false. */
  readonly resume?: boolean
  /**
   * Is called if a checkpoint cannot be saved, for example because the disk is full. The run then goes on, and tries
   * again when the next checkpoint is due. By default, the run ends with the error.
   */
  readonly onError?: (error: ModelError) => void
}

/** Checks the options of checkpoints. @throws OptionError if an option is wrong */
export function checkCheckpoint(checkpoint: CheckpointOptions | undefined): void {
  if (checkpoint === undefined) return
  if (typeof checkpoint !== 'object' || checkpoint === null) {
    throw optionError({ checkpoint }, "an object such as { folder: 'run' }")
  }
  checkKeys('checkpoint', checkpoint, ['folder', 'everySteps', 'everyEpochs', 'keep', 'resume', 'onError'])
  const { folder, everySteps = 1, everyEpochs = 1, keep = 3, resume = false, onError } = checkpoint
  if (typeof folder !== 'string' || folder === '') throw optionError({ folder }, 'the path of a folder')
  checkInteger({ everySteps }, 1)
  checkInteger({ everyEpochs }, 1)
  checkInteger({ keep }, 1)
  if (typeof resume !== 'boolean') throw optionError({ resume }, 'true or false')
  if (onError !== undefined && typeof onError !== 'function') throw optionError({ onError }, 'a function')
}
