import type { CheckpointOptions } from '../../index.js'
import { typedName, type Values } from '../parsing/command.js'
import { type Kind, wholeKind } from '../parsing/option-parsers.js'
import { UsageError } from '../parsing/usage-error.js'
import { named } from './learning-options.js'
import type { Training } from './training-options.js'

const folderKind: Kind<string> = { expected: 'the path of a folder', read: (text) => text || undefined }

/**
 * The options for checkpoints. They do not change the trained network, so they are not stored in the JSON file that
 * describes the training run.
 */
export const checkpointOptions = {
  checkpoint: {
    value: 'FOLDER',
    kind: folderKind,
    meaning: 'saves checkpoints of the run there, from which --resume continues to the same bits',
  },
  checkpointEpochs: { kind: wholeKind(1), meaning: 'saves one after every N epochs (default 1)' },
  checkpointSteps: {
    kind: wholeKind(1),
    meaning: 'also saves one after every N steps (default: only after epochs)',
  },
  checkpointKeep: { kind: wholeKind(1), meaning: 'number of checkpoints to keep in the folder (default 3)' },
  resume: { meaning: "continues from the folder's newest checkpoint; starts a new run if there is none" },
} as const

/**
 * Returns the checkpoint options for the library, or undefined if the user typed none of them.
 * @throws UsageError if --checkpoint is missing although the user typed a different checkpoint option, or if
 * --checkpoint-steps is used with l-bfgs
 */
export function readCheckpoint(
  args: Values<typeof checkpointOptions>,
  { optimizer }: Training,
): CheckpointOptions | undefined {
  const {
    checkpoint: folder,
    checkpointEpochs: everyEpochs,
    checkpointSteps: everySteps,
    checkpointKeep: keep,
    resume = false,
  } = args
  if (folder === undefined) {
    const names = Object.keys(checkpointOptions) as (keyof typeof checkpointOptions)[]
    const name = names.find((name) => args[name] !== undefined)
    if (name === undefined) return undefined
    const what = name === 'resume' ? 'to continue from' : 'for checkpoints'
    throw new UsageError(`--${typedName(name)} needs a folder ${what}: --checkpoint FOLDER`)
  }
  if (everySteps !== undefined && optimizer !== undefined && named(optimizer).name === 'l-bfgs') {
    throw new UsageError(
      '--checkpoint-steps is not for l-bfgs, which takes one step in each epoch: use --checkpoint-epochs',
    )
  }
  return {
    folder,
    ...(everyEpochs !== undefined && { everyEpochs }),
    ...(everySteps !== undefined && { everySteps }),
    ...(keep !== undefined && { keep }),
    resume,
  }
}
