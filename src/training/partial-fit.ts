import type { Dataset } from '../data/dataset.js'
import type { Engine } from '../engine/engine.js'
import { Divergence } from '../engine/engine-job.js'
import { adoptInputNames, matchInputs } from '../engine/input-names.js'
import { checkExamples } from '../engine/input-rows.js'
import { networkOf, trace } from '../engine/tracing.js'
import type { TrainingState } from '../engine/training-state.js'
import { checkUpdate, recover } from './divergence.js'
import { startOptimizer, trainingJob } from './epoch-job.js'
import { planBatch, type UpdateOptions } from './plan.js'

/**
 * Updates the parameters once, with the gradient of all rows of a batch. The optimizer keeps its state for the next
 * call. Resolves to the mean cost of the batch before the update.
 */
export async function partialFit(
  engine: Engine,
  state: TrainingState,
  batch: Dataset,
  options: UpdateOptions,
): Promise<number> {
  const plan = planBatch(engine, options)
  checkExamples('the batch', batch, engine)
  const work = async () => {
    adoptInputNames(engine, batch)
    startOptimizer(engine, state, plan, true)
    const job = trainingJob(state, plan, matchInputs('the batch', batch, engine), batch.rows)
    const before = engine.parameters.slice()
    try {
      await engine.run(job)
      await checkUpdate(engine, 0)
    } catch (error) {
      if (!(error instanceof Divergence)) throw error
      const { learningRate } = plan
      throw recover(engine, state, job, error, { epoch: 1, batch: 1, learningRate, bestEpoch: 0, best: before })
    }
    state.epochsSeen++
    return engine.read(job, 'cost')[0] / batch.rows
  }
  return trace(
    'train',
    () => ({ network: networkOf(engine), method: 'partialFit', training: batch, options }),
    () => engine.occupy('partialFit', work),
  )
}
