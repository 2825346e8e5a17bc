import { type CostName, dense, type InitializerName, type LoadOptions, Network } from '../index.js'
import type { Arguments } from './arguments.js'

/** Where a network runs. */
export const machineOptions = {
  backend: { value: 'NAME', meaning: 'auto: native where it loads (default), native or typescript' },
  threads: { value: 'N', meaning: 'threads that share the work of a command (default 1)' },
} as const

/** The network of chapter 1 in Nielsen's book. */
export const defaultShape = { hidden: [30], cost: 'quadratic', initializer: 'normal' } as const

/** What a network is. */
export const shapeOptions = {
  hidden: { value: 'SIZES', meaning: 'neurons of each hidden layer: 30 (default), 100,30 or none' },
  cost: { value: 'NAME', meaning: 'quadratic (default) or cross-entropy' },
  initializer: { value: 'NAME', meaning: 'how weights start: normal (default) or scaled-normal' },
  dtype: { value: 'NAME', meaning: 'float32 (default) or float64' },
} as const

/** @throws UsageError */
export function readMachine(args: Arguments<keyof typeof machineOptions>): LoadOptions {
  const backend = args.choice('backend', ['auto', 'native', 'typescript'])
  const threads = args.whole('threads', 1, 1024)
  return { ...(backend && { backend }), ...(threads && { threads }) }
}

/** What is known of a network before its data: how to make one of so many inputs and outputs. */
export type MakeNetwork = (inputs: number, outputs: number) => Network

/** @throws UsageError, OptionError or BackendError, before anything else is done */
export function networkMaker(
  args: Arguments<keyof typeof shapeOptions>,
  machine: LoadOptions,
  seed?: number,
): MakeNetwork {
  const hidden = args.sizes('hidden') ?? defaultShape.hidden
  const dtype = args.choice('dtype', ['float32', 'float64'])
  // The library knows their names, and checks them.
  const cost = (args.text('cost') ?? defaultShape.cost) as CostName
  const initializer = (args.text('initializer') ?? defaultShape.initializer) as InitializerName
  const make = (inputs: number, layers: readonly number[]) =>
    new Network(
      { inputs, layers: layers.map((outputs) => dense(outputs)), cost, initializer },
      { ...machine, ...(dtype && { dtype }), ...(seed !== undefined && { seed }) },
    )
  // A wrong name or a backend that is not there must not come to light after the data are.
  make(1, [1])
  return (inputs, outputs) => make(inputs, [...hidden, outputs])
}

/** "784-30-10" */
export function sizesOf({ description: { inputs, layers } }: Network): string {
  return [inputs, ...layers.map(({ outputs }) => outputs)].join('-')
}

/** "native (OpenBLAS 0.3.21, Zen kernels, AVX2 vectors)" */
export function backendOf({ backend: { name, detail } }: Network): string {
  return `${name} (${detail})`
}
