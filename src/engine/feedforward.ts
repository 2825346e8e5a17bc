import { OptionError, optionError } from '../base/errors.js'
import { allocate, type FloatArray } from '../base/memory.js'
import { checkAttached, isBytes, isFloat32Array, typedArrayName } from '../base/typed-arrays.js'
import { outputsOf } from '../compile/spec.js'
import type { InputArray } from '../data/dataset.js'
import { setNumbers } from '../data/set-numbers.js'
import { floatArrayType } from '../program/arena.js'
import { flatRows, memoryFor, type Numbers, type Rows } from './input-rows.js'
import type { Ready, Workspace } from './workspace.js'

/** A prepared forward pass, and the arrays for its inputs and outputs. */
interface Pass {
  readonly inputs: InputArray
  /** The name of the class of `inputs`. */
  readonly inputsName: string | undefined
  readonly answers: FloatArray
  readonly ready: Ready
}

/**
 * For each workspace, the last pass over a single row. The pass is kept, because preparing it takes longer than running
 * it.
 */
const lastPasses = new WeakMap<Workspace, Pass>()

/** Computes the outputs of a network synchronously. Returns them in `out`, or in a new array if `out` is undefined. */
export function feedforward(workspace: Workspace, x: Rows, out: FloatArray | undefined): FloatArray {
  const pass = passFor(workspace, x)
  // Code of the caller may run while `x` is read, and could transfer `out`. From here on, no such code runs.
  if (out !== undefined) checkOut(out, pass.answers.length, workspace)
  pass.ready.run()
  if (out === undefined) return pass.answers.slice()
  // A subclass may have a method `set` of its own. It must not get the array in which native code writes.
  Float32Array.prototype.set.call(out, pass.answers)
  return out
}

/** Returns a pass that can run now, and whose inputs are these rows. @throws OptionError or DataError if `x` is wrong */
function passFor(workspace: Workspace, x: Rows): Pass {
  const { inputs: width } = workspace.spec
  const last = lastPasses.get(workspace)
  const current = last?.ready.isCurrent() ? last : undefined
  // A typed array like that of the last pass needs no further check.
  if (current && typedArrayName(x) === current.inputsName && x.length === width) {
    current.inputs.set(x as InputArray)
    return current
  }
  const flat = flatRows('x', x, width)
  const pass = current && suits(current, flat) ? current : prepare(workspace, flat)
  // Passes over many rows are not kept, because they would hold too much memory.
  if (pass !== current && flat.length === width) lastPasses.set(workspace, pass)
  setNumbers('x', pass.inputs, flat, width)
  return pass
}

/** @throws OptionError or DataError if `out` cannot hold `length` outputs of the network */
function checkOut(out: FloatArray, length: number, { spec, dtype }: Workspace): void {
  const { name } = floatArrayType(dtype)
  if (typedArrayName(out) !== name) throw optionError({ out }, `a ${name} (the network computes in ${dtype})`)
  checkAttached('out', out, 'pass another array')
  if (out.length === length) return
  const outputs = outputsOf(spec)
  const shape = `${length / outputs} x ${outputs}: rows x outputs`
  throw new OptionError(`out must have ${length} elements (${shape}), not ${out.length}`, { option: 'out', value: out })
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
  return { inputs, inputsName: typedArrayName(inputs), answers, ready }
}

/** Whether the input array of the pass has the right length and type for these numbers. */
function suits({ inputs }: Pass, flat: Numbers): boolean {
  if (inputs.length !== flat.length) return false
  if (isBytes(flat)) return isBytes(inputs)
  return inputs.constructor === (isFloat32Array(flat) ? Float32Array : Float64Array)
}
