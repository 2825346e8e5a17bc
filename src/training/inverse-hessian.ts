import type { ChunkedLoop } from '../base/chunked-loop.js'
import type { FloatArray } from '../base/memory.js'
import type { Kept } from '../engine/workspace.js'
import { addScaled, dot } from './chunked-loops.js'

/** Parameters, and the gradient of the cost for these parameters. */
export interface Place {
  readonly parameters: FloatArray
  readonly gradient: FloatArray
}

/** An approximation of the inverse Hessian, computed from the most recent steps of a descent. */
export interface InverseHessian {
  /** Stores the step from one point to another. If the history is full, the oldest step is removed. */
  add(loop: ChunkedLoop, from: Place, to: Place): Promise<void>
  /**
   * Computes the product of -H and `gradient`, where H is the approximation, and stores it in `direction`. The method
   * is the two-loop recursion (Nocedal and Wright, "Numerical optimization", algorithm 7.4).
   */
  descend(loop: ChunkedLoop, gradient: FloatArray, direction: Float64Array): Promise<void>
  forget(): void
}

/**
 * The number of elements that the history of steps takes in the optimizer's state. `memory` is the maximum number of
 * steps in the history, and `size` is the number of parameters.
 */
export const stateLength = (size: number, memory: number): number => 1 + 2 * memory * size

/**
 * Returns an approximation of the inverse Hessian. It is computed from the history of steps in the array `kept.state`,
 * which is saved in checkpoints. The array holds the number of steps so far, followed by a ring buffer of `memory`
 * pairs. Each pair is a step `s` and the change `y` of the gradient along this step.
 *
 * When the number of steps reaches twice `memory`, it is set back to `memory`, because float32 cannot count without
 * limit.
 */
export function inverseHessian(kept: Kept, size: number, memory: number): InverseHessian {
  /**
   * Returns the pair from `age` steps ago: the step `s`, and the change `y` of the gradient along this step. Reads
   * `kept.state` again in each call, because the engine may replace this array by a larger one.
   */
  function pairAt(age: number): { s: FloatArray; y: FloatArray } {
    const { state } = kept
    const start = 1 + 2 * size * ((state[0] + memory - 1 - age) % memory)
    return { s: state.subarray(start, start + size), y: state.subarray(start + size, start + 2 * size) }
  }

  return {
    async add(loop, from, to) {
      const { s, y } = pairAt(-1)
      await loop(size, (first, end) => {
        for (let i = first; i < end; i++) {
          s[i] = to.parameters[i] - from.parameters[i]
          y[i] = to.gradient[i] - from.gradient[i]
        }
      })
      const { state } = kept
      state[0] = state[0] + 1 < 2 * memory ? state[0] + 1 : memory
    },

    async descend(loop, gradient, direction) {
      await loop(size, (from, to) => {
        for (let i = from; i < to; i++) direction[i] = -gradient[i]
      })
      const pairs: { s: FloatArray; y: FloatArray; sy: number; alpha: number }[] = []
      for (let age = 0; age < Math.min(kept.state[0], memory); age++) {
        const { s, y } = pairAt(age)
        const sy = await dot(loop, s, y)
        const alpha = (await dot(loop, s, direction)) / sy
        await addScaled(loop, -alpha, y, direction)
        pairs.push({ s, y, sy, alpha })
      }
      const newest = pairs.at(0)
      const scale = newest
        ? newest.sy / (await dot(loop, newest.y, newest.y))
        : 1 / Math.max(1, Math.sqrt(await dot(loop, gradient, gradient)))
      await loop(size, (from, to) => {
        for (let i = from; i < to; i++) direction[i] *= scale
      })
      for (const { s, y, sy, alpha } of pairs.reverse()) {
        const beta = (await dot(loop, y, direction)) / sy
        await addScaled(loop, alpha - beta, s, direction)
      }
    },

    forget() {
      kept.state[0] = 0
    },
  }
}
