import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type Checkpoint, ModelError } from '../../index.js'
import type { Run } from './run.js'
import { descriptionPath, mapPaths, readRun } from './run-description.js'

/** Checks that the number of training examples is that of the earlier run. @throws ModelError if it is not */
export type CheckExamples = (examples: number | undefined) => void

/**
 * Checks that no model of another run is replaced, for an output file that the user did not name. A model of the same
 * run may be replaced, because the result is the same. If the run continues from a checkpoint, the model may be from
 * fewer epochs.
 *
 * Returns a function for the rest of the check, because the number of examples may be known only after reading them.
 * @throws ModelError if the output file, or the description beside it, is from another run
 */
export async function checkReplacement(
  output: string,
  run: Run,
  resumption: Checkpoint | undefined,
): Promise<CheckExamples> {
  const description = descriptionPath(output)
  const [found] = (await Promise.all([output, description].map(existing))).flat()
  if (found === undefined) return () => undefined
  const refuse = (): never => {
    throw new ModelError(
      `${found} is there already, from another run: --force replaces it, --output FILE saves under another name`,
    )
  }
  const before = await readRun(description).catch(refuse)
  const continues = resumption !== undefined && before.run.training.epochs <= run.training.epochs
  const [theirs, ours] = [before.run, run].map((each) => comparable(each, !continues))
  if (!isDeepStrictEqual(theirs, ours)) refuse()
  if (run.count !== undefined && run.count !== before.run.count) refuse()
  return (examples) => {
    if (examples !== before.run.count) refuse()
  }
}

async function existing(path: string): Promise<string[]> {
  return access(path).then(
    () => [path],
    () => [],
  )
}

/** Returns the settings that determine the saved network, except for the number of examples. Paths are absolute. */
function comparable({ shape, dtype, seed, place, training }: Run, withEpochs: boolean): unknown {
  const { epochs, ...others } = training
  const settings = { shape, dtype, seed, place: mapPaths(place, (path) => resolve(path)), training: others }
  // Fields that are undefined are left out in JSON, as they are in the description.
  return JSON.parse(JSON.stringify({ ...settings, ...(withEpochs && { epochs }) }))
}
