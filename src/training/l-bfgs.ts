import { allocate, type FloatArray } from '../base/memory.js'
import type { Engine } from '../engine/engine.js'
import { Divergence, type Job } from '../engine/engine-job.js'
import { floatArrayType } from '../program/arena.js'
import { type ChunkedLoop, copy, createChunkedLoop, dot } from './chunked-loops.js'
import { inverseHessian, stateLength } from './inverse-hessian.js'

/** Armijo's and Wolfe's constants, as Nocedal and Wright advise for quasi-Newton methods. */
const sufficientDecrease = 1e-4
const curvature = 0.9
const mostTrials = 30

/**
 * One step of L-BFGS (Nocedal and Wright, "Numerical optimization", 2nd edition, chapter 7) with a line search that brackets and halves until
 * the weak Wolfe conditions hold (Lewis and Overton, 2013): then the step's y s is above 0. Takes the job of `wholeJob`, and
 * resolves to the mean cost before the step. The learning rate is the length that the search tries first: 1 is right.
 * Where no step makes the cost smaller, the parameters stay.
 * @throws Divergence where the cost at the start, or its gradient, is not finite; the signal's reason; both with the parameters
 * as they were
 */
export type LbfgsStep = (job: Job) => Promise<number>

/** A step's line of search: from where, in which direction, and how steeply the cost falls there. */
interface Line {
  readonly start: FloatArray
  readonly cost: number
  readonly direction: Float64Array
  readonly slope: number
}

/** What of an engine a step needs. */
type Measured = Pick<Engine, 'kept' | 'parameters' | 'dtype' | 'run' | 'read'>

/** Makes room for the last steps of a network, and for what a step needs: nothing is allocated later on. */
export function createLbfgs(engine: Measured, memory: number): LbfgsStep {
  const { kept, parameters, dtype } = engine
  const size = parameters.length
  const ofDtype = floatArrayType(dtype)
  const length = stateLength(size, memory)
  if (kept.state.length !== length) kept.state = allocate<FloatArray>(ofDtype, length)
  const hessian = inverseHessian(kept, size, memory)
  const start = allocate<FloatArray>(ofDtype, size)
  const gradient = allocate<FloatArray>(ofDtype, size)
  const spare = allocate<FloatArray>(ofDtype, size)
  const direction = allocate(Float64Array, size)

  return async (job) => {
    const pieces = createChunkedLoop(job.signal)
    // What must not be left half done.
    const whole = createChunkedLoop()
    await copy(whole, parameters, start)
    try {
      const from = await measure(engine, job, pieces)
      if (!Number.isFinite(from.cost)) throw new Divergence(0, from.cost)
      await copy(pieces, from.gradient, gradient)
      await hessian.descend(pieces, gradient, direction)
      let slope = await dot(pieces, direction, gradient)
      if (!(slope < 0)) {
        // Rounding has spoilt what the steps told: down the gradient, and remember anew.
        hessian.forget()
        await hessian.descend(pieces, gradient, direction)
        slope = await dot(pieces, direction, gradient)
      }
      if (Number.isNaN(slope)) throw new Divergence(0, Number.NaN)
      const line = { start, cost: from.cost, direction, slope }
      const found = slope < 0 ? await search(engine, job, pieces, line, spare) : undefined
      if (found) await hessian.add(whole, { parameters: start, gradient }, { parameters, gradient: found })
      else await copy(whole, start, parameters)
      return from.cost
    } catch (error) {
      await copy(whole, start, parameters)
      throw error
    }
  }
}

/** Brings the parameters to the point that it finds, if it finds one, and gives the gradient there. */
async function search(
  engine: Measured,
  job: Job,
  pieces: ChunkedLoop,
  { start, cost, direction, slope }: Line,
  spare: FloatArray,
): Promise<FloatArray | undefined> {
  const { parameters } = engine
  const walk = (length: number) =>
    pieces(parameters.length, (from, to) => {
      for (let i = from; i < to; i++) parameters[i] = start[i] + length * direction[i]
    })
  let low = 0
  let slopeAtLow = slope
  let high = Number.POSITIVE_INFINITY
  let length = Number(job.scalars.learningRate)
  for (let trial = 0; trial < mostTrials; trial++) {
    await walk(length)
    const point = await measure(engine, job, pieces).catch(nothingWhereItDiverges)
    const lower = point && point.cost <= cost + sufficientDecrease * length * slope
    const slopeThere = lower ? await dot(pieces, point.gradient, direction) : Number.NaN
    if (!lower || !Number.isFinite(slopeThere)) high = length
    else {
      // Every such step makes the cost smaller, and those that are steep still make it smaller the further they go.
      if (slopeThere >= curvature * slope) return point.gradient
      low = length
      slopeAtLow = slopeThere
      await copy(pieces, point.gradient, spare)
    }
    length = Number.isFinite(high) ? (low + high) / 2 : 2 * low
  }
  if (!(slopeAtLow > slope)) return undefined
  await walk(low)
  return spare
}

function nothingWhereItDiverges(error: unknown): undefined {
  if (!(error instanceof Divergence)) throw error
}

/** The mean cost of all rows where the parameters are, and its gradient: until the next measure. @throws Divergence */
async function measure(
  engine: Measured,
  job: Job,
  pieces: ChunkedLoop,
): Promise<{ cost: number; gradient: FloatArray }> {
  const gradient = engine.read(job, 'gradient')
  await pieces(gradient.length, (from, to) => void gradient.fill(0, from, to))
  await engine.run(job)
  return { cost: engine.read(job, 'cost')[0] / job.size, gradient }
}
