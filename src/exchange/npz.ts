import { DataError, ModelError, OptionError, optionError } from '../base/errors.js'
import type { FloatArray } from '../base/memory.js'
import { writeFileAtomic } from '../base/write-file.js'
import { type Fail, failingFor, isOurs, readMetadata } from '../engine/metadata.js'
import { type LayoutName, layouts } from '../formats/layouts.js'
import { engineOf, type LoadOptions, Network, stateOf } from '../network/network.js'
import { encodeNpz, readArrays } from '../readers/npz.js'
import { mlpOf } from './mlp.js'
import { parametersFrom, type TensorsOptions, tensorsOf } from './tensors.js'

/**
 * The arrays of a network may have this many bytes, plus `maxExpansion` bytes for each byte of the file. Trained weights
 * hardly compress, and `saveNpz` does not compress them.
 */
const freeBytes = 8_000_000
const maxExpansion = 16

/**
 * Writes the network's weights and biases to an .npz file, which numpy.load can read. The arrays have the names and the
 * layout of another program, such as PyTorch. If the network standardizes its inputs, the standardization is folded
 * into the first layer.
 *
 * An .npz file is a zip file. All other properties of the network are written as JSON to the comment of the zip file.
 * NumPy ignores the comment, and `loadNpz` reads it. The file is written completely or not at all, and the same network
 * always gives the same bytes.
 *
 * @param path The path of the file.
 * @param network The network to write.
 * @param options The layout and the names of the arrays.
 * @returns A promise that resolves when the file is on the disk.
 * @throws OptionError if an option is wrong; ModelError if the file cannot be written; NetworkBusyError while the network
 * learns
 * @example
 * ```ts
 * import { Network, saveNpz } from 'descent-nn'
 *
 * await saveNpz('digits.npz', await Network.load('digits.safetensors'), { layout: 'torch' })
 * ```
 */
export async function saveNpz(
  path: string,
  network: Network,
  options: TensorsOptions = { layout: 'torch' },
): Promise<void> {
  if (typeof path !== 'string') throw optionError({ path }, 'the path of a file')
  const { metadata } = mlpOf('saveNpz', network)
  const tensors = tensorsOf(network, options)
  const arrays = Object.entries(tensors).map(
    ([name, { shape, data }]) => [name, { shape, data: data as FloatArray }] as const,
  )
  const { layout, names } = options
  const comment = JSON.stringify({ ...metadata, layout, ...(names && { names: JSON.stringify(names) }) })
  try {
    await writeFileAtomic(path, await encodeNpz(Object.fromEntries(arrays), comment), ModelError)
  } catch (error) {
    throw error instanceof DataError
      ? new ModelError(`cannot write ${path}: ${error.message}`, { cause: error })
      : error
  }
}

/**
 * Loads a network from a file that `saveNpz` wrote in any layout. Dropout, seed, label names and input names are restored
 * too.
 *
 * @param path The .npz file.
 * @param options The backend and the number of threads.
 * @returns The network.
 * @throws OptionError if an option is wrong; DataError if the file is not an .npz file; ModelError if the file does not
 * describe the network, if the arrays do not match the description, or if they are far larger than the file
 * @example
 * ```ts
 * import { loadNpz } from 'descent-nn'
 *
 * const network = await loadNpz('digits.npz')
 * console.log(network.summary())
 * ```
 */
export async function loadNpz(path: string, options: LoadOptions = {}): Promise<Network> {
  const fail = failingFor(path)
  let metadata: Record<string, string> = {}
  const arrays = await readArrays(path, ({ size, inflated, comment }) => {
    metadata = textsOf(comment)
    if (!isOurs(metadata))
      fail(
        'it does not say which network its arrays belong to; to use them, pass them to parametersFrom with a description',
      )
    if (!Object.hasOwn(layouts, metadata.layout)) fail(`its layout is ${JSON.stringify(metadata.layout)}`)
    const limit = freeBytes + maxExpansion * size
    if (inflated > limit) fail(`its ${size} bytes would expand to ${inflated} bytes of arrays, the limit is ${limit}`)
  })
  const { spec, seed, epochsSeen, labelNames, inputNames, schema } = readMetadata(path, metadata)
  const { layout } = metadata
  const parameters = attempt(fail, () => {
    const names = metadata.names === undefined ? {} : { names: JSON.parse(metadata.names) }
    return parametersFrom(arrays, spec, { layout: layout as LayoutName, ...names })
  })
  const dtype = parameters instanceof Float64Array ? 'float64' : 'float32'
  const network = new Network(spec, { ...options, dtype, seed, parameters })
  const state = stateOf(network)
  state.epochsSeen = epochsSeen
  state.labelNames = labelNames
  state.schema = schema
  engineOf(network).kept.inputNames = inputNames
  return network
}

/**
 * Parses the comment of a zip file as a JSON object, and returns the entries that are strings. Returns {} for any other
 * comment.
 */
function textsOf(comment: string): Record<string, string> {
  try {
    const texts: unknown = JSON.parse(comment)
    if (typeof texts !== 'object' || texts === null) return {}
    return Object.fromEntries(Object.entries(texts).filter(([, text]) => typeof text === 'string'))
  } catch {
    return {}
  }
}

/**
 * Runs `work`, which throws an OptionError or a SyntaxError if the arrays in the file or their names are invalid. This
 * function turns such an error into a ModelError. The message names the file.
 */
function attempt<T>(fail: Fail, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof OptionError || error instanceof SyntaxError) return fail(error.message)
    throw error
  }
}
