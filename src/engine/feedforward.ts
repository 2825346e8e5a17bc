import { allocate, type FloatArray } from '../base/memory.js'
import { isBytes, isFloat32Array } from '../base/typed-arrays.js'
import { outputsOf } from '../compile/spec.js'
import type { InputArray } from '../data/dataset.js'
import { setNumbers } from '../data/set-numbers.js'
import { floatArrayType } from '../program/arena.js'
import { flatRows, memoryFor, type Numbers, type Rows } from './input-rows.js'
import type { Ready, Workspace } from './workspace.js'

/** A prepared forward pass, and the arrays for its inputs and outputs. */
interface Pass {
  readonly inputs: InputArray
  readonly answers: FloatArray
  readonly ready: Ready
}

/**
 * For each workspace, the last pass over a single row. The pass is kept, because preparing it takes longer than running
 * it.
 */
const lastPasses = new WeakMap<Workspace, Pass>()

/** Computes the outputs of a network synchronously. */
export function feedforward(workspace: Workspace, x: Rows): FloatArray {
  const { spec } = workspace
  const flat = flatRows('x', x, spec.inputs)
  const last = lastPasses.get(workspace)
  const pass = last && suits(last, flat) && last.ready.isCurrent() ? last : prepare(workspace, flat)
  // Passes over many rows are not kept, because they would hold too much memory.
  if (pass !== last && flat.length === spec.inputs) lastPasses.set(workspace, pass)
  setNumbers('x', pass.inputs, flat, spec.inputs)
  pass.ready.run()
  return pass.answers.slice()
}

function prepare(workspace: Workspace, flat: Numbers): Pass {
  const { spec, dtype, chunkRows } = workspace
  const { inputs, scale } = memoryFor(flat)
  const size = flat.length / spec.inputs
  const answers = allocate<FloatArray>(floatArrayType(dtype), size * outputsOf(spec))
  const ready = workspace.ready({
    task: 'predict',
    rows: Math.min(chunkRows, size),
    source: { inputs, outputs: answers },
    size,
    scalars: { inputScale: scale },
  })
  return { inputs, answers, ready }
}

/** Whether the input array of the pass has the right length and type for these numbers. */
function suits({ inputs }: Pass, flat: Numbers): boolean {
  if (inputs.length !== flat.length) return false
  if (isBytes(flat)) return isBytes(inputs)
  return inputs.constructor === (isFloat32Array(flat) ? Float32Array : Float64Array)
}
