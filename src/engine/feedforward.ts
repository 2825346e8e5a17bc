import { allocate, type FloatArray } from '../base/memory.js'
import { outputsOf } from '../compile/spec.js'
import type { InputArray } from '../data/dataset.js'
import { setNumbers } from '../data/set-numbers.js'
import { floatArrayType } from '../program/arena.js'
import type { Engine, Ready } from './engine.js'
import { flatRows, isBytes, memoryFor, type Numbers, type Rows } from './input-rows.js'

/** A forward pass that can run any number of times, and the arrays for its inputs and outputs. */
interface Pass {
  readonly inputs: InputArray
  readonly answers: FloatArray
  readonly ready: Ready
}

/**
 * Returns a function that computes the outputs of a network synchronously. If the function is called with a single row,
 * it prepares a forward pass and reuses it for the next row. Preparing a pass takes longer than running it.
 */
export function createFeedforward(engine: Engine): (x: Rows) => FloatArray {
  const { spec, dtype } = engine
  const outputs = outputsOf(spec)
  let last: Pass | undefined

  function makeReady(flat: Numbers): Pass {
    const { inputs, scale } = memoryFor(flat)
    const size = flat.length / spec.inputs
    const answers = allocate<FloatArray>(floatArrayType(dtype), size * outputs)
    const ready = engine.ready({
      task: 'predict',
      rows: Math.min(engine.chunkRows, size),
      source: { inputs, outputs: answers },
      size,
      scalars: { inputScale: scale },
    })
    return { inputs, answers, ready }
  }

  return (x) => {
    const flat = flatRows('x', x, spec.inputs)
    const pass = last && suits(last, flat) && last.ready.isCurrent() ? last : makeReady(flat)
    // Store the pass for the next call only if it has a single row. A pass with many rows would hold too much memory.
    last = flat.length === spec.inputs ? pass : undefined
    setNumbers('x', pass.inputs, flat, spec.inputs)
    pass.ready.run()
    return pass.answers.slice()
  }
}

/** Whether the input array of the pass has the right length and type for these numbers. */
function suits({ inputs }: Pass, flat: Numbers): boolean {
  if (inputs.length !== flat.length) return false
  if (isBytes(flat)) return isBytes(inputs)
  return inputs.constructor === (flat instanceof Float32Array ? Float32Array : Float64Array)
}
