import type { FloatArray } from '../base/memory.js'
import type { Kept } from '../engine/engine.js'
import { addScaled, type ChunkedLoop, dot } from './chunked-loops.js'

/** Parameters, and the gradient of the cost there. */
export interface Place {
  readonly parameters: FloatArray
  readonly gradient: FloatArray
}

/** What the last steps of a descent tell of the inverse of the Hessian. */
export interface InverseHessian {
  /** Remembers the step between two places, and forgets the oldest one where there is no room. */
  add(pieces: ChunkedLoop, from: Place, to: Place): Promise<void>
  /** direction = -H gradient, by the two loops of Nocedal and Wright (algorithm 7.4). */
  descend(pieces: ChunkedLoop, gradient: FloatArray, direction: Float64Array): Promise<void>
  forget(): void
}

/** The elements of the state that the last `memory` steps of `size` parameters take. */
export const stateLength = (size: number, memory: number): number => 1 + 2 * memory * size

/**
 * It lives in the optimizer's state, so that a checkpoint holds it: how many steps there have been, and then a ring of
 * `memory` pairs, each the step s and the change y of the gradient that it made. The number starts again from `memory` at
 * twice that, before float32 can no longer count.
 */
export function inverseHessian(kept: Kept, size: number, memory: number): InverseHessian {
  /** A pair, `age` steps back. The state is asked for each time: a program that needs more memory moves it. */
  function pairAt(age: number): { s: FloatArray; y: FloatArray } {
    const { state } = kept
    const start = 1 + 2 * size * ((state[0] + memory - 1 - age) % memory)
    return { s: state.subarray(start, start + size), y: state.subarray(start + size, start + 2 * size) }
  }

  return {
    async add(pieces, from, to) {
      const { s, y } = pairAt(-1)
      await pieces(size, (first, end) => {
        for (let i = first; i < end; i++) {
          s[i] = to.parameters[i] - from.parameters[i]
          y[i] = to.gradient[i] - from.gradient[i]
        }
      })
      const { state } = kept
      state[0] = state[0] + 1 < 2 * memory ? state[0] + 1 : memory
    },

    async descend(pieces, gradient, direction) {
      await pieces(size, (from, to) => {
        for (let i = from; i < to; i++) direction[i] = -gradient[i]
      })
      const pairs: { s: FloatArray; y: FloatArray; sy: number; alpha: number }[] = []
      for (let age = 0; age < Math.min(kept.state[0], memory); age++) {
        const { s, y } = pairAt(age)
        const sy = await dot(pieces, s, y)
        const alpha = (await dot(pieces, s, direction)) / sy
        await addScaled(pieces, -alpha, y, direction)
        pairs.push({ s, y, sy, alpha })
      }
      const newest = pairs.at(0)
      const scale = newest
        ? newest.sy / (await dot(pieces, newest.y, newest.y))
        : 1 / Math.max(1, Math.sqrt(await dot(pieces, gradient, gradient)))
      await pieces(size, (from, to) => {
        for (let i = from; i < to; i++) direction[i] *= scale
      })
      for (const { s, y, sy, alpha } of pairs.reverse()) {
        const beta = (await dot(pieces, y, direction)) / sy
        await addScaled(pieces, alpha - beta, s, direction)
      }
    },

    forget() {
      kept.state[0] = 0
    },
  }
}
