/** What a model file says of a network besides its numbers: texts by name. */

import { checkInteger } from '../base/checks.js'
import { describeNetwork, type NetworkDescription, outputsOf } from '../compile/spec.js'
import type { TrainingState } from './training-state.js'

type Fail = (problem: string) => never

const format = 'descent'
const formatVersion = '1'

export interface ModelMetadata extends Pick<TrainingState, 'seed' | 'epochsSeen' | 'labelNames'> {
  readonly spec: NetworkDescription
}

export function metadataOf({ spec, seed, epochsSeen, labelNames }: ModelMetadata): Record<string, string> {
  return {
    format,
    version: formatVersion,
    description: JSON.stringify(spec),
    seed: String(seed),
    epochs: String(epochsSeen),
    ...(labelNames ? { labels: JSON.stringify(labelNames) } : {}),
  }
}

/** Calls `fail` with what in the texts does not describe a network. */
export function readMetadata(metadata: Readonly<Record<string, string>>, fail: Fail): ModelMetadata {
  if (metadata.format !== format) fail(`its metadata says format ${JSON.stringify(metadata.format)}, not "${format}"`)
  if (metadata.version !== formatVersion)
    fail(`its version is ${JSON.stringify(metadata.version)}, not "${formatVersion}"`)
  const spec = readSpec(metadata.description, fail)
  return {
    spec,
    seed: readNumber('seed', metadata.seed, fail),
    epochsSeen: readNumber('epochs', metadata.epochs, fail),
    labelNames: readLabelNames(metadata.labels, outputsOf(spec), fail),
  }
}

export function isOurs(metadata: Readonly<Record<string, string>>): boolean {
  return metadata.format === format
}

function readLabelNames(text: string | undefined, count: number, fail: Fail): readonly string[] | undefined {
  if (text === undefined) return undefined
  try {
    const names: unknown = JSON.parse(text)
    if (Array.isArray(names) && names.length === count && names.every((name) => typeof name === 'string')) return names
  } catch {
    // Not JSON: the same sentence.
  }
  return fail(`its labels are not a list of ${count} names`)
}

function readSpec(description: string | undefined, fail: Fail): NetworkDescription {
  try {
    return describeNetwork(JSON.parse(description ?? ''))
  } catch (error) {
    return fail(`its description cannot be used (${error instanceof Error ? error.message : String(error)})`)
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
