/**
 * Lists the contenders, which are the libraries and programs that the benchmark compares. Says how each of them is
 * started, and whether it can run on this machine.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Network } from '#src/index'
import { buildProgram, reasonOf, sourceFolder } from './contenders/build.js'
import { peersFolder, peerVersion } from './contenders/require-peer.js'
import type { Form } from './form.js'

export const tasks = ['kernels', 'training', 'latency', 'throughput'] as const
export type Task = (typeof tasks)[number]

export interface Contender {
  readonly name: string
  readonly tasks: readonly Task[]
  /** The program and its first arguments. The task and the arguments of the task follow them. */
  readonly command: readonly string[]
  readonly version?: string | undefined
  /** Why the contender cannot run on this machine. Undefined if it can. */
  readonly missing?: string | undefined
  /** The number of threads that the contender uses. Default 1. */
  readonly threads?: number
  /** The only batch size with which the contender can train. Undefined if it can train with any batch size. */
  readonly batchSize?: number
  /** The contender is measured only if the network has a layer with at least this number of neurons. */
  readonly narrowest?: number
  /**
   * Whether the contender's parameters after training must equal those of the native backend on one thread, bit for
   * bit.
   */
  readonly exact?: boolean
  /** Returns the reason why the contender does not support a network, or undefined if it supports the network. */
  readonly cannot?: (network: Form) => string | undefined
  /** A note that the report prints about the contender's figures. */
  readonly note?: string
}

/** The folders and programs that contenders need. */
export interface Places {
  /** The folder where `npm run bench:peers` installs the libraries with which descent is compared. */
  readonly peers: string
  readonly python: string
  readonly compiler: string
  /** A folder for compiled programs. */
  readonly scratch: string
}

/**
 * The default folders and programs. The default Python is the system's Python, because NumPy and PyTorch are installed
 * as system packages. Another Python on the PATH may lack them.
 */
export const usualPlaces: Omit<Places, 'scratch'> = {
  peers: peersFolder,
  python: process.env.DESCENT_PYTHON ?? '/usr/bin/python3',
  compiler: process.env.CC ?? 'cc',
}

const program = fileURLToPath(new URL('../build-bench/contender.js', import.meta.url))
const inNode = (name: string) => [process.execPath, program, name]
const inference: readonly Task[] = ['latency', 'throughput']
const trainingToo: readonly Task[] = ['training', ...inference]

/**
 * The native backend is also measured on two threads if a layer has at least this width. In narrower layers, a second
 * thread has no work.
 */
const wide = 800

/**
 * Lists all contenders. Whether a contender can run is checked only when its `find` function is called, because the
 * check may take seconds.
 */
export function listContenders(places: Places, threads = 1, cores = availableParallelism()) {
  const { version } = process
  const all: Readonly<Record<string, (name: string) => Omit<Contender, 'name'>>> = {
    native: () => ({ tasks, ...native(), threads }),
    'native on 2 threads': () => ({ tasks: ['training', 'throughput'], ...native(), threads: 2, narrowest: wide }),
    wasm: (name) => ({ tasks: trainingToo, command: inNode(name), version }),
    typescript: (name) => ({ tasks, command: inNode(name), version }),
    'plain loop': (name) => ({ tasks, command: inNode(name), version }),
    'bare loop in C': () => ({ ...bareLoop(places), threads }),
    numpy: () => ({ ...ofPython('numpy', places), threads }),
    torch: () => ({ ...ofPython('torch', places), threads }),
    'tfjs wasm': (name) => ofPeer(name, ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm'], trainingToo, places),
    'tfjs cpu': (name) => ofPeer(name, ['@tensorflow/tfjs'], trainingToo, places),
    'brain.js': (name) => ({
      ...ofPeer(name, ['brain.js'], ['training'], places),
      batchSize: 1,
      cannot: ({ cost }) => (cost === 'quadratic' ? undefined : 'it has no softmax and no cross-entropy'),
      note: 'brain.js has no mini-batches: it trains on one example at a time, with the learning rate divided by the batch size; as many examples as a batch has count as a step',
    }),
    onnxruntime: (name) => ({
      ...ofPeer(name, ['onnxruntime-node'], inference, places),
      threads,
      note: 'onnxruntime returns a promise even for one row',
    }),
  }
  return Object.entries(all)
    .filter(([name]) => name !== 'native on 2 threads' || (threads === 1 && cores > 1))
    .map(([name, find]) => ({ name, find: (): Contender => ({ name, ...find(name) }) }))
}

function native(): Pick<Contender, 'command' | 'exact' | 'version' | 'missing'> {
  const ours = { command: inNode('native'), exact: true }
  try {
    return { ...ours, version: new Network([1, 1], { backend: 'native' }).backend.detail }
  } catch (error) {
    return { ...ours, missing: reasonOf(error) }
  }
}

function ofPeer(name: string, packages: readonly string[], of: readonly Task[], { peers }: Places): Contender {
  const versions = packages.map((one) => peerVersion(one, peers))
  const installed = versions.every((version) => version !== undefined)
  const contender = { name, tasks: of, command: inNode(name) }
  return installed
    ? { ...contender, version: versions[0] }
    : { ...contender, missing: 'not installed: npm run bench:peers' }
}

function ofPython(name: 'numpy' | 'torch', { python }: Places): Contender {
  const contender = {
    name,
    tasks: trainingToo,
    command: [python, join(sourceFolder, 'peers.py'), name],
  }
  const { status, error, stdout } = spawnSync(python, ['-c', `import ${name}; print(${name}.__version__)`], {
    encoding: 'utf8',
  })
  if (status === 0) return { ...contender, version: stdout.trim() }
  return { ...contender, missing: error ? `cannot start ${python}: ${error.message}` : `${python} has no ${name}` }
}

function bareLoop(places: Places): Contender {
  const contender = { name: 'bare loop in C', tasks: ['training', 'latency'], command: [] } as const
  try {
    const built = buildProgram('bare-loop', places)
    const [version] = execFileSync(places.compiler, ['--version'], { encoding: 'utf8' }).split('\n')
    const note =
      'without OpenBLAS, the bare loop computes one row (by dot products for four neurons at a time), and trains networks whose layers have at most 64 neurons'
    return { ...contender, command: [built], version, note }
  } catch (error) {
    return { ...contender, missing: reasonOf(error) }
  }
}

/**
 * Returns an array with a note about the contenders that use fewer threads than the user asked for. The array is empty
 * if there are no such contenders.
 */
export function onOneThread(contenders: readonly Contender[], threads: number): string[] {
  const staying = contenders.filter((one) => (one.threads ?? 1) < threads).map(({ name }) => name)
  return staying.length > 0 ? [`always on one thread: ${staying.join(', ')}`] : []
}
