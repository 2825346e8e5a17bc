import type { CheckpointOptions } from '../../index.js'
import { typedName, type Values } from '../parsing/command.js'
import { type Kind, wholeKind } from '../parsing/option-parsers.js'
import { UsageError } from '../parsing/usage-error.js'
import { named } from './learning-options.js'
import type { Training } from './training-options.js'

const folderKind: Kind<string> = { expected: 'the path of a folder', read: (text) => text || undefined }

/** How a run is saved on its way. Nothing of it changes what is learned: a description says nothing of it. */
export const checkpointOptions = {
  checkpoint: {
    value: 'FOLDER',
    kind: folderKind,
    meaning: 'saves the run there on its way, so that --resume ends with the same bits',
  },
  checkpointEpochs: { kind: wholeKind(1), meaning: 'saves it after every so many epochs (default 1)' },
  checkpointSteps: {
    kind: wholeKind(1),
    meaning: 'saves it after every so many updates too (default: only after epochs)',
  },
  checkpointKeep: { kind: wholeKind(1), meaning: 'how many checkpoints stay in the folder (default 3)' },
  resume: { meaning: "goes on from the folder's newest checkpoint; where there is none, the run begins" },
} as const

/** What was typed, or undefined where the run is not saved on its way. @throws UsageError */
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
    const what = name === 'resume' ? 'where the run was saved' : 'where to save the run'
    throw new UsageError(`--${typedName(name)} needs the folder ${what}: --checkpoint FOLDER`)
  }
  if (everySteps !== undefined && optimizer !== undefined && named(optimizer).name === 'l-bfgs') {
    throw new UsageError('--checkpoint-steps is not for l-bfgs, which has one step an epoch: use --checkpoint-epochs')
  }
  return {
    folder,
    ...(everyEpochs !== undefined && { everyEpochs }),
    ...(everySteps !== undefined && { everySteps }),
    ...(keep !== undefined && { keep }),
    resume,
  }
}
