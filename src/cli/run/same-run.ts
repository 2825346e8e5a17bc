import { stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { inspectValue } from '../../base/errors.js'
import { ModelError, type Network } from '../../index.js'
import { named } from '../options/learning-options.js'
import type { Training } from '../options/training-options.js'
import { shellWord } from '../terminal/invocation.js'
import { isFields, readJson } from './json-checks.js'
import type { Run } from './run.js'
import { fieldsOf, mapPaths, readRun } from './run-description.js'

/**
 * Checks that the JSON file at `path` describes `run`. A different number of epochs is allowed, unless the schedule or
 * early stopping depends on it. Resolves to true if the check succeeds, and to false if the file does not exist.
 * @throws ModelError if the file describes a different run. The message names the first field with a different value
 */
export async function checkSameRun(
  path: string,
  run: Run,
  network: Network,
  examples: number | undefined,
): Promise<boolean> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  )
  if (!isThere) return false
  await readRun(path)
  const here = JSON.parse(JSON.stringify(fieldsOf(path, run, network, examples)))
  const [before, now] = [await readJson(path), here].map((fields) => comparable(fields, dirname(path), run.training))
  const found = difference(before, now, '')
  if (!found) return true
  const { field, was, is } = found
  throw new ModelError(
    `${path} describes another run: its ${field} is ${said(was)}, but this run's is ${said(is)}; "--from ${shellWord(path)}" uses the options of that run`,
  )
}

/**
 * Returns the fields that must not change when a training run continues. `fields` are all fields of the JSON file that
 * describes the run, and `from` is the folder of this file. Paths in the returned fields are absolute.
 */
function comparable(fields: unknown, from: string, training: Training): unknown {
  if (!isFields(fields) || !isFields(fields.data) || !isFields(fields.training)) return fields
  const { descent: _, result: __, data, ...rest } = fields
  const { epochs, ...ofTraining } = fields.training
  return {
    ...rest,
    data: mapPaths(data, (path) => resolve(from, path)),
    training: { ...ofTraining, ...(dependsOnEpochs(training) && { epochs }) },
  }
}

/**
 * Returns whether a continued run must keep its number of epochs. With the schedules `cosine`, `one-cycle` and `coslog4`, every
 * learning rate depends on this number. With early stopping, the parameters of the best epoch may have been restored at
 * the end of the run. Further epochs would then not continue from the last epoch.
 */
function dependsOnEpochs({ schedule = 'constant', earlyStopping }: Training): boolean {
  return earlyStopping !== undefined || ['cosine', 'one-cycle', 'coslog4'].includes(named(schedule).name)
}

interface Difference {
  readonly field: string
  readonly was: unknown
  readonly is: unknown
}

/**
 * Returns the first difference between two JSON values. `field` is the name of the field with these values, such as
 * `data.table`.
 */
function difference(was: unknown, is: unknown, field: string): Difference | undefined {
  if (Array.isArray(was) && Array.isArray(is)) {
    return firstOf(Math.max(was.length, is.length), (i) => difference(was[i], is[i], `${field}[${i}]`))
  }
  if (isFields(was) && isFields(is)) {
    const names = [...new Set([...Object.keys(was), ...Object.keys(is)])]
    return firstOf(names.length, (i) =>
      difference(was[names[i]], is[names[i]], field === '' ? names[i] : `${field}.${names[i]}`),
    )
  }
  return was === is ? undefined : { field, was, is }
}

function firstOf(count: number, find: (index: number) => Difference | undefined): Difference | undefined {
  for (let i = 0; i < count; i++) {
    const found = find(i)
    if (found) return found
  }
  return undefined
}

/** Formats a value for an error message, and shortens it if it is long. */
function said(value: unknown): string {
  if (value === undefined) return 'not set'
  return isFields(value) ? JSON.stringify(value) : inspectValue(value)
}
