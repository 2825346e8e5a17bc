import { checkKeys } from '../base/checks.js'
import { optionError } from '../base/errors.js'
import { writeOnnxModel } from '../formats/onnx/write.js'
import type { LoadOptions, Network } from '../network/network.js'
import { mlpOf, networkOf } from './mlp.js'

export interface LoadOnnxOptions extends LoadOptions {
  /** The output of the graph to use, if it has several. */
  readonly output?: string
}

/**
 * Writes the network as an ONNX file (opset 13, IR version 7; https://github.com/onnx/onnx/blob/main/docs/IR.md), whole or not
 * at all. Its input `inputs` is N x inputs in the network's type, its output `outputs` N x outputs. Where the outputs are those
 * of classes (softmax, or several sigmoids), `classes` has the number of the largest of each row, int64. Dropout is left out;
 * label names are in the metadata.
 *
 * @param path The file to write.
 * @param network The network to write.
 * @returns A promise that resolves when the file is on the disk.
 * @throws OptionError, ModelError, NetworkBusyError
 * @example
 * ```ts
 * import { Network, saveOnnx } from 'descent-nn'
 *
 * await saveOnnx('digits.onnx', await Network.load('digits.safetensors'))
 * ```
 */
export async function saveOnnx(path: string, network: Network): Promise<void> {
  await writeOnnxModel(path, mlpOf('writeOnnx', network))
}

/**
 * Loads a network from an ONNX file: one that `saveOnnx` wrote, exactly, or any graph of fully connected layers in float32 or
 * float64, such as PyTorch, Keras (tf2onnx) and scikit-learn (skl2onnx) export. The cost, which such a graph does not have,
 * follows from the last activation.
 *
 * @param path The ONNX file.
 * @param options The backend, threads, and the output of the graph to take where it has several.
 * @returns The network.
 * @throws OptionError where an option is wrong; ModelError that names the file, the byte and the node that no network here
 * can compute
 * @example
 * ```ts
 * import { loadOnnx } from 'descent-nn'
 *
 * const network = await loadOnnx('from-pytorch.onnx')
 * console.log(network.summary())
 * ```
 */
export async function loadOnnx(path: string, options: LoadOnnxOptions = {}): Promise<Network> {
  checkKeys('readOnnx', options, ['output', 'backend', 'threads'])
  const { output, ...rest } = options
  if (output !== undefined && typeof output !== 'string') throw optionError({ output }, 'the name of an output')
  // Loaded on use: most programs do not need ONNX, and loading it would slow down their start.
  const { readOnnxModel } = await import('../formats/onnx/read.js')
  return networkOf(path, await readOnnxModel(path, output), rest)
}
