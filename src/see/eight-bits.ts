import { DataError, type FloatArray } from '../common.js'

/** The bytes of a neuron's scale and bias, which are float32 numbers. */
const scaleBytes = 4
const biasBytes = 4
/** The largest weight of a neuron becomes this number. -128 is not used, so that both signs have the same range. */
const largestByte = 127

/**
 * Stores the parameters of a network in about one byte for each weight. A neuron stores its scale, its bias, and a
 * whole number from -127 to 127 for each of its weights. A weight is this number times the scale.
 * @param parameters All weights and biases, in the layout of `network.parameters`
 * @param sizes The number of inputs, and the number of neurons of each layer
 * @throws DataError if the parameters do not fit the sizes, or are not finite
 */
export function toEightBits(parameters: FloatArray, sizes: readonly number[]): Uint8Array {
  checkLength(
    'parameters',
    'numbers',
    parameters.length,
    sum(sizes, (inputs, outputs) => outputs * (inputs + 1)),
  )
  for (const value of parameters) {
    if (!Number.isFinite(value)) throw new DataError(`parameters must be finite numbers, but one is ${value}`)
  }
  const bytes = new Uint8Array(byteCount(sizes))
  const view = new DataView(bytes.buffer)
  let offset = 0
  let layer = 0
  for (const [inputs, outputs] of layersOf(sizes)) {
    for (let neuron = 0; neuron < outputs; neuron++) {
      const weights = parameters.subarray(layer + neuron * inputs, layer + (neuron + 1) * inputs)
      let largest = 0
      for (const weight of weights) largest = Math.max(largest, Math.abs(weight))
      // The scale is rounded to float32 first, because the weights are computed from the rounded scale.
      const scale = Math.fround(largest / largestByte)
      view.setFloat32(offset, scale, true)
      view.setFloat32(offset + scaleBytes, parameters[layer + outputs * inputs + neuron], true)
      offset += scaleBytes + biasBytes
      for (const weight of weights) view.setInt8(offset++, scale === 0 ? 0 : Math.round(weight / scale))
    }
    layer += outputs * (inputs + 1)
  }
  return bytes
}

/**
 * Returns the parameters that `toEightBits` stored. A weight differs by at most half the scale of its neuron from the
 * weight that was stored. Biases are rounded to float32.
 * @param bytes What `toEightBits` returned
 * @param sizes The number of inputs, and the number of neurons of each layer
 * @throws DataError if the bytes do not fit the sizes
 */
export function fromEightBits(bytes: Uint8Array, sizes: readonly number[]): Float32Array {
  checkLength('the stored network', 'bytes', bytes.length, byteCount(sizes))
  const parameters = new Float32Array(sum(sizes, (inputs, outputs) => outputs * (inputs + 1)))
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let offset = 0
  let layer = 0
  for (const [inputs, outputs] of layersOf(sizes)) {
    for (let neuron = 0; neuron < outputs; neuron++) {
      const scale = view.getFloat32(offset, true)
      parameters[layer + outputs * inputs + neuron] = view.getFloat32(offset + scaleBytes, true)
      offset += scaleBytes + biasBytes
      for (let i = 0; i < inputs; i++) parameters[layer + neuron * inputs + i] = scale * view.getInt8(offset++)
    }
    layer += outputs * (inputs + 1)
  }
  return parameters
}

function byteCount(sizes: readonly number[]): number {
  return sum(sizes, (inputs, outputs) => outputs * (inputs + scaleBytes + biasBytes))
}

function layersOf(sizes: readonly number[]): (readonly [inputs: number, outputs: number])[] {
  return sizes.slice(1).map((outputs, i) => [sizes[i], outputs] as const)
}

function sum(sizes: readonly number[], count: (inputs: number, outputs: number) => number): number {
  return layersOf(sizes).reduce((total, [inputs, outputs]) => total + count(inputs, outputs), 0)
}

function checkLength(what: string, unit: string, length: number, expected: number): void {
  if (length !== expected) throw new DataError(`${what} must have ${expected} ${unit}, not ${length}`)
}
