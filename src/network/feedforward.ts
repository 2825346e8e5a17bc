import { outputsOf } from '../compile/spec.js'
import { allocate, type FloatArray } from '../memory.js'
import { floatArrayType } from '../program/arena.js'
import type { Engine } from './engine.js'
import { copyRows, type Rows } from './rows.js'

/** The synchronous forward pass of a network. */
export function createFeedforward(engine: Engine): (x: Rows) => FloatArray {
  const { spec, dtype } = engine
  const Type = floatArrayType(dtype)
  const outputs = outputsOf(spec)
  return (x) => {
    const { inputs, size, scale } = copyRows('x', x, spec.inputs)
    const answers = allocate<FloatArray>(Type, size * outputs)
    engine.runNow({
      task: 'predict',
      rows: Math.min(engine.chunkRows, size),
      source: { inputs, outputs: answers },
      size,
      scalars: { inputScale: scale },
    })
    return answers
  }
}
