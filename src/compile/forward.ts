import type { Region } from '../program/arena.js'
import { activations } from './activations.js'
import type { ParameterLayout } from './parameters.js'
import type { NetworkBuilder } from './region-names.js'
import { dropoutRates, type NetworkDescription, weightFactor } from './spec.js'

/** The memory regions of a layer's forward pass, and the dropout of its inputs. */
export interface LayerOutput {
  /** The inputs of the layer: rows x inputs. */
  readonly x: Region
  /** The inputs before a scaling layer multiplied them. Undefined for layers without a scaling layer in front. */
  readonly unscaled: Region | undefined
  /**
   * The logits of the layer (rows x outputs): z = x W' + b, where W' is the transposed weight matrix, times 1 / sqrt(inputs)
   * if the layer has the parametrization `ntk`.
   */
  readonly z: Region
  /** The outputs of the layer (rows x outputs): a = f(z), where f is the activation function. */
  readonly a: Region
  /** The dropout of the layer's inputs. Undefined if no inputs are dropped. */
  readonly dropout: { readonly share: number; readonly key: Region; readonly layer: number } | undefined
}

/** Memory regions that hold one number each. The numbers are set before a compiled program runs. */
export interface Scalars {
  readonly one: Region
  readonly inputScale: Region
}

export interface ForwardOptions {
  /** Whether inputs are standardized. `true` standardizes them in the program's dtype, and `'float64'` in float64. */
  readonly standardized: boolean | 'float64'
  /** Whether dropout is active. It is active only in training. */
  readonly dropping: boolean
}

/**
 * Appends the kernel calls of the forward pass to the program. For each layer they compute a = f(x W' + b), where W' is
 * the transposed weight matrix (Nielsen, chapter 2, equation 25). Each call computes all rows of the batch.
 */
export function emitForward(
  program: NetworkBuilder,
  spec: NetworkDescription,
  parameters: ParameterLayout,
  scalars: Scalars,
  { standardized, dropping }: ForwardOptions,
): LayerOutput[] {
  const { rows } = program
  let x = emitInputs(program, spec, scalars, standardized)
  const shares = dropping ? dropoutRates(spec) : []
  const key = shares.some((share) => share > 0) ? program.place('workspace', 'dropoutKey') : undefined
  return spec.layers.map((layer, index) => {
    const { outputs, activation } = layer
    const dropout = key && shares[index] > 0 ? { share: shares[index], key, layer: index + 1 } : undefined
    if (dropout) {
      // If `x` contains the inputs of the network, dropout may overwrite them. If `x` contains the outputs of a hidden
      // layer, dropout writes to separate memory, because backpropagation computes slopes from these outputs.
      const [, columns] = x.shape
      const out = index === 0 ? x : program.place('workspace', `dropped${index}`, rows, columns)
      program.emit({ kernel: 'dropout', rows, columns, ...dropout, in: x, out })
      x = out
    }
    const factors = index === 0 ? parameters.scaling : undefined
    const unscaled = factors && x
    const input = factors ? emitScaling(program, x, factors) : x
    const z = program.place('workspace', `z${index + 1}`, rows, outputs)
    program.emit({
      kernel: 'gemm',
      transA: false,
      transB: true,
      m: rows,
      n: outputs,
      k: input.shape[1],
      alpha: weightFactor(layer, input.shape[1]),
      scale: scalars.one,
      a: input,
      b: parameters.weights[index],
      beta: 0,
      out: z,
    })
    program.emit({ kernel: 'addBias', rows, columns: outputs, bias: parameters.biases[index], out: z })
    x = activations[activation].forward(program, z, `a${index + 1}`)
    return { x: input, unscaled, z, a: x, dropout }
  })
}

/** Appends the kernel call that multiplies the inputs by the factors of a scaling layer. Returns the region of the result. */
function emitScaling(program: NetworkBuilder, x: Region, factors: Region): Region {
  const [rows, columns] = x.shape
  const out = program.place('workspace', 'scaled', rows, columns)
  program.emit({ kernel: 'scaleColumns', rows, columns, factors, in: x, out })
  return out
}

/** Appends the kernel calls that copy the inputs of a batch and standardize them. Returns the region of the inputs. */
function emitInputs(
  program: NetworkBuilder,
  { inputs }: NetworkDescription,
  { inputScale: scale }: Scalars,
  standardized: ForwardOptions['standardized'],
): Region {
  const { rows } = program
  const x = program.place('workspace', 'x', rows, inputs)
  // The memory segment `tally` contains float64 numbers in every program.
  const segment = standardized === 'float64' ? 'tally' : 'workspace'
  const measures = () => ({
    means: program.place(segment, 'inputMeans', inputs),
    factors: program.place(segment, 'inputFactors', inputs),
  })
  if (standardized === 'float64') {
    program.emit({ kernel: 'gatherStandardized', rows, width: inputs, scale, ...measures(), out: x })
    return x
  }
  program.emit({ kernel: 'gatherInputs', rows, width: inputs, scale, out: x })
  if (standardized) program.emit({ kernel: 'standardize', rows, columns: inputs, ...measures(), x })
  return x
}
