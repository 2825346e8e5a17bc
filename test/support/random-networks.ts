import fc from 'fast-check'
import { createRandom } from '#src/base/random'
import type { ActivationName } from '#src/compile/activations'
import { activationNames, activations } from '#src/compile/activations'
import type { CostName } from '#src/compile/costs'
import { costs } from '#src/compile/costs'
import type { InitializerName } from '#src/compile/initializers'
import { type OptimizerOption, optimizerOf } from '#src/compile/optimizers'
import { Dataset, type Description, type ScheduleOption, type TrainOptions } from '#src/index'
import type { Dtype } from '#src/program/kernels'
import { normals } from './numbers.js'

/** Multiplies the number of networks of a test run. The first ones stay the same. */
export const fuzz = Number(process.env.DESCENT_FUZZ ?? 1)

/** A fixed seed, so that failures are reproducible. fast-check prints it with the smallest network that fails. */
export const drawing = (index: number, runs: number) => ({ seed: 17_000 + index, numRuns: Math.ceil(runs * fuzz) })

export const learningActivations = activationNames.filter((name) => activations[name].backward)
/** Every kind of update: sgd has three. */
const updates = {
  sgd: 'sgd',
  momentum: { name: 'sgd', momentum: 0.9 },
  nesterov: { name: 'sgd', momentum: 0.9, nesterov: true },
  adagrad: 'adagrad',
  rmsprop: 'rmsprop',
  adam: 'adam',
  adamw: 'adamw',
  rprop: 'rprop',
} as const satisfies Record<string, OptimizerOption>
export type UpdateName = keyof typeof updates
export const updateNames = Object.keys(updates) as UpdateName[]
export const everyOptimizer = Object.values(updates).map((update) => optimizerOf(update))

/** Every output activation that can learn, with every cost that is defined for it. */
export const outputPairs = learningActivations.flatMap((activation) =>
  (Object.keys(costs) as CostName[])
    .filter((cost) => costs[cost].outputs[activation])
    .map((cost) => ({ activation, cost })),
)

// Not 'normal' and 'zeros'. N(0, 1) weights in deep networks saturate neurons, whose slope is what rounding leaves of 1 - a. Equal
// weights give a softmax equal errors, whose exact slope is 0 and whose computed slope is only rounding. An optimizer that divides
// by the size of the gradient would turn either into a full step.
const initializerNames: InitializerName[] = ['scaled-normal', 'he', 'he-uniform', 'glorot', 'glorot-uniform', 'lecun']

const shares = fc.constantFrom(0.1, 0.3, 0.5)
const widths = fc.integer({ min: 1, max: 6 })
/** Draws nothing in half of the cases. */
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 })

/** Networks with this cost and output. Hidden layers have the same activation or one of `hidden`. */
export function descriptions(
  activation: ActivationName,
  cost: CostName,
  hidden: readonly ActivationName[] = learningActivations,
): fc.Arbitrary<Description> {
  const layer = fc.record({
    kind: fc.constant('dense' as const),
    outputs: widths,
    activation: fc.oneof(fc.constant(activation), fc.constantFrom(...hidden)),
    dropout: maybe(shares),
    parametrization: fc.constantFrom(undefined, undefined, 'ntk' as const),
  })
  return fc
    .record({
      inputs: widths,
      hidden: fc.array(layer, { maxLength: 2 }),
      outputs: costs[cost].outputs[activation]?.undefinedAlone ? widths.filter((width) => width > 1) : widths,
      inputDropout: maybe(shares),
      scaling: fc.constantFrom(undefined, undefined, true),
      initializer: fc.constantFrom(...initializerNames),
    })
    .map(({ inputs, hidden, outputs, inputDropout, scaling, initializer }) => ({
      inputs,
      layers: [
        ...hidden.map(({ dropout, parametrization, ...dense }) => ({
          ...dense,
          ...(dropout && { dropout }),
          ...(parametrization && { parametrization }),
        })),
        { kind: 'dense' as const, outputs, activation },
      ],
      ...(inputDropout ? { inputDropout } : {}),
      ...(scaling ? { scaling } : {}),
      cost,
      initializer,
    }))
}

export interface Rows {
  readonly size: number
  readonly seed: number
  readonly answers: 'labels' | 'targets'
  readonly numbers: 'bytes' | 'float32' | 'float64'
}

export const rowsOfData: fc.Arbitrary<Rows> = fc.record({
  size: fc.integer({ min: 1, max: 13 }),
  seed: fc.nat(1000),
  answers: fc.constantFrom('labels', 'targets'),
  numbers: fc.constantFrom('bytes', 'float32', 'float64'),
})

/** Makes each row add up to 1, as the cross-entropy of softmax outputs has it. */
export function shareOut(targets: Float64Array, outputs: number): void {
  for (let start = 0; start < targets.length; start += outputs) {
    const row = targets.subarray(start, start + outputs)
    const total = row.reduce((sum, value) => sum + value)
    row.forEach((value, j) => {
      row[j] = value / total
    })
  }
}

export function datasetFor({ inputs: width, layers }: Description, { size, seed, answers, numbers }: Rows): Dataset {
  const last = layers[layers.length - 1]
  const outputs = last.kind === 'dense' ? last.outputs : 0
  const drawn = normals(size * width, seed, 'inputs')
  const inputs = {
    bytes: () => Uint8Array.from(drawn, (value) => Math.abs(value * 90)),
    float32: () => Float32Array.from(drawn),
    float64: () => drawn,
  }[numbers]()
  const random = createRandom(seed, 'answers')
  const scale = numbers === 'bytes' ? 1 / 255 : 1
  if (answers === 'labels') {
    return new Dataset({ inputs, width, scale, labels: Array.from({ length: size }, () => random.integer(outputs)) })
  }
  const targets = Float64Array.from({ length: size * outputs }, random.uniform)
  if (last.kind === 'dense' && last.activation === 'softmax') shareOut(targets, outputs)
  return new Dataset({ inputs, width, scale, targets })
}

/**
 * Rates and settings with which two runs that differ by rounding stay close. An optimizer that divides by the size of the gradient
 * multiplies an error of the gradient by up to rate / epsilon; with adagrad's default epsilon, 1e-10, by 1e6. (The reference
 * fixtures compare the defaults with PyTorch.) Momentum adds up ten steps.
 */
const rates: Record<UpdateName, number[]> = {
  sgd: [0.01, 0.1, 0.5],
  momentum: [0.01, 0.05],
  nesterov: [0.01, 0.05],
  adagrad: [0.01, 0.1],
  rmsprop: [0.001, 0.01],
  adam: [0.001, 0.01, 0.05],
  adamw: [0.001, 0.01, 0.05],
  rprop: [0.001, 0.01],
}

/** An optimizer with drawn settings. */
function optimizerFor(update: UpdateName): fc.Arbitrary<object> {
  const { name, settings } = optimizerOf(updates[update])
  const drawn: Record<string, fc.Arbitrary<number | boolean>> = {
    momentum: update === 'sgd' ? fc.constant(0) : fc.constantFrom(0.5, 0.9),
    nesterov: fc.constant(update === 'nesterov'),
    decay: fc.constantFrom(0.9, 0.99),
    beta1: fc.constantFrom(0, 0.8, 0.9),
    beta2: fc.constantFrom(0.9, 0.999),
    epsilon: fc.constantFrom(1e-3, 1e-2),
    weightDecay: fc.constantFrom(0, 0.01, 0.1),
  }
  return fc
    .record(Object.fromEntries(Object.keys(settings).map((key) => [key, drawn[key]])))
    .map((values) => ({ name, ...values }))
}

const schedules: fc.Arbitrary<ScheduleOption> = fc.constantFrom<ScheduleOption>(
  'constant',
  { name: 'step', epochs: 1, factor: 0.5 },
  { name: 'exponential', factor: 0.9, warmUp: 3 },
  'cosine',
  { name: 'one-cycle', rise: 0.5 },
  'coslog4',
  { name: 'plateau', patience: 1 },
)

export type Options = TrainOptions & { readonly batchSize: number }

/** Everything that a training run may be told about `size` rows, with the optimizer given. */
export function trainOptions(name: UpdateName, { size, answers }: Rows): fc.Arbitrary<Options> {
  const weights = fc.array(fc.constantFrom(0, 0.5, 1, 2.5), { minLength: size, maxLength: size })
  const labels = answers === 'labels'
  return fc
    .record({
      learningRate: fc.constantFrom(...rates[name]),
      optimizer: optimizerFor(name),
      epochs: fc.integer({ min: 1, max: 2 }),
      // Up to two more than the number of rows. The last batch is often smaller, and often a single row.
      batchSize: fc.integer({ min: 1, max: size + 2 }),
      shuffle: fc.boolean(),
      schedule: schedules,
      l1: maybe(fc.constantFrom(0.001, 0.01)),
      l2: maybe(fc.constantFrom(0.001, 0.1)),
      clipNorm: maybe(fc.constantFrom(0.05, 0.5)),
      clipValue: maybe(fc.constantFrom(0.01, 0.1)),
      maxNorm: maybe(fc.constantFrom(0.5, 1)),
      rates: maybe(fc.constantFrom({ biases: 0.1 }, { weights: 0.5, biases: 0 }, { scale: 0.5, weights: 0.25 })),
      sampleWeights: maybe(weights),
      labelSmoothing: labels ? maybe(fc.constantFrom(0.1, 0.3)) : fc.constant(undefined),
      classWeights: labels ? maybe(fc.constant('balanced' as const)) : fc.constant(undefined),
    })
    .map(
      (options) =>
        Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as unknown as Options,
    )
}

export const dtypes: fc.Arbitrary<Dtype> = fc.constantFrom('float32', 'float64')
