import { checkKeys } from '../base/checks.js'
import { optionError } from '../base/errors.js'
import { writeOnnxModel } from '../formats/onnx/write.js'
import type { LoadOptions, Network } from '../network/network.js'
import { mlpOf, networkOf } from './mlp.js'

export interface LoadOnnxOptions extends LoadOptions {
  /** The name of the output to use, if the graph has several outputs. */
  readonly output?: string
}

/**
 * Writes the network as an ONNX file (opset 13, IR version 7; https://github.com/onnx/onnx/blob/main/docs/IR.md). The
 * file is written completely or not at all. For N rows, the graph has the input `inputs` (N x inputs, in the network's
 * float type) and the output `outputs` (N x outputs). If the outputs are scores of classes (softmax, several sigmoids,
 * or any outputs of a network with label names), the graph also has the output `classes` with the class of each row, as
 * int64. This is the index of the largest output; a single output is class 1 from 0.5 up. The graph has no dropout. The
 * metadata contain the label names and the input names.
 *
 * @param path The path of the file.
 * @param network The network to write.
 * @returns A promise that resolves when the file is on the disk.
 * @throws OptionError if an argument has the wrong type; ModelError if the file would be too large or cannot be
 * written; NetworkBusyError while the network learns
 * @example
 * ```ts
 * import { Network, saveOnnx } from 'descent-nn'
 *
 * await saveOnnx('digits.onnx', await Network.load('digits.safetensors'))
 * ```
 */
export async function saveOnnx(path: string, network: Network): Promise<void> {
  const mlp = mlpOf('saveOnnx', network)
  await writeOnnxModel(path, mlp, network.labelNames)
}

/**
 * Loads a network from an ONNX file. A file that `saveOnnx` wrote gives exactly the network that was saved. Any other
 * graph must consist of fully connected layers in float32 or float64. PyTorch, Keras (tf2onnx) and scikit-learn
 * (skl2onnx) export such graphs. Such a graph does not contain a cost, so the cost is chosen to fit the last
 * activation.
 *
 * A network has no activation for LogSoftmax. If the graph ends with LogSoftmax, the network has a softmax instead: it
 * returns the probabilities, and the graph returns their logarithms. The classes and their order are the same. Node
 * then emits a warning with the code `DESCENT_LOG_SOFTMAX`.
 *
 * @param path The ONNX file.
 * @param options The backend, the number of threads, and the name of the output to use if the graph has several.
 * @returns The network.
 * @throws OptionError if an option is wrong; ModelError if the file cannot be read, or if its graph is not supported
 * @example
 * ```ts
 * import { loadOnnx } from 'descent-nn'
 *
 * const network = await loadOnnx('from-pytorch.onnx')
 * console.log(network.summary())
 * ```
 */
export async function loadOnnx(path: string, options: LoadOnnxOptions = {}): Promise<Network> {
  checkKeys('loadOnnx', options, ['output', 'backend', 'threads'])
  const { output, ...rest } = options
  if (output !== undefined && typeof output !== 'string') throw optionError({ output }, 'the name of an output')
  // Load this code on demand, because most programs do not need ONNX, and loading it would slow down their start.
  const { readOnnxModel } = await import('../formats/onnx/read.js')
  const model = await readOnnxModel(path, output)
  const network = networkOf(path, model, rest)
  if (model.hasLogarithms) {
    const message = `${path}: it returns logarithms of probabilities (LogSoftmax), but the network returns the probabilities`
    process.emitWarning(message, { code: 'DESCENT_LOG_SOFTMAX' })
  }
  return network
}
