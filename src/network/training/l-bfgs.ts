import { allocate, type FloatArray } from '../../memory.js'
import { floatArrayType } from '../../program/arena.js'
import type { Engine } from '../engine.js'
import { Divergence, type Job } from '../job.js'

/** Armijo's and Wolfe's constants, as Nocedal and Wright advise for quasi-Newton methods. */
const sufficientDecrease = 1e-4
const curvature = 0.9
const mostTrials = 30

/** The mean cost of a dataset at some parameters, and its gradient. */
interface Point {
  readonly x: Float64Array
  readonly cost: number
  readonly gradient: Float64Array
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0)

/**
 * The last steps s and the changes y of the gradient that they made, in the optimiser's state, the newest last:
 * how many there are, s1, y1, s2, y2, ... So a checkpoint holds them.
 */
interface Steps {
  count(): number
  s(index: number): FloatArray
  y(index: number): FloatArray
  add(from: Point, to: Point): void
  forget(): void
}

function stepsIn({ kept, parameters }: Engine, memory: number): Steps {
  const size = parameters.length
  // Not kept as an array: a program that needs more memory moves the state.
  const at = (slot: number): FloatArray => kept.state.subarray(1 + slot * size, 1 + (slot + 1) * size)
  return {
    count: () => kept.state[0],
    s: (index) => at(2 * index),
    y: (index) => at(2 * index + 1),
    add(from, to) {
      const { state } = kept
      if (state[0] === memory) state.copyWithin(1, 1 + 2 * size, 1 + 2 * memory * size)
      else state[0]++
      const last = state[0] - 1
      at(2 * last).set(to.x.map((value, i) => value - from.x[i]))
      at(2 * last + 1).set(to.gradient.map((value, i) => value - from.gradient[i]))
    },
    forget() {
      kept.state[0] = 0
    },
  }
}

/** The direction -H g, where H stands for the inverse of the Hessian as the last steps tell it (algorithm 7.4). */
function directionOf(gradient: Float64Array, steps: Steps): Float64Array {
  const direction = gradient.map((value) => -value)
  const pairs = Array.from({ length: steps.count() }, (_, index) => {
    const s = Float64Array.from(steps.s(index))
    const y = Float64Array.from(steps.y(index))
    return { s, y, sy: dot(s, y), alpha: 0 }
  })
  for (const pair of [...pairs].reverse()) {
    pair.alpha = dot(pair.s, direction) / pair.sy
    for (let i = 0; i < direction.length; i++) direction[i] -= pair.alpha * pair.y[i]
  }
  const newest = pairs.at(-1)
  const scale = newest ? newest.sy / dot(newest.y, newest.y) : 1 / Math.max(1, Math.sqrt(dot(gradient, gradient)))
  for (let i = 0; i < direction.length; i++) direction[i] *= scale
  for (const { s, y, sy, alpha } of pairs) {
    const beta = dot(y, direction) / sy
    for (let i = 0; i < direction.length; i++) direction[i] += (alpha - beta) * s[i]
  }
  return direction
}

/** Room for the last steps of a network. */
export function startLbfgs(engine: Engine, memory: number): void {
  const needed = 1 + 2 * memory * engine.parameters.length
  if (engine.kept.state.length !== needed) {
    engine.kept.state = allocate<FloatArray>(floatArrayType(engine.dtype), needed)
  }
}

/**
 * One step of L-BFGS (Nocedal and Wright, "Numerical optimization", 2nd edition, chapter 7) with a line search that brackets and halves until
 * the weak Wolfe conditions hold (Lewis and Overton, 2013): then the step's y s is above 0. Resolves to the mean cost before
 * it. The learning rate is the length that the search tries first: 1 is right. Where no step makes the cost smaller, the parameters stay.
 * @throws Divergence where the cost at the start is no finite number; the signal's reason, with the parameters as they were
 */
export async function lbfgsStep(engine: Engine, job: Job, memory: number): Promise<number> {
  const start = Float64Array.from(engine.parameters)
  const steps = stepsIn(engine, memory)
  try {
    const from = await measure(engine, job, start)
    if (!Number.isFinite(from.cost)) throw new Divergence(0, from.cost)
    let direction = directionOf(from.gradient, steps)
    let slope = dot(direction, from.gradient)
    if (!(slope < 0)) {
      // Rounding has spoilt what the steps told: down the gradient, and remember anew.
      steps.forget()
      direction = directionOf(from.gradient, steps)
      slope = dot(direction, from.gradient)
    }
    const found = slope < 0 ? await search(engine, job, from, direction, slope) : undefined
    if (found) steps.add(from, found)
    engine.parameters.set(found ? found.x : start)
    return from.cost
  } catch (error) {
    engine.parameters.set(start)
    throw error
  }
}

async function search(
  engine: Engine,
  job: Job,
  from: Point,
  direction: Float64Array,
  slope: number,
): Promise<Point | undefined> {
  let low = 0
  let high = Number.POSITIVE_INFINITY
  let length = Number(job.scalars.learningRate)
  let best: Point | undefined
  for (let trial = 0; trial < mostTrials; trial++) {
    const step = length
    const x = from.x.map((value, i) => value + step * direction[i])
    const point = await measure(engine, job, x)
    if (!(point.cost <= from.cost + sufficientDecrease * length * slope)) high = length
    else {
      // Every such step makes the cost smaller, and those that are steep still make it smaller the further they go.
      best = point
      if (dot(point.gradient, direction) >= curvature * slope) return point
      low = length
    }
    length = Number.isFinite(high) ? (low + high) / 2 : 2 * low
  }
  return best && dot(best.gradient, direction) > slope ? best : undefined
}

/** The mean cost of all rows and its gradient, taken in chunks, off the event loop or with pauses for it. */
async function measure(engine: Engine, job: Job, x: Float64Array): Promise<Point> {
  engine.parameters.set(x)
  const { rows, size } = job
  const gradient = new Float64Array(x.length)
  for (let from = 0; from < size; from += rows) {
    const count = Math.min(rows, size - from)
    await engine.run({ ...job, from, until: from + count })
    const ofChunk = engine.read({ ...job, rows: count }, 'gradient')
    for (let i = 0; i < gradient.length; i++) gradient[i] += (count / size) * ofChunk[i]
  }
  // The parameters as the network holds them: in float32 they are not quite x.
  return { x: Float64Array.from(engine.parameters), cost: engine.read(job, 'cost')[0] / size, gradient }
}
