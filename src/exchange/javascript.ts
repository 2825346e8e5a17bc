import { optionError } from '../base/errors.js'
import { writeModule } from '../formats/javascript/write.js'
import type { Network } from '../network/network.js'
import { encoderCode } from '../schema/javascript-encoder.js'
import { mlpOf } from './mlp.js'

/**
 * Writes the network as an ES module without imports, for browsers, edge functions and other JavaScript environments.
 * The TypeScript types are written to a second file in the same folder (`model.d.mts` for `model.mjs`).
 *
 * The module exports the function `predict(row)`, which returns the outputs for one row. It also exports the function
 * `classify(row)`, which returns `{ number, label, answer }`: the index, the name and the output of the most likely
 * class. The other exports are the values `labelNames`, `inputNames`, `inputs` and `outputs`. If the network has names
 * for its inputs, a row may be an object that has the numbers by these names. If it learned from a table, a row may be an
 * object with the columns of the table, such as `{ plan: 'pro', age: 31 }`. The module computes in float64.
 *
 * @param path The path of the module.
 * @param network The network to write.
 * @returns A promise that resolves when both files are on the disk.
 * @throws OptionError if an argument has the wrong type; ModelError if the path does not end with .js or .mjs, a layer
 * is too large, or a file cannot be written; NetworkBusyError while the network learns
 * @example
 * ```ts
 * import { Network, saveJavaScript } from 'descent-nn'
 *
 * await saveJavaScript('digits.mjs', await Network.load('digits.safetensors'))
 * ```
 */
export async function saveJavaScript(path: string, network: Network): Promise<void> {
  if (typeof path !== 'string') throw optionError({ path }, 'the path of a file')
  const mlp = mlpOf('saveJavaScript', network)
  const { labelNames, inputNames, schema, dtype } = network
  const table = schema && {
    columns: schema.inputs.map(({ name }) => name),
    code: encoderCode(schema, dtype === 'float32'),
  }
  await writeModule(path, { ...mlp, labelNames, inputNames, table })
}
