import type { Region } from '../program/arena.js'
import { activations } from './activations.js'
import { costOf } from './costs.js'
import type { LayerOutput, Scalars } from './forward.js'
import type { ParameterLayout } from './parameters.js'
import type { NetworkBuilder } from './region-names.js'
import { type NetworkDescription, weightFactor } from './spec.js'

/**
 * Where and how backpropagation stores the gradient. For each region of `layout`, it computes
 * region = beta * region + alpha * scale * gradient.
 */
export interface Destination {
  readonly layout: ParameterLayout
  readonly alpha: number
  readonly scale: Region
  readonly beta: 0 | 1
}

/** The input of backpropagation: a network after its forward pass, and the desired outputs. */
export interface BackwardPass {
  readonly spec: NetworkDescription
  readonly parameters: ParameterLayout
  readonly scalars: Scalars
  readonly layers: readonly LayerOutput[]
  /** The desired outputs: rows x outputs. */
  readonly y: Region
  /** The weight of each row in the cost. Undefined if all rows have the weight 1. */
  readonly weights: Region | undefined
}

/**
 * Appends the kernel calls of backpropagation to the program (Nielsen, chapter 2, equations BP1 to BP4), from the last
 * layer to the first. For each layer, the errors of the previous layer are computed first, and then the gradient of the
 * layer's weights and biases. This order matters in plain gradient descent, because it updates the weights immediately
 * and does not store the gradient. The errors must be computed from the old weights. Without a destination, only the
 * errors are computed. `afterLayer` is called when the gradient of a layer is complete.
 */
export function emitBackward(
  program: NetworkBuilder,
  { spec, parameters, scalars, layers, y, weights }: BackwardPass,
  destination?: Destination,
  afterLayer?: (index: number) => void,
): void {
  const { rows } = program
  const deltas = spec.layers.map(({ outputs }, index) => program.place('workspace', `delta${index + 1}`, rows, outputs))
  for (let index = layers.length - 1; index >= 0; index--) {
    const { x, z, a } = layers[index]
    const delta = deltas[index]
    const [outputs, inputs] = parameters.weights[index].shape
    const factor = weightFactor(spec.layers[index], inputs)
    if (index === layers.length - 1) {
      costOf(spec.cost, spec.layers[index]).backward(program, { z, a, delta }, y)
      if (weights) program.emit({ kernel: 'scaleRows', rows, columns: outputs, weights, delta })
    }
    const emitErrorsBefore = (out: Region) =>
      program.emit({
        kernel: 'gemm',
        transA: false,
        transB: false,
        m: rows,
        n: inputs,
        k: outputs,
        alpha: factor,
        scale: scalars.one,
        a: delta,
        b: parameters.weights[index],
        beta: 0,
        out,
      })
    if (index > 0) {
      emitErrorsBefore(deltas[index - 1])
      const { dropout } = layers[index]
      if (dropout) {
        const out = deltas[index - 1]
        program.emit({ kernel: 'dropout', rows, columns: inputs, ...dropout, in: out, out })
      }
      const before = layers[index - 1]
      activations[spec.layers[index - 1].activation].backward?.(program, {
        z: before.z,
        a: before.a,
        delta: deltas[index - 1],
      })
    }
    if (!destination) continue
    const { alpha, scale, beta, layout } = destination
    const { unscaled } = layers[index]
    if (unscaled && layout.scaling) {
      // The factors are parameters too, so their layer needs its errors, which are those of the inputs times factors.
      const errors = program.place('workspace', 'delta0', rows, inputs)
      emitErrorsBefore(errors)
      const operands = { rows, columns: inputs, alpha, scale, a: errors, b: unscaled, beta, out: layout.scaling }
      program.emit({ kernel: 'sumProducts', ...operands })
    }
    program.emit({
      kernel: 'gemm',
      transA: true,
      transB: false,
      m: outputs,
      n: inputs,
      k: rows,
      alpha: alpha * factor,
      scale,
      a: delta,
      b: x,
      beta,
      out: layout.weights[index],
    })
    program.emit({
      kernel: 'sumRows',
      rows,
      columns: outputs,
      alpha,
      scale,
      in: delta,
      beta,
      out: layout.biases[index],
    })
    afterLayer?.(index)
  }
}
