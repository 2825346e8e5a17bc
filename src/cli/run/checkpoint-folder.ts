import { access, constants } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from '../../base/files.js'
import { type Checkpoint, type CheckpointOptions, ModelError, type Network, newestCheckpoint } from '../../index.js'
import { count } from '../parsing/format.js'
import { UsageError } from '../parsing/usage-error.js'
import { note } from '../terminal/terminal.js'
import { lockFolder } from './folder-lock.js'
import { checkReplaceable } from './output.js'
import type { Run } from './run.js'
import { writeRun } from './run-description.js'
import { checkSameRun } from './same-run.js'

/** Says how far the training was at a checkpoint: "in epoch 3, after 200 of 600 examples" or "after epoch 2". */
export function placeOf({ epoch, row }: Checkpoint, examples: number | undefined): string {
  const of = examples === undefined ? '' : ` of ${count(examples)}`
  return row > 0 ? `in epoch ${epoch}, after ${count(row)}${of} examples` : `after epoch ${epoch - 1}`
}

const descriptionIn = (folder: string): string => join(folder, 'run.json')

/**
 * Creates the folder if needed. Resolves to the checkpoint to continue from, or undefined for a new run.
 * @throws ModelError if checkpoints cannot be saved in the folder, or if it has checkpoints and --resume is missing;
 * UsageError if the newest checkpoint is from a later epoch than `epochs`
 */
export async function openCheckpoints(
  { folder, resume }: CheckpointOptions,
  epochs: number,
): Promise<Checkpoint | undefined> {
  await checkFolder(folder)
  lockFolder(folder)
  const newest = await newestCheckpoint(folder)
  if (newest && !resume) {
    throw new ModelError(
      `${folder} already has checkpoints of a run: --resume continues from ${newest.path}; to start a new run, use another --checkpoint or remove them`,
    )
  }
  if (!newest && resume) note(`there is no checkpoint in ${folder} yet: a new run starts`)
  if (newest && newest.epoch - (newest.row > 0 ? 0 : 1) > epochs) {
    const where = newest.row > 0 ? `in epoch ${newest.epoch}` : `after epoch ${newest.epoch - 1}`
    throw new UsageError(`--epochs ${epochs} ends before ${newest.path}, which is ${where}`)
  }
  await checkReplaceable(descriptionIn(folder), '--checkpoint')
  return newest
}

async function checkFolder(folder: string): Promise<void> {
  const fail = (error: NodeJS.ErrnoException): never => {
    const reasons: Readonly<Record<string, string>> = {
      EEXIST: 'it is not a folder',
      ENOTDIR: 'a part of its path is not a folder',
      EACCES: 'no permission to write there',
      EPERM: 'no permission to write there',
      ENOENT: 'it cannot be created',
      EROFS: 'the file system is read-only',
    }
    throw new ModelError(`cannot save checkpoints in ${folder}: ${reasons[error.code ?? ''] ?? error.message}`)
  }
  await makeFolder(folder).catch(fail)
  await access(folder, constants.R_OK | constants.W_OK | constants.X_OK).catch(fail)
}

/**
 * Writes the settings of the run to a JSON file beside its checkpoints, so that a different run cannot continue from
 * these checkpoints.
 * @throws ModelError if the checkpoints are from a different run
 */
export async function describeBeside(
  { folder }: CheckpointOptions,
  resumption: Checkpoint | undefined,
  run: Run,
  network: Network,
  examples: number | undefined,
): Promise<void> {
  const path = descriptionIn(folder)
  // If the checkpoints were written by a program that uses the library directly, there is no file at `path`. In this
  // case, no file is written, and only the library checks that the checkpoints belong to this run.
  if (resumption && !(await checkSameRun(path, run, network, examples))) return
  await writeRun(path, run, network, examples)
}
