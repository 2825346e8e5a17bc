import { DataError, OptionError, optionError } from '../base/errors.js'
import type { Dataset } from '../data/dataset.js'
import { selectColumns } from '../data/select-columns.js'
import { listNames, quote } from '../readers/columns/names.js'
import { checkRange, type NetworkRange } from './input-range.js'
import type { Kept, Workspace } from './workspace.js'

/** The number and the names of a network's inputs. */
export interface NetworkInputs {
  /** What has these inputs, in error messages. Default 'network'. */
  readonly owner?: 'network' | 'perceptron'
  readonly spec: Pick<Workspace['spec'], 'inputs'>
  readonly kept: Pick<Kept, 'inputNames'>
}

/**
 * Checks the names of a network's inputs and returns a copy.
 * @throws OptionError unless there is a different name for each input
 */
export function checkInputNames(inputNames: readonly string[], inputs: number): readonly string[] {
  if (!Array.isArray(inputNames) || !inputNames.every((name) => typeof name === 'string')) {
    throw optionError({ inputNames }, 'a list of names')
  }
  const details = { option: 'inputNames', value: inputNames }
  if (inputNames.length !== inputs) {
    const expected = `inputNames must have one name for each of the ${inputs} inputs`
    throw new OptionError(`${expected}, not ${inputNames.length}`, details)
  }
  const twice = firstTwice(inputNames)
  if (twice !== undefined) throw new OptionError(`inputNames has ${quote(twice)} twice`, details)
  return [...inputNames]
}

function firstTwice(names: readonly string[]): string | undefined {
  const seen = new Set<string>()
  for (const name of names) {
    if (seen.has(name)) return name
    seen.add(name)
  }
  return undefined
}

/**
 * Returns the inputs of the network as they will be after it has learned from the dataset: if the network has no input
 * names yet, it takes those of the dataset. If two columns of the dataset have the same name, its names are not taken,
 * because columns could not be told apart by them.
 */
export function inputsAfter({ spec, kept }: NetworkInputs, { inputNames, width }: Dataset): NetworkInputs {
  if (kept.inputNames || !inputNames || width !== spec.inputs || firstTwice(inputNames) !== undefined) {
    return { spec, kept }
  }
  return { spec, kept: { inputNames } }
}

/** Gives the network the column names of a dataset that it learns from, unless it has input names already. */
export function adoptInputNames({ spec, kept }: Pick<Workspace, 'spec' | 'kept'>, dataset: Dataset): void {
  kept.inputNames = inputsAfter({ spec, kept }, dataset).kept.inputNames
}

/**
 * Checks that the dataset has the inputs of the network. If both have names, the dataset must have a column with each
 * name. Otherwise it must have as many columns as the network has inputs.
 * @throws DataError if a column is missing, or if there are too few or too many columns without names
 */
export function checkInputs(name: string, dataset: Dataset, network: NetworkInputs): void {
  placesOf(name, dataset, network)
}

/**
 * Returns a dataset whose columns are the inputs of the network, in the network's order. If the dataset has other
 * columns or another order, its columns are found by name and copied. If the order is the same, or if the network or
 * the dataset has no names, this is the dataset itself.
 * @throws DataError if a column is missing, if there are too few or too many columns without names, or if an input is
 * beyond the range of the network's dtype
 */
export function matchInputs(name: string, dataset: Dataset, network: NetworkInputs & NetworkRange): Dataset {
  const places = placesOf(name, dataset, network)
  const matched = places ? selectColumns(dataset, places, network.kept.inputNames ?? []) : dataset
  checkRange(name, matched, network)
  return matched
}

/**
 * Returns the index of the dataset's column for each input of the network. Returns undefined if the columns of the
 * dataset are exactly the inputs of the network, in the same order.
 */
function placesOf(
  name: string,
  dataset: Dataset,
  { owner = 'network', spec, kept }: NetworkInputs,
): number[] | undefined {
  const { inputNames: columns, width } = dataset
  const { inputNames: wanted } = kept
  if (!columns || !wanted) {
    if (width === spec.inputs) return undefined
    throw new DataError(`${name} has rows of ${width} numbers, the ${owner} takes ${spec.inputs}`)
  }
  if (columns.length === wanted.length && columns.every((column, place) => column === wanted[place])) return undefined
  const places = new Map<string, number>()
  const twice = new Set<string>()
  columns.forEach((column, place) => {
    if (places.has(column)) twice.add(column)
    places.set(column, place)
  })
  return wanted.map((input) => {
    const place = places.get(input)
    if (place === undefined) {
      const there = `its columns are ${listNames(columns)}`
      throw new DataError(`${name} has no column ${quote(input)}, which is an input of the ${owner}; ${there}`)
    }
    if (twice.has(input)) throw new DataError(`${name} has several columns named ${quote(input)}`)
    return place
  })
}
