import { checkKeys, checkNotNegative } from '../base/checks.js'
import type { FloatArray } from '../base/memory.js'
import { type Answers, copyAnswers } from './desired-outputs.js'
import type { Engine } from './engine.js'
import { copyInputs, type Rows } from './input-rows.js'

export interface Gradients {
  /** The mean cost of the rows, including penalties. */
  readonly cost: number
  /** The gradient of the cost, in the layout of `network.parameters`. */
  readonly parameters: FloatArray
  /** For each layer, the gradient with respect to its weights (outputs x inputs), as a view of `parameters`. */
  readonly weights: readonly FloatArray[]
  /** For each layer, the gradient with respect to its biases (one for each output), as a view of `parameters`. */
  readonly biases: readonly FloatArray[]
  /** The gradient with respect to the factors of a scaling layer (one for each input), as a view of `parameters`. */
  readonly scaling: FloatArray | undefined
}

export interface PenaltyOptions {
  readonly l1?: number
  readonly l2?: number
}

export function gradients(engine: Engine, x: Rows, y: Answers, options: PenaltyOptions): Gradients {
  checkKeys('gradients', options, ['l1', 'l2'])
  const { l1 = 0, l2 = 0 } = options
  checkNotNegative({ l1 })
  checkNotNegative({ l2 })
  const { spec } = engine
  const { inputs, size, scale } = copyInputs('x', x, engine)
  const { answers, source } = copyAnswers(y, size, spec)
  const job = {
    task: 'gradients',
    rows: size,
    answers,
    penalties: l1 !== 0 || l2 !== 0,
    source: { inputs, ...source },
    size,
    scalars: { inputScale: scale, l1, l2 },
  } as const
  engine.ready(job).run()
  const cost = engine.read(job, 'cost')[0] / size
  const parameters = engine.read(job, 'gradient').slice()
  return { cost, parameters, ...splitParameters(engine, parameters) }
}

/**
 * Returns views of the weights and biases of each layer, and of the factors of a scaling layer. `flat` contains all
 * parameters: W1, b1, W2, b2, ... and then the factors.
 */
export function splitParameters(
  { spec }: Pick<Engine, 'spec'>,
  flat: FloatArray,
): { weights: FloatArray[]; biases: FloatArray[]; scaling: FloatArray | undefined } {
  const weights: FloatArray[] = []
  const biases: FloatArray[] = []
  let inputs = spec.inputs
  let offset = 0
  for (const { outputs } of spec.layers) {
    weights.push(flat.subarray(offset, offset + outputs * inputs))
    offset += outputs * inputs
    biases.push(flat.subarray(offset, offset + outputs))
    offset += outputs
    inputs = outputs
  }
  return { weights, biases, scaling: spec.scaling && flat.subarray(offset, offset + spec.inputs) }
}
