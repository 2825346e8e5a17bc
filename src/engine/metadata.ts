/** Writes and reads the metadata of a model file. The metadata is a set of named strings that describe the network. */

import { classCount } from '../base/argmax.js'
import { checkInteger } from '../base/checks.js'
import { ModelError } from '../base/errors.js'
import { onOneLine } from '../base/printable.js'
import { describeNetwork, type NetworkDescription, outputsOf } from '../compile/spec.js'
import { checkSchema } from '../schema/check-schema.js'
import type { TableSchema } from '../schema/schema.js'
import type { TrainingState } from './training-state.js'

export type Fail = (problem: string) => never

/** Returns a function that throws an error about the model file at this path. */
export function failingFor(path: string): Fail {
  return (problem) => {
    throw new ModelError(`${path} is not a model of descent: ${problem}`)
  }
}

const format = 'descent'
/**
 * The version of the model format. Version 1 is rejected, because the meaning of the cost `cross-entropy` has changed.
 * In version 1 it is always the binary cross-entropy. In version 2 it is the categorical cross-entropy if the outputs
 * are softmax.
 */
export const formatVersion = '2'

export interface ModelMetadata extends Pick<TrainingState, 'seed' | 'epochsSeen' | 'labelNames' | 'schema'> {
  readonly spec: NetworkDescription
  readonly inputNames: readonly string[] | undefined
}

export function metadataOf({
  spec,
  seed,
  epochsSeen,
  labelNames,
  inputNames,
  schema,
}: ModelMetadata): Record<string, string> {
  return {
    format,
    version: formatVersion,
    description: JSON.stringify(spec),
    seed: String(seed),
    epochs: String(epochsSeen),
    ...(labelNames ? { labels: JSON.stringify(labelNames) } : {}),
    ...(inputNames ? { inputs: JSON.stringify(inputNames) } : {}),
    ...(schema ? { schema: JSON.stringify(schema) } : {}),
  }
}

/**
 * Reads the metadata of a model file.
 * @throws ModelError if the metadata does not describe a network. The message names the file.
 */
export function readMetadata(path: string, metadata: Readonly<Record<string, string>>): ModelMetadata {
  const fail = failingFor(path)
  if (metadata.format !== format) fail(`its metadata says format ${JSON.stringify(metadata.format)}, not "${format}"`)
  const { version } = metadata
  if (version === undefined) fail('its metadata has no version')
  if (!/^\d+$/.test(version)) fail(`its metadata says version ${JSON.stringify(version)}, not "${formatVersion}"`)
  if (version !== formatVersion) {
    throw new ModelError(
      `${path} has the model format ${JSON.stringify(version)}, this version of descent reads "${formatVersion}": load it with the version that wrote it, or train the network again`,
    )
  }
  const spec = readSpec(metadata.description, fail)
  return {
    spec,
    seed: readNumber('seed', metadata.seed, fail),
    epochsSeen: readNumber('epochs', metadata.epochs, fail),
    labelNames: readNames('labels', metadata.labels, classCount(outputsOf(spec)), fail),
    inputNames: readInputNames(metadata.inputs, spec.inputs, fail),
    schema: readSchema(metadata.schema, spec, fail),
  }
}

export function isOurs(metadata: Readonly<Record<string, string>>): boolean {
  return metadata.format === format
}

function readInputNames(text: string | undefined, count: number, fail: Fail): readonly string[] | undefined {
  const names = readNames('inputs', text, count, fail)
  if (names && new Set(names).size < count) fail(`its inputs are not ${count} different names`)
  return names
}

/** Reads a list of `count` names, which is the entry `entry` of the metadata. */
function readNames(entry: string, text: string | undefined, count: number, fail: Fail): readonly string[] | undefined {
  if (text === undefined) return undefined
  try {
    const names: unknown = JSON.parse(text)
    if (Array.isArray(names) && names.length === count && names.every((name) => typeof name === 'string')) return names
  } catch {
    // If the text is not JSON, the error is thrown below.
  }
  return fail(`its ${entry} are not a list of ${count} names`)
}

function readSchema(text: string | undefined, spec: NetworkDescription, fail: Fail): TableSchema | undefined {
  if (text === undefined) return undefined
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return fail('its schema is not JSON')
  }
  return checkSchema(parsed, fail, { inputs: spec.inputs, outputs: outputsOf(spec) })
}

function readSpec(description: string | undefined, fail: Fail): NetworkDescription {
  try {
    return describeNetwork(JSON.parse(description ?? ''))
  } catch (error) {
    return fail(`its description cannot be used (${onOneLine(error instanceof Error ? error.message : String(error))})`)
  }
}

function readNumber(name: string, text: string | undefined, fail: Fail): number {
  try {
    const number = text === undefined || text === '' ? Number.NaN : Number(text)
    checkInteger({ [name]: number }, 0)
    return number
  } catch {
    return fail(`its ${name} is ${JSON.stringify(text)}, not a whole number`)
  }
}
