import {
  type ActivationName,
  type CostOption,
  type DenseLayer,
  type DenseOptions,
  defaultCost,
  defaultInitializer,
  dense,
  type InitializerName,
  type LoadOptions,
  Network,
  type NetworkDescription,
  type NetworkOptions,
  OptionError,
} from '../../index.js'
import type { Values } from '../parsing/command.js'
import { type Kind, listOf, nameKind, numberKind, oneOf, wholeKind } from '../parsing/option-parsers.js'
import { renamed } from '../parsing/translate-errors.js'
import { UsageError } from '../parsing/usage-error.js'

/** The options of the backend. */
export const machineOptions = {
  backend: {
    kind: oneOf('auto', 'native', 'wasm', 'typescript'),
    meaning: 'native, wasm or typescript; auto (default) is the first of these that runs here',
  },
  threads: { kind: wholeKind(1, 1024), meaning: 'number of threads (default 1)' },
} as const

/** Parses the sizes of layers, such as "100,30". The value "none" means no layers. */
const sizesKind: Kind<number[]> = {
  expected: 'none or the sizes of layers, such as 30 or 100,30',
  read(text) {
    if (text === 'none') return []
    const sizes = text.split(',').map((size) => wholeKind(1).read(size.trim()))
    return sizes.every((size) => size !== undefined) ? sizes : undefined
  },
}

/** The options that describe a network. Names, such as those of activations, are checked by the library. */
export const shapeOptions = {
  hidden: { value: 'SIZES', kind: sizesKind, meaning: 'sizes of the hidden layers: 30 (default), 100,30 or none' },
  activation: {
    value: 'NAME',
    meaning:
      'activation of the hidden layers: sigmoid (default), tanh, relu, leaky-relu, elu, selu, gelu, silu, mish, softplus, identity or softmax; or one for each layer: relu,tanh',
  },
  outputActivation: {
    kind: nameKind<ActivationName>(),
    meaning: 'activation of the last layer, one of the same names (default sigmoid, or softmax for log-likelihood)',
  },
  cost: {
    kind: nameKind<CostOption>(),
    meaning:
      'quadratic, cross-entropy or huber (default: cross-entropy for softmax outputs, else quadratic); log-likelihood: cross-entropy with softmax outputs',
  },
  initializer: {
    kind: nameKind<InitializerName>(),
    meaning:
      'how weights are initialized: normal, scaled-normal, he, he-uniform, glorot, glorot-uniform, lecun, lecun-uniform or zeros (default: he for relu and its kin, lecun for selu, glorot for tanh, else normal)',
  },
  dropout: {
    value: 'SHARE',
    kind: listOf(numberKind('from 0 to below 1'), 'one for each hidden layer such as 0.2,0.5'),
    meaning: 'dropout rate of the hidden layers, or one for each layer: 0.2,0.5 (default 0)',
  },
  inputDropout: {
    value: 'SHARE',
    kind: numberKind('from 0 to below 1'),
    meaning: 'dropout rate of the inputs (default 0)',
  },
  dtype: { kind: oneOf('float32', 'float64'), meaning: 'float32 (default) or float64' },
} as const

/** Describes a network without its numbers of inputs and outputs, which depend on the data. */
export interface Shape {
  readonly hidden: readonly DenseLayer[]
  /** The activation of the last layer. */
  readonly output: ActivationName
  /** The parametrization and the initializer of the last layer, if it has some of its own. */
  readonly outputOptions?: DenseOptions
  readonly inputDropout?: number
  /** Whether a scaling layer comes first. */
  readonly scaling?: boolean
  /** The cost. The name "log-likelihood" comes from Nielsen's book. The library accepts it only for softmax outputs. */
  readonly cost: CostOption
  readonly initializer: InitializerName
}

/** The network of chapter 1 in Nielsen's book. */
export const defaultShape: Shape = {
  hidden: [dense(30)],
  output: 'sigmoid',
  cost: 'quadratic',
  initializer: 'normal',
}

export function readMachine({ backend, threads }: Values<typeof machineOptions>): LoadOptions {
  return { ...(backend && { backend }), ...(threads && { threads }) }
}

/**
 * Returns the settings of a network: those in `before`, with the changes from the command line.
 * @throws UsageError or OptionError if an option is invalid
 */
export function readShape(args: Values<typeof shapeOptions>, before: Shape = defaultShape): Shape {
  const { inputDropout = before.inputDropout } = args
  const typedCost = args.cost ?? before.cost
  const output = args.outputActivation ?? (typedCost === before.cost ? before.output : outputFor(typedCost))
  checkOutput(output)
  const hidden = readHidden(args, before.hidden)
  const { outputOptions, scaling } = before
  const layers = [...hidden, dense(1, output, outputOptions)]
  const known = new Set([before.output, ...before.hidden.map(({ activation }) => activation)])
  // The initializer of `before` may not suit a new activation, so a new activation selects the default initializer.
  const isNew = layers.some(({ activation }) => !known.has(activation))
  const named = args.cost ?? (output === before.output ? before.cost : defaultCost(dense(1, output)))
  const cost = output === 'softmax' && named === 'log-likelihood' ? 'cross-entropy' : named
  const initializer = args.initializer ?? (isNew ? defaultInitializer(layers) : before.initializer)
  return {
    hidden,
    output,
    ...(outputOptions && { outputOptions }),
    ...(inputDropout && { inputDropout }),
    ...(scaling && { scaling }),
    cost,
    initializer,
  }
}

const outputFor = (cost: CostOption): ActivationName => (cost === 'log-likelihood' ? 'softmax' : 'sigmoid')

function checkOutput(output: ActivationName): void {
  try {
    dense(1, output)
  } catch (error) {
    if (!(error instanceof OptionError)) throw error
    throw new UsageError(renamed(error, '--output-activation'), { cause: error })
  }
}

function readHidden(args: Values<typeof shapeOptions>, before: readonly DenseLayer[]): DenseLayer[] {
  const sizes = args.hidden ?? before.map(({ outputs }) => outputs)
  const activations = perLayer('activation', args.activation?.split(','), sizes.length)
  const shares = perLayer('dropout', args.dropout, sizes.length)
  return sizes.map((size, index) => {
    // An added layer takes its activation and its dropout from the last hidden layer of `before`.
    const like = before[Math.min(index, before.length - 1)]
    const dropout = shares ? shares[index] : like?.dropout
    const activation = (activations?.[index].trim() as ActivationName | undefined) ?? like?.activation
    const { parametrization, initializer } = like ?? {}
    return { ...dense(size, activation, { parametrization, initializer }), ...(dropout && { dropout }) }
  })
}

/**
 * Returns one value for each hidden layer. A single value from the command line holds for all layers.
 * @throws UsageError if the number of values is wrong
 */
function perLayer<T>(name: string, typed: readonly T[] | undefined, layers: number): readonly T[] | undefined {
  if (typed === undefined) return undefined
  if (layers === 0) throw new UsageError(`--${name} needs hidden layers, but this network has none`)
  if (typed.length === 1) return new Array<T>(layers).fill(typed[0])
  if (typed.length === layers) return typed
  const those = layers === 1 ? 'one hidden layer' : `${layers} hidden layers`
  throw new UsageError(`--${name} has ${typed.length} values, but this network has ${those}`)
}

/** Returns the settings of an existing network, without its numbers of inputs and outputs. */
export function shapeOf({ layers, inputDropout, scaling, cost, initializer }: NetworkDescription): Shape {
  const hidden = layers.slice(0, -1)
  const { activation: output, parametrization, initializer: own } = layers[layers.length - 1]
  const outputOptions = (parametrization || own) && { parametrization, initializer: own }
  return {
    hidden,
    output,
    ...(outputOptions && { outputOptions }),
    ...(inputDropout && { inputDropout }),
    ...(scaling && { scaling }),
    cost,
    initializer,
  }
}

/** Creates a network after the data have been read, because the numbers of inputs and outputs are known only then. */
export type MakeNetwork = (inputs: number, outputs: number) => Network

/**
 * Returns a function that creates networks with these settings. The function may throw an OptionError or a
 * BackendError.
 */
export function networkMaker({ hidden, output, outputOptions, ...shape }: Shape, options: NetworkOptions): MakeNetwork {
  return (inputs, outputs) => {
    const layers = [...hidden, dense(outputs, output, outputOptions)]
    return new Network({ inputs, layers, ...shape }, options)
  }
}

/** Returns the sizes of all layers: "784-30-10". */
export function sizesOf({ description: { inputs, layers } }: Network): string {
  return [inputs, ...layers.map(({ outputs }) => outputs)].join('-')
}

/** Describes the backend: "native (OpenBLAS 0.3.21, Zen kernels, AVX2 vectors)". */
export function backendOf({ backend: { name, detail } }: Network): string {
  return `${name} (${detail})`
}
