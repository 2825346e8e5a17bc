import { DivergedError } from '../base/errors.js'
import type { FloatArray } from '../base/memory.js'
import type { RegionName } from '../compile/region-names.js'
import { outputsOf } from '../compile/spec.js'
import type { Engine } from '../engine/engine.js'
import { Divergence, type Job } from '../engine/engine-job.js'
import { splitParameters } from '../engine/gradients.js'
import type { TrainingState } from '../engine/training-state.js'
import { areFinite, createChunkedLoop } from './chunked-loops.js'
import type { TrainingRun } from './run.js'

/** Where a run was, and what its network goes back to. */
interface Circumstances {
  readonly epoch: number
  readonly batch: number
  readonly learningRate: number
  /** The epoch whose parameters are the best so far; 0 for those that the run started with. */
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
 * What no cost has seen yet: an update at row `row` of the run that left parameters which are not finite.
 * @throws Divergence
 */
export async function checkUpdate({ parameters }: Engine, row: number): Promise<void> {
  if (!(await areFinite(createChunkedLoop(), parameters))) throw new Divergence(row, undefined)
}

const firstBad = (values: FloatArray): number => values.findIndex((value) => !Number.isFinite(value))

/**
 * The layer (from 1) and the quantity that is first not finite, in the order in which a pass computes them. After an update only
 * parameters are asked: what the pass computed was of those before it.
 */
function findCulprit(engine: Engine, job: Job, updated: boolean): Culprit | undefined {
  const { weights, biases } = splitParameters(engine, engine.parameters)
  const read = (name: RegionName) => (updated ? undefined : engine.find(job, name))
  for (let index = 0; index < weights.length; index++) {
    const layer = index + 1
    const quantities: [string, FloatArray | undefined][] = [
      ...(index === 0 ? [['inputs', read('x')] as [string, FloatArray | undefined]] : []),
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

/** Where the batch begins that ends before `row`. */
export const lastBatchAt = (row: number, batchSize: number): number =>
  Math.max(0, Math.ceil(row / batchSize) - 1) * batchSize

/** The error that ends a run: where it diverged, a DivergedError, after the network has its best parameters again. */
export async function failureOf(run: TrainingRun, job: Job, error: unknown): Promise<unknown> {
  const { engine, plan, state } = run
  const { signal } = plan.options
  let failure = error
  if (signal?.aborted && error === signal.reason) {
    // The last update before the abort may have broken the parameters.
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
 * Puts the best parameters back, after they have been looked at to say what happened to those of the run; what the
 * optimizer remembers is forgotten.
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

/** Says where training went wrong, what first, and what is likely to have caused it. */
function explainDivergence(
  engine: Engine,
  job: Job,
  { row, cost }: Divergence,
  { epoch, batch, learningRate, bestEpoch, began }: Circumstances,
): DivergedError {
  const updated = cost === undefined
  // The last batch may be a smaller one, and its program lays its regions out otherwise.
  const culprit = findCulprit(engine, { ...job, rows: Math.min(job.rows, job.size - row) }, updated)
  const standardized = engine.kept.standardization !== undefined
  const causes = [`a learning rate too high (${learningRate} here)`]
  if (!standardized) causes.push('inputs far from the range 0 to 1 (try network.standardize)')
  else if (culprit?.quantity === 'inputs') causes.push('inputs far from those that network.standardize was given')
  causes.push('targets that are much larger than the outputs can be')
  const what = culprit ? describeCulprit(engine, culprit, updated) : describeCost(engine, cost, began)
  const best = bestEpoch > 0 ? `those after epoch ${bestEpoch}` : 'those that it started with'
  return new DivergedError(
    `training diverged in epoch ${epoch}, batch ${batch}: ${what}; likely causes: ${causes.join(', ')}; the network has its best parameters again, ${best}`,
    { epoch, batch, row, layer: culprit?.layer, quantity: culprit?.quantity ?? 'cost' },
  )
}

function describeCulprit({ spec, kept }: Engine, { layer, quantity, value }: Culprit, updated: boolean): string {
  const when = updated ? 'after the update ' : ''
  // The user's own may well be finite.
  const name = quantity === 'inputs' && kept.standardization ? 'standardized inputs' : quantity
  return `${when}the ${name} of layer ${layer} of ${spec.layers.length} hold ${value}`
}

function describeCost({ spec }: Engine, cost = Number.NaN, began = Number.NaN): string {
  if (!Number.isFinite(cost)) {
    return `the cost ${spec.cost} of ${outputsOf(spec)} outputs overflows, though all weights and outputs are finite`
  }
  const atFirst = Number(began.toPrecision(2))
  return `the cost of the batch is ${cost.toExponential(1)}, over a million times the ${atFirst} that it began with`
}
