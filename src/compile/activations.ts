import type { Region } from '../program/arena.js'
import type { ProgramBuilder } from '../program/build.js'

/** What a layer keeps of one pass: its logits z = W a + b, its outputs a, and the error delta = dC/dz that backpropagation fills. */
export interface LayerPass {
  readonly z: Region
  readonly a: Region
  readonly delta: Region
}

/** An activation function: how to compute it, and how the error passes back through it. */
export interface Activation {
  /** Emits a = f(z) and returns where a lies, which is z itself where nothing has to be computed. */
  readonly forward: (program: ProgramBuilder, z: Region, name: string) => Region
  /** Emits delta *= f'(z). */
  readonly backward: (program: ProgramBuilder, pass: LayerPass) => void
}

const count = (region: Region): number => region.shape.reduce((product, size) => product * size, 1)

export const activations = {
  sigmoid: {
    forward(program, z, name) {
      const a = program.place('workspace', name, ...z.shape)
      program.emit({ kernel: 'sigmoid', count: count(z), z, out: a })
      return a
    },
    backward(program, { a, delta }) {
      program.emit({ kernel: 'sigmoidBackward', count: count(a), a, delta })
    },
  },
  identity: {
    forward: (_program, z) => z,
    backward() {},
  },
} as const satisfies Record<string, Activation>

export type ActivationName = keyof typeof activations
