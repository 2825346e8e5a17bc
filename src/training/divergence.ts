import { createChunkedLoop } from '../base/chunked-loop.js'
import { DivergedError } from '../base/errors.js'
import type { FloatArray } from '../base/memory.js'
import type { RegionName } from '../compile/region-names.js'
import { outputsOf } from '../compile/spec.js'
import type { Engine } from '../engine/engine.js'
import { Divergence, type Job } from '../engine/engine-job.js'
import { splitParameters } from '../engine/gradients.js'
import type { TrainingState } from '../engine/training-state.js'
import { areFinite } from './chunked-loops.js'
import { isInterruption } from './ranks.js'
import type { TrainingRun } from './run.js'

/** Facts for the error message: the point at which a run diverged, and the epoch whose parameters are restored. */
interface Circumstances {
  readonly epoch: number
  readonly batch: number
  readonly learningRate: number
  /** The epoch with the best parameters so far. It is 0 if the best parameters are those from before the run. */
  readonly bestEpoch: number
  /** The mean cost of the run's first batch. */
  readonly began?: number | undefined
}

interface Culprit {
  readonly layer: number
  readonly quantity: string
  readonly value: number
}

/**
 * Checks after an update that all parameters are finite. `row` is the index of the first row of the batch used for the
 * update. The cost of this batch was computed before the update, so it may be finite even if a parameter is not.
 * @throws Divergence if a parameter is not finite
 */
export async function checkUpdate({ parameters }: Engine, row: number): Promise<void> {
  if (!(await areFinite(createChunkedLoop(), parameters))) throw new Divergence(row, undefined)
}

const firstBad = (values: FloatArray): number => values.findIndex((value) => !Number.isFinite(value))

/**
 * Finds the first quantity with an infinite or NaN value. A quantity is, for example, the logits of layer 2. The
 * quantities are checked in the order in which a forward and backward pass computes them. If `updated` is true, only
 * the parameters are checked, because the other quantities were computed from the parameters before the update.
 */
function findCulprit(engine: Engine, job: Job, updated: boolean): Culprit | undefined {
  const { weights, biases, scaling } = splitParameters(engine, engine.parameters)
  const quantity = (name: string, values: FloatArray | undefined): [string, FloatArray | undefined] => [name, values]
  const read = (name: RegionName) => (updated ? undefined : engine.find(job, name))
  for (let index = 0; index < weights.length; index++) {
    const layer = index + 1
    const quantities: [string, FloatArray | undefined][] = [
      ...(index === 0 ? [quantity('inputs', read('x')), quantity('factors', scaling)] : []),
      ['weights', weights[index]],
      ['biases', biases[index]],
      ['logits', read(`z${layer}`)],
      ['outputs', read(`a${layer}`)],
    ]
    for (const [quantity, values] of quantities) {
      const bad = values ? firstBad(values) : -1
      if (values && bad >= 0) return { layer, quantity, value: values[bad] }
    }
  }
  for (let index = weights.length - 1; index >= 0; index--) {
    const values = job.accumulated ? read(`dW${index + 1}`) : undefined
    const bad = values ? firstBad(values) : -1
    if (values && bad >= 0) return { layer: index + 1, quantity: 'gradients', value: values[bad] }
  }
  return undefined
}

/**
 * Returns the index of the first row of the batch that was processed last. `row` is the number of rows processed so
 * far.
 */
export const lastBatchAt = (row: number, batchSize: number): number =>
  Math.max(0, Math.ceil(row / batchSize) - 1) * batchSize

/**
 * Returns the error with which a run ends. If the run diverged, restores the best parameters and returns a
 * DivergedError. Otherwise returns the given error.
 */
export async function failureOf(run: TrainingRun, job: Job, error: unknown): Promise<unknown> {
  const { engine, plan, state } = run
  let failure = error
  if (isInterruption(plan, error)) {
    // Check the parameters, because the last update before the abort may have made some of them infinite or NaN.
    const row = job.accumulated ? 0 : lastBatchAt(state.row, plan.batchSize)
    await checkUpdate(engine, row).catch((divergence: unknown) => {
      failure = divergence
    })
  }
  if (!(failure instanceof Divergence)) return failure
  const { row } = failure
  const batchSize = job.accumulated ? job.size : plan.batchSize
  const { first = 0, learningRates } = job.source
  const { best, epoch, began } = state
  return recover(engine, run.network, job, failure, {
    epoch,
    batch: Math.floor(row / batchSize) + 1,
    learningRate: learningRates?.[Math.floor((row - first) / batchSize)] ?? Number(job.scalars.learningRate),
    bestEpoch: best.epoch,
    began,
    best: best.parameters,
  })
}

/**
 * Restores the best parameters after a divergence, and marks the optimizer's state as invalid. Returns an error that
 * explains the divergence. The error is created first, because the explanation depends on the diverged parameters.
 */
export function recover(
  engine: Engine,
  state: TrainingState,
  job: Job,
  divergence: Divergence,
  circumstances: Circumstances & { readonly best: FloatArray },
): DivergedError {
  const explained = explainDivergence(engine, job, divergence, circumstances)
  engine.parameters.set(circumstances.best)
  state.optimizer = undefined
  return explained
}

/**
 * Returns an error that names the batch that diverged, the first quantity that was not finite, and the likely causes.
 */
function explainDivergence(
  engine: Engine,
  job: Job,
  { row, cost }: Divergence,
  { epoch, batch, learningRate, bestEpoch, began }: Circumstances,
): DivergedError {
  const updated = cost === undefined
  // Pass the size of the batch that diverged as `rows`, because the positions of the batch's values in memory depend on
  // this size. The last batch may have fewer rows than the others.
  const culprit = findCulprit(engine, { ...job, rows: Math.min(job.rows, job.size - row) }, updated)
  const standardized = engine.kept.standardization !== undefined
  const causes = [`a learning rate that is too high (${learningRate} here)`]
  if (!standardized) causes.push('inputs far from the range 0 to 1 (try network.standardize)')
  else if (culprit?.quantity === 'inputs')
    causes.push('inputs far from those of the dataset given to network.standardize')
  causes.push('targets much larger than the outputs can be')
  const what = culprit ? describeCulprit(engine, culprit, updated) : describeCost(engine, cost, began)
  const best = bestEpoch > 0 ? `those after epoch ${bestEpoch}` : 'those it started with'
  return new DivergedError(
    `training diverged in epoch ${epoch}, batch ${batch}: ${what}; likely causes: ${causes.join(', ')}; the network is back at its best parameters, ${best}`,
    { epoch, batch, row, layer: culprit?.layer, quantity: culprit?.quantity ?? 'cost' },
  )
}

function describeCulprit({ spec, kept }: Engine, { layer, quantity, value }: Culprit, updated: boolean): string {
  const when = updated ? 'after the update ' : ''
  // Say "standardized inputs", because the user may have passed finite inputs that standardization made infinite or
  // NaN.
  const name = quantity === 'inputs' && kept.standardization ? 'standardized inputs' : quantity
  return `${when}the ${name} of layer ${layer} of ${spec.layers.length} hold ${value}`
}

function describeCost({ spec }: Engine, cost = Number.NaN, began = Number.NaN): string {
  if (!Number.isFinite(cost)) {
    return `the cost ${spec.cost} of ${outputsOf(spec)} outputs overflows, though all weights and outputs are finite`
  }
  const atFirst = Number(began.toPrecision(2))
  return `the cost of the batch is ${cost.toExponential(1)}, over a million times the ${atFirst} of the first batch`
}
