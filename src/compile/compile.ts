import { OptionError } from '../base/errors.js'
import type { Region } from '../program/arena.js'
import { buildProgram } from '../program/build.js'
import type { Dtype } from '../program/kernels.js'
import type { Program } from '../program/program.js'
import { activations } from './activations.js'
import { type BackwardPass, emitBackward } from './backward.js'
import { costOf } from './costs.js'
import { emitForward, type LayerOutput } from './forward.js'
import { isLinear } from './optimizers.js'
import { layOutParameters, type ParameterLayout } from './parameters.js'
import { emitSummedGradient } from './ranks.js'
import type { NetworkBuilder, RegionName } from './region-names.js'
import { type NetworkDescription, outputsOf } from './spec.js'
import {
  descentDestination,
  emitMaxNorm,
  emitPenaltyCost,
  emitPenaltyGradient,
  emitUpdate,
  gradientDestination,
  type Learning,
  type Penalties,
  plainDescent,
  totalDestination,
} from './update.js'

/** The tasks that a network can be compiled for. */
export const taskNames = ['train', 'gradients', 'deltas', 'evaluate', 'predict', 'classify'] as const
export type TaskName = (typeof taskNames)[number]

export interface CompileOptions {
  readonly task: TaskName
  readonly dtype: Dtype
  /** The number of rows of a batch. */
  readonly rows: number
  /**
   * The number of rows of a batch on all ranks together, if several ranks train together. The program for the task
   * `train` then sums the gradients of all ranks, and `rows`, which may be 0, is the number of rows of this rank.
   */
  readonly batchRows?: number | undefined
  /**
   * Whether ranks that share batches learn apart: each rank updates its own parameters by the gradient of its own rows.
   * Default false.
   */
  readonly apart?: boolean | undefined
  /** Whether desired outputs are class numbers ('labels') or rows of numbers ('targets'). Default 'labels'. */
  readonly answers?: 'labels' | 'targets' | undefined
  /** Whether the cost includes the penalties l1 and l2. Default false. */
  readonly penalties?: boolean | undefined
  /** The options that determine how training changes the parameters. By default the optimizer is sgd. */
  readonly learning?: Learning | undefined
  /**
   * Whether inputs are standardized. `true` standardizes them in the program's dtype, and `'float64'` in float64. With
   * either value, the mean of each input and the factor that scales it must be written to the memory of the compiled
   * program before the program runs. Default false.
   */
  readonly standardized?: boolean | 'float64' | undefined
  /** Whether rows have weights. If true, the weights must be given when the compiled program runs. Default false. */
  readonly weighted?: boolean | undefined
  /**
   * The strength of label smoothing: the fraction of the desired output that is spread evenly over all classes. Default
   * 0.
   */
  readonly labelSmoothing?: number | undefined
  /**
   * Whether the task `gradients` adds up the gradients of all batches, and stops if the cost is not finite. With false
   * (default), the result is the gradient of the last batch only.
   */
  readonly accumulated?: boolean | undefined
  /**
   * The number of unused elements around each region of the program's memory. Tests use them to detect writes outside
   * of a region.
   */
  readonly guard?: number
}

/**
 * Compiles a network into a program (a list of kernel calls) for one task.
 * @throws OptionError if the network cannot perform the task with these options
 */
export function compile(spec: NetworkDescription, options: CompileOptions): Program<RegionName> {
  const { task, dtype, rows, penalties: withPenalties = false, accumulated = false, guard } = options
  const { batchRows } = options
  const program = buildProgram<RegionName>(task, dtype, rows, { batchRows, guard })
  const parameters = layOutParameters(program, spec, 'parameters')
  const total = accumulated && task === 'gradients' ? layOutParameters(program, spec, 'gradient') : undefined
  const { standardized = false } = options
  const scalars = {
    one: program.place('workspace', 'one'),
    inputScale: program.place(standardized === 'float64' ? 'tally' : 'workspace', 'inputScale'),
  }
  const learning = options.learning ?? plainDescent
  const shares = task === 'train' && batchRows !== undefined && !options.apart
  if (task === 'train' && rows === 0) {
    if (!shares) {
      // The program does nothing. It has the sums of the programs for other batches of the run, at the same places.
      for (const name of ['cost', 'costBefore', 'costLimit', 'bad'] as const) program.place('tally', name)
      return program.finish()
    }
    const penalties = withPenalties ? placePenalties(program) : undefined
    const place = { spec, parameters, scalars }
    emitSharedTraining(program, place, undefined, penalties, learning, program.place('tally', 'cost'))
    return program.finish()
  }
  const layers = emitForward(program, spec, parameters, scalars, {
    standardized,
    dropping: task === 'train',
  })
  const output = layers[layers.length - 1]

  if (task === 'predict' || task === 'classify') {
    if (task === 'classify') emitClasses(program, spec, output)
    else program.emit({ kernel: 'storeOutputs', rows, columns: outputsOf(spec), a: output.a })
    return program.finish()
  }

  const y = emitAnswers(program, spec, options)
  if (task === 'deltas') {
    checkSlopes(spec)
    emitBackward(program, { spec, parameters, scalars, layers, y, weights: undefined })
    return program.finish()
  }

  const sum = program.place('tally', 'cost')
  const weights = emitWeights(program, options.weighted ?? false)
  costOf(spec.cost, spec.layers[spec.layers.length - 1]).value(program, output, { y, weights, sum })
  const penalties = withPenalties ? placePenalties(program) : undefined
  if (task === 'train' || task === 'gradients') checkSlopes(spec)
  const pass = { spec, parameters, scalars, layers, y, weights: options.weighted ? weights : undefined }
  if (shares) {
    emitSharedTraining(program, pass, pass, penalties, learning, sum)
    return program.finish()
  }
  if (penalties) emitPenaltyCost(program, rows, parameters, penalties, sum)
  if (task === 'train' || total) emitWatch(program, rows, sum)

  if (task === 'evaluate') {
    if (options.answers !== 'targets') emitClasses(program, spec, output)
    return program.finish()
  }
  if (total) emitTotal(program, pass, penalties, total)
  else if (task === 'gradients') emitGradient(program, pass, penalties)
  else emitTraining(program, pass, penalties, learning)
  return program.finish()
}

/**
 * Checks that every layer can learn.
 * @throws OptionError if the activation of a layer is `step`, because its slope is 0 almost everywhere
 */
function checkSlopes({ layers }: NetworkDescription): void {
  layers.forEach(({ activation }, index) => {
    if (activations[activation].backward) return
    throw new OptionError(
      `layer ${index + 1} cannot learn: the activation ${activation} has no slope; set its weights, or take sigmoid`,
    )
  })
}

/** Emits the commands that write the desired outputs y (rows x outputs), and returns the region of y. */
function emitAnswers(program: NetworkBuilder, spec: NetworkDescription, options: CompileOptions): Region {
  const { answers = 'labels', labelSmoothing = 0 } = options
  const { rows } = program
  const outputs = outputsOf(spec)
  const y = program.place('workspace', 'y', rows, outputs)
  if (answers === 'labels') program.emit({ kernel: 'oneHot', rows, classes: outputs, out: y })
  else program.emit({ kernel: 'gatherTargets', rows, width: outputs, out: y })
  if (labelSmoothing > 0) program.emit({ kernel: 'smoothLabels', rows, classes: outputs, share: labelSmoothing, y })
  return y
}

/**
 * Returns the region of the row weights. If the rows are weighted, also emits the command that copies the weights of
 * the batch to this region. Otherwise the region is `ones`, so that each weight is 1.
 */
function emitWeights(program: NetworkBuilder, weighted: boolean): Region {
  const { rows } = program
  const weights = program.place('workspace', weighted ? 'weights' : 'ones', rows)
  if (weighted) program.emit({ kernel: 'gatherWeights', rows, out: weights })
  return weights
}

/** Emits the command that stores the class of each row, which is the index of the largest output. */
function emitClasses(program: NetworkBuilder, spec: NetworkDescription, output: LayerOutput): void {
  program.emit({ kernel: 'storeClasses', rows: program.rows, columns: outputsOf(spec), a: output.a })
}

/** Emits the command that stops the training when the cost diverges, before further updates damage the parameters. */
function emitWatch(
  program: NetworkBuilder,
  rows: number,
  sum: Region,
  before = program.place('tally', 'costBefore'),
): void {
  const limit = program.place('tally', 'costLimit')
  program.emit({ kernel: 'watchCost', rows, limit, sum, before, bad: program.place('tally', 'bad') })
}

/** Reserves memory for the strengths of the penalties. */
const placePenalties = (program: NetworkBuilder): Penalties => ({
  l1: program.place('workspace', 'l1'),
  l2: program.place('workspace', 'l2'),
})

/**
 * Appends to the program the kernel calls that compute the gradient of the cost, including the penalties. Returns the
 * memory regions of the gradient.
 */
function emitGradient(program: NetworkBuilder, pass: BackwardPass, penalties: Penalties | undefined): ParameterLayout {
  const destination = gradientDestination(program, pass.spec, pass.scalars)
  emitBackward(program, pass, destination)
  if (penalties) emitPenaltyGradient(program, pass.parameters, destination.layout, penalties)
  return destination.layout
}

/**
 * Appends to the program the kernel calls that add the gradient of a batch to `total`. The gradient of the penalties is
 * divided by the number of batches, so that the total over all batches includes it once.
 */
function emitTotal(
  program: NetworkBuilder,
  pass: BackwardPass,
  penalties: Penalties | undefined,
  total: ParameterLayout,
): void {
  emitBackward(program, pass, totalDestination(program, total))
  if (!penalties) return
  const shares = { l1: program.place('workspace', 'l1Share'), l2: program.place('workspace', 'l2Share') }
  emitPenaltyGradient(program, pass.parameters, total, shares)
}

/** Returns the region of the learning rate. Emits the command that sets it if each batch has its own. */
function emitLearningRate(program: NetworkBuilder, { batchSize }: Learning): Region {
  const learningRate = program.place('workspace', 'learningRate')
  if (batchSize) program.emit({ kernel: 'nextLearningRate', batchSize, out: learningRate })
  return learningRate
}

/**
 * Appends to the program the kernel calls that compute the gradient together with the other ranks, and update the
 * parameters. All ranks compute the same update from the summed gradient. `pass` is undefined if this rank has no row of
 * the batch.
 */
function emitSharedTraining(
  program: NetworkBuilder,
  place: Pick<BackwardPass, 'spec' | 'parameters' | 'scalars'>,
  pass: BackwardPass | undefined,
  penalties: Penalties | undefined,
  learning: Learning,
  sum: Region,
): void {
  const { parameters } = place
  const learningRate = emitLearningRate(program, learning)
  const { gradient, before } = emitSummedGradient(program, place, pass, sum)
  // The penalties are the same on all ranks, so they are added to the sums.
  const { batchRows } = program
  if (penalties) emitPenaltyCost(program, batchRows, parameters, penalties, sum)
  emitWatch(program, batchRows, sum, before)
  if (penalties) emitPenaltyGradient(program, parameters, gradient, penalties)
  emitUpdate(program, learning, { parameters, gradient, learningRate })
  if (learning.maxNorm) emitMaxNorm(program, parameters, learning.maxNorm)
}

/**
 * Appends to the program the kernel calls that compute the gradient and update the parameters. In plain gradient
 * descent with one learning rate and without penalties and clipping, backpropagation updates the parameters directly.
 */
function emitTraining(
  program: NetworkBuilder,
  pass: BackwardPass,
  penalties: Penalties | undefined,
  learning: Learning,
): void {
  const learningRate = emitLearningRate(program, learning)
  const storesGradient = learning.clipNorm || learning.clipValue || learning.rates
  if (isLinear(learning.optimizer) && !penalties && !storesGradient) {
    emitBackward(program, pass, descentDestination(program, pass.parameters, learningRate))
  } else {
    const gradient = emitGradient(program, pass, penalties)
    emitUpdate(program, learning, { parameters: pass.parameters, gradient, learningRate })
  }
  if (learning.maxNorm) emitMaxNorm(program, pass.parameters, learning.maxNorm)
}
