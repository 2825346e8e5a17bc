import type { CheckpointOptions } from '../../index.js'
import type { Arguments } from '../parsing/arguments.js'
import { UsageError } from '../parsing/usage-error.js'
import { named } from './learning-options.js'
import type { Training } from './training-options.js'

/** How a run is saved on its way. Nothing of it changes what is learned: a description says nothing of it. */
export const checkpointOptions = {
  checkpoint: { value: 'FOLDER', meaning: 'saves the run there on its way, so that --resume ends with the same bits' },
  'checkpoint-epochs': { value: 'N', meaning: 'saves it after every so many epochs (default 1)' },
  'checkpoint-steps': { value: 'N', meaning: 'saves it after every so many updates too (default: only after epochs)' },
  'checkpoint-keep': { value: 'N', meaning: 'how many checkpoints stay in the folder (default 3)' },
  resume: { meaning: "goes on from the folder's newest checkpoint; where there is none, the run begins" },
} as const

/** What was typed, or undefined where the run is not saved on its way. @throws UsageError */
export function readCheckpoint(
  args: Arguments<keyof typeof checkpointOptions>,
  { optimizer }: Training,
): CheckpointOptions | undefined {
  const folder = args.text('checkpoint')
  const everyEpochs = args.whole('checkpoint-epochs', 1)
  const everySteps = args.whole('checkpoint-steps', 1)
  const keep = args.whole('checkpoint-keep', 1)
  if (folder === undefined) {
    const name = (['checkpoint-epochs', 'checkpoint-steps', 'checkpoint-keep', 'resume'] as const).find((name) =>
      args.has(name),
    )
    if (name === undefined) return undefined
    const what = name === 'resume' ? 'where the run was saved' : 'where to save the run'
    throw new UsageError(`--${name} needs the folder ${what}: --checkpoint FOLDER`)
  }
  if (folder === '') return args.refuse('checkpoint', 'the path of a folder')
  if (everySteps !== undefined && optimizer !== undefined && named(optimizer).name === 'l-bfgs') {
    throw new UsageError('--checkpoint-steps is not for l-bfgs, which has one step an epoch: use --checkpoint-epochs')
  }
  return {
    folder,
    ...(everyEpochs !== undefined && { everyEpochs }),
    ...(everySteps !== undefined && { everySteps }),
    ...(keep !== undefined && { keep }),
    resume: args.has('resume'),
  }
}
