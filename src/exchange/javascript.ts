import { optionError } from '../base/errors.js'
import { writeModule } from '../formats/javascript/write.js'
import type { Network } from '../network/network.js'
import { mlpOf } from './mlp.js'

/**
 * Writes the network as one ES module without imports, for browsers, edge functions and whatever else runs JavaScript, and its
 * types beside it (`model.d.mts` beside `model.mjs`). The module has `predict(row)`, which gives the answers to one row,
 * `classify(row)`, which gives `{ number, label, answer }`, and `labelNames`, `inputs` and `outputs`. It computes in float64 with
 * the network's weights.
 *
 * @param path The module to write.
 * @param network The network to write.
 * @returns A promise that resolves when both files are on the disk.
 * @throws OptionError, ModelError, NetworkBusyError
 * @example
 * ```ts
 * import { Network, saveJavaScript } from 'descent-nn'
 *
 * await saveJavaScript('digits.mjs', await Network.load('digits.safetensors'))
 * ```
 */
export async function saveJavaScript(path: string, network: Network): Promise<void> {
  if (typeof path !== 'string') throw optionError({ path }, 'the path of a file')
  const mlp = mlpOf('writeJavaScript', network)
  await writeModule(path, { ...mlp, labelNames: network.labelNames })
}
