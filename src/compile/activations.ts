import type { ActivationName } from '../base/activation-name.js'
import { type Region, regionLength } from '../program/arena.js'
import type { NetworkBuilder, RegionName } from './region-names.js'

export type { ActivationName } from '../base/activation-name.js'

/**
 * The regions of memory for the values of a layer: its logits z, its outputs a = f(z), and its error delta = dC/dz from
 * backpropagation.
 */
export interface LayerPass {
  readonly z: Region
  readonly a: Region
  readonly delta: Region
}

/**
 * An activation function f. `forward` appends the kernel call for f to a compiled program. `backward` appends the
 * kernel call for the slope f'.
 */
export interface Activation {
  /**
   * Appends to the program a kernel call that computes the outputs f(z) from the logits z. Returns the memory region of
   * the outputs. The activation `identity` does not change z, so it appends nothing and returns the region of z.
   */
  readonly forward: (program: NetworkBuilder, z: Region, name: RegionName) => Region
  /**
   * Appends to the program a kernel call that multiplies `delta`, which contains dC/da, by the slope f'(z). The
   * activation `step` does not have this member: the slope of `step` is 0 almost everywhere, so a layer with this
   * activation could not learn.
   */
  readonly backward?: (program: NetworkBuilder, pass: LayerPass) => void
  /** The initializer that suits the activation. Undefined means `normal`, the initializer in Nielsen's book. */
  readonly initializer?: 'he' | 'lecun' | 'glorot'
}

type ByOutput = 'sigmoid' | 'tanh' | 'relu' | 'leakyRelu' | 'elu' | 'selu'
type ByLogit = 'gelu' | 'silu' | 'mish' | 'softplus'

function forward(kernel: ByOutput | ByLogit | 'step'): Activation['forward'] {
  return (program, z, name) => {
    const out = program.place('workspace', name, ...z.shape)
    program.emit({ kernel, count: regionLength(z), z, out })
    return out
  }
}

/** Returns an activation whose slope is computed from its output. */
function byOutput(kernel: ByOutput): Activation {
  return {
    forward: forward(kernel),
    backward(program, { a, delta }) {
      program.emit({ kernel: `${kernel}Backward`, count: regionLength(a), a, delta })
    },
  }
}

/** Returns an activation whose slope is computed from its logit. */
function byLogit(kernel: ByLogit): Activation {
  return {
    forward: forward(kernel),
    backward(program, { z, delta }) {
      program.emit({ kernel: `${kernel}Backward`, count: regionLength(z), z, delta })
    },
  }
}

export const activations: Readonly<Record<ActivationName, Activation>> = {
  sigmoid: byOutput('sigmoid'),
  tanh: { ...byOutput('tanh'), initializer: 'glorot' },
  relu: { ...byOutput('relu'), initializer: 'he' },
  'leaky-relu': { ...byOutput('leakyRelu'), initializer: 'he' },
  elu: { ...byOutput('elu'), initializer: 'he' },
  // Its factors keep the mean 0 and the variance 1 of a layer's inputs if the weights have the variance 1/inputs.
  selu: { ...byOutput('selu'), initializer: 'lecun' },
  gelu: { ...byLogit('gelu'), initializer: 'he' },
  silu: { ...byLogit('silu'), initializer: 'he' },
  mish: { ...byLogit('mish'), initializer: 'he' },
  softplus: { ...byLogit('softplus'), initializer: 'he' },
  identity: { forward: (_program, z) => z, backward() {} },
  softmax: {
    forward(program, z, name) {
      const [rows, columns] = z.shape
      const out = program.place('workspace', name, rows, columns)
      program.emit({ kernel: 'softmax', rows, columns, z, out })
      return out
    },
    backward(program, { a, delta }) {
      const [rows, columns] = a.shape
      program.emit({ kernel: 'softmaxBackward', rows, columns, a, delta })
    },
  },
  step: { forward: forward('step') },
}

export const activationNames = Object.keys(activations) as ActivationName[]
