import { OptionError } from '../errors.js'
import type { Region } from '../program/arena.js'
import { buildProgram, type ProgramBuilder } from '../program/build.js'
import type { Dtype } from '../program/kernels.js'
import type { Program } from '../program/program.js'
import { activations } from './activations.js'
import { type BackwardPass, emitBackward } from './backward.js'
import { costs } from './costs.js'
import { emitForward, type LayerOutput } from './forward.js'
import { type OptimizerName, optimizers } from './optimizers.js'
import { layOutParameters } from './parameters.js'
import { outputsOf, type Spec } from './spec.js'
import {
  descentDestination,
  emitPenaltyCost,
  emitPenaltyGradient,
  emitUpdate,
  gradientDestination,
  type Penalties,
} from './update.js'

/** What a network can be compiled to do with a batch of rows. */
export const taskNames = ['train', 'gradients', 'evaluate', 'predict', 'classify'] as const
export type TaskName = (typeof taskNames)[number]

export interface CompileOptions {
  readonly task: TaskName
  readonly dtype: Dtype
  /** Rows of a batch. */
  readonly rows: number
  /** Whether desired answers come as class numbers or as rows. Default 'labels'. */
  readonly answers?: 'labels' | 'targets' | undefined
  /** Whether l1 or l2 may be other than 0. Default false. */
  readonly penalties?: boolean | undefined
  readonly optimizer?: OptimizerName | undefined
  /** Whether rows count differently, by the weights of the run. Default false. */
  readonly weighted?: boolean | undefined
  /** The share of the desired answer that all classes get alike. Default 0. */
  readonly labelSmoothing?: number | undefined
  /** Unused elements around each region, for tests. */
  readonly guard?: number
}

/**
 * Compiles a network into the program of one task. Regions that the caller sets or reads, by name: the scalars `one`,
 * `ones`, `inputScale`, `learningRate`, `l1`, `l2`; the sums `cost` and `confusion`; `gradient`.
 */
export function compile(spec: Spec, options: CompileOptions): Program {
  const { task, dtype, rows, penalties: withPenalties = false, optimizer = 'sgd', guard } = options
  const program = buildProgram(task, dtype, rows, guard)
  const parameters = layOutParameters(program, spec, 'parameters')
  const scalars = { one: program.place('workspace', 'one'), inputScale: program.place('workspace', 'inputScale') }
  const layers = emitForward(program, spec, parameters, scalars)
  const output = layers[layers.length - 1]

  if (task === 'predict' || task === 'classify') {
    const kernel = task === 'predict' ? 'storeOutputs' : 'storeClasses'
    program.emit({ kernel, rows, columns: outputsOf(spec), a: output.a })
    return program.finish()
  }

  const y = emitAnswers(program, spec, options)
  const sum = program.place('tally', 'cost')
  const weights = emitWeights(program, options.weighted ?? false)
  costs[spec.cost].value(program, output, { y, weights, sum })
  const penalties = withPenalties
    ? { l1: program.place('workspace', 'l1'), l2: program.place('workspace', 'l2') }
    : undefined
  if (penalties) emitPenaltyCost(program, parameters, penalties, sum)

  if (task === 'train' || task === 'gradients') checkSlopes(spec)
  if (task === 'evaluate') emitConfusion(program, spec, output, y)
  else
    emitLearning(program, {
      spec,
      parameters,
      scalars,
      layers,
      y,
      penalties,
      optimizer,
      task,
      weights: options.weighted ? weights : undefined,
    })
  return program.finish()
}

/** @throws OptionError where a layer has no slope to learn by */
function checkSlopes({ layers }: Spec): void {
  layers.forEach(({ activation }, index) => {
    if (activations[activation].backward) return
    throw new OptionError(
      `layer ${index + 1} cannot learn: the activation ${activation} has no slope; set its weights, or take sigmoid`,
    )
  })
}

/** Emits the desired answers y, rows x outputs. */
function emitAnswers(program: ProgramBuilder, spec: Spec, options: CompileOptions): Region {
  const { answers = 'labels', labelSmoothing = 0 } = options
  const { rows } = program
  const outputs = outputsOf(spec)
  const y = program.place('workspace', 'y', rows, outputs)
  if (answers === 'labels') program.emit({ kernel: 'oneHot', rows, classes: outputs, out: y })
  else program.emit({ kernel: 'gatherTargets', rows, width: outputs, out: y })
  if (labelSmoothing > 0) program.emit({ kernel: 'smoothLabels', rows, classes: outputs, share: labelSmoothing, y })
  return y
}

/** How much each row counts: from the run, or the same for all. */
function emitWeights(program: ProgramBuilder, weighted: boolean): Region {
  const { rows } = program
  const weights = program.place('workspace', weighted ? 'weights' : 'ones', rows)
  if (weighted) program.emit({ kernel: 'gatherWeights', rows, out: weights })
  return weights
}

function emitConfusion(program: ProgramBuilder, spec: Spec, output: LayerOutput, y: Region): void {
  const classes = outputsOf(spec)
  const matrix = program.place('tally', 'confusion', classes, classes)
  program.emit({ kernel: 'confusion', rows: program.rows, classes, a: output.a, y, matrix })
}

interface Learning extends BackwardPass {
  readonly penalties: Penalties | undefined
  readonly optimizer: OptimizerName
  readonly task: 'train' | 'gradients'
}

/** Emits backpropagation and, for training, the update. */
function emitLearning(program: ProgramBuilder, learning: Learning): void {
  const { parameters, penalties, optimizer, task, scalars, spec } = learning
  if (task === 'train' && !penalties && optimizers[optimizer].linear) {
    const learningRate = program.place('workspace', 'learningRate')
    const destination = descentDestination(program, parameters, learningRate)
    emitBackward(program, learning, destination)
    return
  }
  const destination = gradientDestination(program, spec, scalars)
  emitBackward(program, learning, destination)
  if (penalties) emitPenaltyGradient(program, parameters, destination.layout, penalties)
  if (task === 'train') {
    const learningRate = program.place('workspace', 'learningRate')
    emitUpdate(program, optimizer, parameters, destination.layout, learningRate)
  }
}
