/** Checks the arguments of the functions of communicators. Each argument is passed as an object with one key. */

import { optionError } from '../base/errors.js'

/** Throws OptionError unless `allreduce` can combine the numbers of the array. */
export function checkReducible(option: Record<string, unknown>): void {
  const [array] = Object.values(option)
  const types = [Float32Array, Float64Array, Int32Array, Uint32Array]
  if (types.some((Type) => array instanceof Type)) return
  throw optionError(option, 'a Float32Array, Float64Array, Int32Array or Uint32Array')
}

/** Throws OptionError unless `broadcast` can copy the bytes of the array. */
export function checkView(option: Record<string, unknown>): void {
  const [array] = Object.values(option)
  if (!ArrayBuffer.isView(array)) throw optionError(option, 'a typed array or a DataView')
}

/** Throws OptionError unless the operation is known. */
export function checkReduceOp(option: Record<string, unknown>): void {
  const [op] = Object.values(option)
  if (op !== 'sum' && op !== 'min' && op !== 'max') throw optionError(option, "'sum', 'min' or 'max'")
}
