import type { Transform } from 'node:stream'
import type { Engine } from '../engine/engine.js'
import { createClassifications, createPredictions } from './answers.js'
import { createBatching } from './batching.js'
import { type ClassifierOptions, checkStreamOptions, type PredictorOptions } from './stream-options.js'

/** Creates a stream that outputs the class of each row. @throws OptionError if an option is wrong */
export function createClassifier<Row>(
  engine: Engine,
  names: () => readonly string[] | undefined,
  options: ClassifierOptions<Row>,
): Transform {
  checkStreamOptions('classifier', options, engine)
  const { scale, batchSize = engine.chunkRows, keep } = options
  const answers = createClassifications(engine, names, keep, { batchSize, scale })
  return createBatching('classifier', engine, answers, { ...options, batchSize, keepsRows: Boolean(keep) })
}

/** Creates a stream that outputs the network's outputs for each row. @throws OptionError if an option is wrong */
export function createPredictor<Row>(engine: Engine, options: PredictorOptions<Row>): Transform {
  checkStreamOptions('predictor', options, engine)
  const { scale, batchSize = engine.chunkRows, keep } = options
  const answers = createPredictions(engine, keep, { batchSize, scale })
  return createBatching('predictor', engine, answers, { ...options, batchSize, keepsRows: Boolean(keep) })
}
