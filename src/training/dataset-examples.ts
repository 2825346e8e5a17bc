import { OptionError } from '../base/errors.js'
import type { Dataset } from '../data/dataset.js'
import type { Engine } from '../engine/engine.js'
import { adoptInputNames, matchInputs } from '../engine/input-names.js'
import { checkExamples } from '../engine/input-rows.js'
import { epochJob, keptRows } from './epoch-job.js'
import { checkReported } from './plan.js'
import type { Examples } from './run.js'

/**
 * Returns the rows of a dataset as training examples. If the option `augmentation` is set, the augmented rows of each
 * epoch replace them.
 */
export function datasetExamples(training: Dataset): Examples {
  return {
    dataset: training,
    rows: training.rows,
    async open(run) {
      const { engine, plan, state } = run
      const { augmentation, onProgress } = plan.options
      const { epoch } = state
      const rows = keptRows(plan, training.rows)
      adoptInputNames(engine, training)
      const given = augmentation ? await augmentation.epoch(epoch) : training
      if (given !== training) checkSameRows(engine, given, training)
      // The columns are matched in each epoch, because the user may change the rows between epochs.
      const job = await epochJob(run, matchInputs('the training dataset', given, engine))
      const { learningRates } = job.source
      return {
        parts: [{ job, costOfZeros: plan.costOfZeros }],
        rows,
        stepsBefore: (epoch - 1) * Math.ceil(rows / plan.batchSize),
        report: onProgress && ((done, cost) => checkReported(onProgress({ epoch, done, rows, cost }))),
        updates: (done) => Math.ceil(done / plan.batchSize),
        learningRate: (done) =>
          learningRates?.[Math.ceil(done / plan.batchSize) - 1] ?? Number(job.scalars.learningRate),
      }
    },
  }
}

function checkSameRows(engine: Engine, dataset: Dataset, training: Dataset): void {
  checkExamples('the augmented dataset', dataset, engine)
  if (dataset.rows !== training.rows) {
    throw new OptionError(
      `augmentation must give the ${training.rows} rows of the training dataset, not ${dataset.rows}`,
    )
  }
}
