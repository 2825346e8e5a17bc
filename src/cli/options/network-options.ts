import {
  type ActivationName,
  type CostOption,
  type DenseLayer,
  dense,
  type InitializerName,
  type LoadOptions,
  Network,
  type NetworkDescription,
  type NetworkOptions,
  OptionError,
} from '../../index.js'
import type { Arguments } from '../parsing/arguments.js'
import { listOf, numberKind } from '../parsing/option-parsers.js'
import { UsageError } from '../parsing/usage-error.js'

/** Where a network runs. */
export const machineOptions = {
  backend: { value: 'NAME', meaning: 'auto: native where it loads (default), native or typescript' },
  threads: { value: 'N', meaning: 'threads that share the work of a command (default 1)' },
} as const

/** What a network is. */
export const shapeOptions = {
  hidden: { value: 'SIZES', meaning: 'neurons of each hidden layer: 30 (default), 100,30 or none' },
  activation: {
    value: 'NAME',
    meaning:
      'of hidden layers: sigmoid (default), tanh, relu, leaky-relu, elu, gelu, silu, softplus, identity or softmax; or one for each: relu,tanh',
  },
  'output-activation': {
    value: 'NAME',
    meaning: 'of the last layer, one of the same names (default sigmoid, and softmax for log-likelihood)',
  },
  cost: {
    value: 'NAME',
    meaning: "quadratic (default), cross-entropy (for softmax outputs also log-likelihood, the book's name) or huber",
  },
  initializer: {
    value: 'NAME',
    meaning:
      'how weights start: normal (default), scaled-normal, he, he-uniform, glorot, glorot-uniform, lecun, lecun-uniform or zeros',
  },
  dropout: {
    value: 'SHARE',
    meaning:
      'the share of the neurons of each hidden layer that is silenced in training, or one for each layer: 0.2,0.5',
  },
  'input-dropout': { value: 'SHARE', meaning: 'the share of the inputs that is silenced in training' },
  dtype: { value: 'NAME', meaning: 'float32 (default) or float64' },
} as const

/** What a network is, apart from the sizes that follow from its data. */
export interface Shape {
  readonly hidden: readonly DenseLayer[]
  /** The activation of the last layer. */
  readonly output: ActivationName
  readonly inputDropout?: number
  /** The library refuses the book's name for other outputs than softmax. */
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

/** @throws UsageError */
export function readMachine(args: Arguments<keyof typeof machineOptions>): LoadOptions {
  const backend = args.choice('backend', ['auto', 'native', 'typescript'])
  const threads = args.whole('threads', 1, 1024)
  return { ...(backend && { backend }), ...(threads && { threads }) }
}

export function readDtype(args: Arguments<keyof typeof shapeOptions>): Network['dtype'] | undefined {
  return args.choice('dtype', ['float32', 'float64'])
}

/** The shape that stood before, changed by what was typed. @throws UsageError, OptionError */
export function readShape(args: Arguments<keyof typeof shapeOptions>, before: Shape = defaultShape): Shape {
  // The library knows the names, and checks them.
  const named = (args.text('cost') ?? before.cost) as CostOption
  const initializer = (args.text('initializer') ?? before.initializer) as InitializerName
  const inputDropout = args.number('input-dropout', 'from 0 to below 1') ?? before.inputDropout
  const output = (args.text('output-activation') ??
    (named === before.cost ? before.output : outputFor(named))) as ActivationName
  checkOutput(output)
  const cost = output === 'softmax' && named === 'log-likelihood' ? 'cross-entropy' : named
  const hidden = readHidden(args, before.hidden)
  return { hidden, output, ...(inputDropout && { inputDropout }), cost, initializer }
}

const outputFor = (cost: CostOption): ActivationName => (cost === 'log-likelihood' ? 'softmax' : 'sigmoid')

function checkOutput(output: ActivationName): void {
  try {
    dense(1, output)
  } catch (error) {
    if (!(error instanceof OptionError)) throw error
    throw new UsageError(`--output-${error.message}`, { cause: error })
  }
}

const shareKind = listOf(numberKind('from 0 to below 1'), 'one for each hidden layer such as 0.2,0.5')

function readHidden(args: Arguments<keyof typeof shapeOptions>, before: readonly DenseLayer[]): DenseLayer[] {
  const sizes = args.sizes('hidden') ?? before.map(({ outputs }) => outputs)
  const activations = perLayer('activation', args.text('activation')?.split(','), sizes.length)
  const shares = perLayer('dropout', args.value('dropout', shareKind), sizes.length)
  return sizes.map((size, index) => {
    // A layer more than there were is like the last of them.
    const like = before[Math.min(index, before.length - 1)]
    const dropout = shares ? shares[index] : like?.dropout
    // The library knows the names, and checks them.
    const activation = (activations?.[index].trim() as ActivationName | undefined) ?? like?.activation
    return { ...dense(size, activation), ...(dropout && { dropout }) }
  })
}

/** What was typed, for each hidden layer: one thing for all of them, or as many as there are. @throws UsageError */
function perLayer<T>(name: string, typed: readonly T[] | undefined, layers: number): readonly T[] | undefined {
  if (typed === undefined) return undefined
  if (layers === 0) throw new UsageError(`--${name} is about hidden layers, and this network has none`)
  if (typed.length === 1) return new Array<T>(layers).fill(typed[0])
  if (typed.length === layers) return typed
  const those = layers === 1 ? 'one hidden layer' : `${layers} hidden layers`
  throw new UsageError(`--${name} is for ${typed.length} hidden layers, and this network has ${those}`)
}

/** The shape of a network that is there. */
export function shapeOf({ layers, inputDropout, cost, initializer }: NetworkDescription): Shape {
  const hidden = layers.slice(0, -1)
  const output = layers[layers.length - 1].activation
  return { hidden, output, ...(inputDropout && { inputDropout }), cost, initializer }
}

/** What is known of a network before its data: how to make one of so many inputs and outputs. */
export type MakeNetwork = (inputs: number, outputs: number) => Network

/** The function that makes networks throws OptionError or BackendError. */
export function networkMaker({ hidden, output, ...shape }: Shape, options: NetworkOptions): MakeNetwork {
  return (inputs, outputs) => new Network({ inputs, layers: [...hidden, dense(outputs, output)], ...shape }, options)
}

/** "784-30-10" */
export function sizesOf({ description: { inputs, layers } }: Network): string {
  return [inputs, ...layers.map(({ outputs }) => outputs)].join('-')
}

/** "native (OpenBLAS 0.3.21, Zen kernels, AVX2 vectors)" */
export function backendOf({ backend: { name, detail } }: Network): string {
  return `${name} (${detail})`
}
