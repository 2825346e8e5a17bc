import type { Region } from '../program/arena.js'
import type { ProgramBuilder } from '../program/build.js'
import { activations } from './activations.js'
import type { ParameterLayout } from './parameters.js'
import type { Spec } from './spec.js'

/** What the forward pass leaves behind of a layer. */
export interface LayerOutput {
  /** rows x inputs: what the layer was given. */
  readonly x: Region
  /** rows x outputs: z = x W' + b. */
  readonly z: Region
  /** rows x outputs: a = f(z). */
  readonly a: Region
}

/** The regions whose one number steers a program; they are set before it runs. */
export interface Scalars {
  readonly one: Region
  readonly inputScale: Region
}

/**
 * Emits the forward pass: a = f(x W' + b), layer by layer, for a batch of rows at once (Nielsen, chapter 2, equation 25).
 */
export function emitForward(
  program: ProgramBuilder,
  spec: Spec,
  parameters: ParameterLayout,
  scalars: Scalars,
): LayerOutput[] {
  const { rows } = program
  let x = program.place('workspace', 'x', rows, spec.inputs)
  program.emit({ kernel: 'gatherInputs', rows, width: spec.inputs, scale: scalars.inputScale, out: x })
  return spec.layers.map(({ outputs, activation }, index) => {
    const input = x
    const z = program.place('workspace', `z${index + 1}`, rows, outputs)
    program.emit({
      kernel: 'gemm',
      transA: false,
      transB: true,
      m: rows,
      n: outputs,
      k: input.shape[1],
      alpha: 1,
      scale: scalars.one,
      a: input,
      b: parameters.weights[index],
      beta: 0,
      out: z,
    })
    program.emit({ kernel: 'addBias', rows, columns: outputs, bias: parameters.biases[index], out: z })
    x = activations[activation].forward(program, z, `a${index + 1}`)
    return { x: input, z, a: x }
  })
}
