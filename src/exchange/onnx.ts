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
 * Writes the network as an ONNX file (opset 13, IR version 7), whole or not at all. Its input `inputs` is N x inputs in the
 * network's type, its output `outputs` N x outputs; where the outputs are those of classes (softmax, or several sigmoids),
 * `classes` has the number of the largest of each row, int64. Dropout is left out; names of classes are in the metadata.
 * https://github.com/onnx/onnx/blob/main/docs/IR.md
 * @throws OptionError, ModelError, NetworkBusyError
 */
export async function saveOnnx(path: string, network: Network): Promise<void> {
  await writeOnnxModel(path, mlpOf('writeOnnx', network))
}

/**
 * The network of an ONNX file: exactly that which `writeOnnx` wrote, or any graph of fully connected layers in float32 or
 * float64, such as PyTorch, Keras (tf2onnx) and scikit-learn (skl2onnx) export. What such a file does not say is chosen: the
 * cost by the last activation.
 * @throws OptionError; ModelError naming the file, the byte and the node of what no network here computes
 */
export async function loadOnnx(path: string, options: LoadOnnxOptions = {}): Promise<Network> {
  checkKeys('readOnnx', options, ['output', 'backend', 'threads'])
  const { output, ...rest } = options
  if (output !== undefined && typeof output !== 'string') throw optionError({ output }, 'the name of an output')
  // Loaded on use: most programs do not need ONNX, and loading it would slow down their start.
  const { readOnnxModel } = await import('../formats/onnx/read.js')
  return networkOf(path, await readOnnxModel(path, output), rest)
}
