import type { Communicator } from '../backend/communicator.js'
import { type ChunkedLoop, createChunkedLoop } from '../base/chunked-loop.js'
import { allocate, type FloatArray } from '../base/memory.js'
import type { Engine } from '../engine/engine.js'
import { Divergence, type Job } from '../engine/engine-job.js'
import { floatArrayType } from '../program/arena.js'
import { copy, dot } from './chunked-loops.js'
import { inverseHessian, stateLength } from './inverse-hessian.js'

/**
 * The constants of the Wolfe conditions, with the values that Nocedal and Wright recommend for quasi-Newton methods.
 */
const sufficientDecrease = 1e-4
const curvature = 0.9
const maxTrials = 30

/**
 * Takes one step of L-BFGS (Nocedal and Wright, "Numerical optimization", 2nd edition, chapter 7). The job must compute
 * the cost of all rows and the gradient of this cost. Resolves to the mean cost before the step. If no step lowers the
 * cost, the parameters do not change.
 *
 * The line search first tries a step length equal to the learning rate, which is 1 by default. The search then raises
 * or lowers the step length until the weak Wolfe conditions hold (Lewis and Overton, 2013). These conditions ensure
 * that the scalar product of the step and the change of the gradient is positive, which L-BFGS requires.
 * @throws Divergence if the cost or its gradient is not finite before the step; the signal's reason if the signal is
 * aborted. The parameters are restored before an error is thrown.
 */
export type LbfgsStep = (job: Job) => Promise<number>

/** The line that a line search follows: its start, its direction, and the cost and the slope at its start. */
interface Line {
  readonly start: FloatArray
  readonly cost: number
  readonly direction: Float64Array
  readonly slope: number
}

/** The members of an engine that a step of L-BFGS uses. */
type Measured = Pick<Engine, 'kept' | 'parameters' | 'dtype' | 'run' | 'read'>

/**
 * Returns the function that takes steps of L-BFGS. Allocates the history and all buffers now, so that the steps
 * allocate nothing. If several ranks train together, the jobs have the rows of this rank, and all ranks take the same steps.
 */
export function createLbfgs(engine: Measured, memory: number, communicator?: Communicator): LbfgsStep {
  const measure = createMeasure(engine, communicator)
  const { kept, parameters, dtype } = engine
  const size = parameters.length
  const ArrayType = floatArrayType(dtype)
  const length = stateLength(size, memory)
  if (kept.state.length !== length) kept.state = allocate<FloatArray>(ArrayType, length)
  const hessian = inverseHessian(kept, size, memory)
  const start = allocate<FloatArray>(ArrayType, size)
  const gradient = allocate<FloatArray>(ArrayType, size)
  const spare = allocate<FloatArray>(ArrayType, size)
  const direction = allocate(Float64Array, size)

  return async (job) => {
    const loop = createChunkedLoop(job.signal)
    // This loop has no signal. It is used for copies that an abort must not interrupt.
    const uninterruptedLoop = createChunkedLoop()
    await copy(uninterruptedLoop, parameters, start)
    try {
      const from = await measure(job, loop)
      if (!Number.isFinite(from.cost)) throw new Divergence(0, from.cost)
      await copy(loop, from.gradient, gradient)
      await hessian.descend(loop, gradient, direction)
      let slope = await dot(loop, direction, gradient)
      if (!(slope < 0)) {
        // The cost does not fall in this direction, because rounding errors have spoiled the approximation of the
        // inverse Hessian. Clear the history and follow the negative gradient.
        hessian.forget()
        await hessian.descend(loop, gradient, direction)
        slope = await dot(loop, direction, gradient)
      }
      if (Number.isNaN(slope)) throw new Divergence(0, Number.NaN)
      const line = { start, cost: from.cost, direction, slope }
      const found = slope < 0 ? await search(engine, measure, job, loop, line, spare) : undefined
      if (found) await hessian.add(uninterruptedLoop, { parameters: start, gradient }, { parameters, gradient: found })
      else await copy(uninterruptedLoop, start, parameters)
      return from.cost
    } catch (error) {
      await copy(uninterruptedLoop, start, parameters)
      throw error
    }
  }
}

/**
 * Searches along the line for a point at which the cost is sufficiently lower than at the start. Moves the parameters
 * to this point and returns the gradient there. Returns undefined if the search finds no such point.
 */
async function search(
  engine: Measured,
  measure: Measure,
  job: Job,
  loop: ChunkedLoop,
  { start, cost, direction, slope }: Line,
  spare: FloatArray,
): Promise<FloatArray | undefined> {
  const { parameters } = engine
  const walk = (length: number) =>
    loop(parameters.length, (from, to) => {
      for (let i = from; i < to; i++) parameters[i] = start[i] + length * direction[i]
    })
  let low = 0
  let slopeAtLow = slope
  let high = Number.POSITIVE_INFINITY
  let length = Number(job.scalars.learningRate)
  for (let trial = 0; trial < maxTrials; trial++) {
    await walk(length)
    const point = await measure(job, loop).catch(undefinedIfDiverged)
    const lower = point && point.cost <= cost + sufficientDecrease * length * slope
    const slopeThere = lower ? await dot(loop, point.gradient, direction) : Number.NaN
    if (!lower || !Number.isFinite(slopeThere)) high = length
    else {
      // The cost at this point is low enough. If the slope is flat enough too, the search ends here. Otherwise the cost
      // still falls, so the search continues further along the line.
      if (slopeThere >= curvature * slope) return point.gradient
      low = length
      slopeAtLow = slopeThere
      await copy(loop, point.gradient, spare)
    }
    length = Number.isFinite(high) ? (low + high) / 2 : 2 * low
  }
  if (!(slopeAtLow > slope)) return undefined
  await walk(low)
  return spare
}

function undefinedIfDiverged(error: unknown): undefined {
  if (!(error instanceof Divergence)) throw error
}

/**
 * Returns the mean cost of all rows for the current parameters, and the gradient of this cost. The next call overwrites
 * the gradient.
 * @throws Divergence if the cost is not finite
 */
type Measure = (job: Job, loop: ChunkedLoop) => Promise<{ cost: number; gradient: FloatArray }>

function createMeasure(engine: Measured, communicator: Communicator | undefined): Measure {
  /** Returns NaN if the cost is not finite: the rank must still take part in the sum, which is then NaN for all ranks. */
  async function costOfOwnRows(job: Job): Promise<number> {
    if (job.size === 0) return 0
    try {
      await engine.run(job)
      return engine.read(job, 'cost')[0]
    } catch (error) {
      if (!(error instanceof Divergence)) throw error
      return Number.NaN
    }
  }

  return async (job, loop) => {
    const gradient = engine.read(job, 'gradient')
    await loop(gradient.length, (from, to) => void gradient.fill(0, from, to))
    if (!communicator) {
      await engine.run(job)
      return { cost: engine.read(job, 'cost')[0] / job.size, gradient }
    }
    const sums = Float64Array.of(await costOfOwnRows(job), job.size)
    await communicator.allreduce(sums)
    const [cost, rows] = sums
    if (!Number.isFinite(cost)) throw new Divergence(0, cost)
    await communicator.allreduce(gradient)
    return { cost: cost / rows, gradient }
  }
}
