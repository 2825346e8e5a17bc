/** Who takes part, how it is started, and why it cannot take part here. */
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Network } from '#src/index'
import { peersFolder, peerVersion } from './contenders/require-peer.js'

export const tasks = ['kernels', 'training', 'latency', 'throughput'] as const
export type Task = (typeof tasks)[number]

export interface Contender {
  readonly name: string
  readonly tasks: readonly Task[]
  /** The program and what comes before the task. */
  readonly command: readonly string[]
  readonly version?: string | undefined
  /** Why it cannot run here. */
  readonly missing?: string | undefined
  /** It learns from batches of this size only. */
  readonly batchSize?: number
  /** What else is to be known of its figures. */
  readonly note?: string
}

/** Where contenders are looked for. */
export interface Places {
  /** Where `npm run bench:peers` installs. */
  readonly peers: string
  readonly python: string
  readonly compiler: string
  /** A folder for the program that the compiler makes. */
  readonly scratch: string
}

/** The system's own Python has NumPy and PyTorch from packages: any other on the PATH may be bare. */
export const usualPlaces: Omit<Places, 'scratch'> = {
  peers: peersFolder,
  python: process.env.DESCENT_PYTHON ?? '/usr/bin/python3',
  compiler: process.env.CC ?? 'cc',
}

const folder = fileURLToPath(new URL('../bench/peers', import.meta.url))
const program = fileURLToPath(new URL('../build-bench/contender.js', import.meta.url))
const inNode = (name: string) => [process.execPath, program, name]
const inference: readonly Task[] = ['latency', 'throughput']

export function findContenders(places: Places): Contender[] {
  const { version } = process
  return [
    { name: 'native', tasks, command: inNode('native'), ...native() },
    { name: 'typescript', tasks, command: inNode('typescript'), version },
    { name: 'plain loop', tasks, command: inNode('plain loop'), version },
    bareLoop(places),
    ofPython('numpy', places),
    ofPython('torch', places),
    ofPeer('tfjs wasm', ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm'], ['training', ...inference], places),
    ofPeer('tfjs cpu', ['@tensorflow/tfjs'], ['training', ...inference], places),
    {
      ...ofPeer('brain.js', ['brain.js'], ['training'], places),
      batchSize: 1,
      note: 'brain.js has no mini-batches: it learns from one example at a time, at the learning rate / the batch size',
    },
    {
      ...ofPeer('onnxruntime', ['onnxruntime-node'], inference, places),
      note: 'onnxruntime answers by a promise even for one row',
    },
  ]
}

function native(): Pick<Contender, 'version' | 'missing'> {
  try {
    return { version: new Network([1, 1], { backend: 'native' }).backend.detail }
  } catch (error) {
    return { missing: reasonOf(error) }
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
    tasks: ['training', ...inference] as const,
    command: [python, join(folder, 'peers.py'), name],
  }
  const { status, error, stdout } = spawnSync(python, ['-c', `import ${name}; print(${name}.__version__)`], {
    encoding: 'utf8',
  })
  if (status === 0) return { ...contender, version: stdout.trim() }
  return { ...contender, missing: error ? `cannot start ${python}: ${error.message}` : `${python} has no ${name}` }
}

/** Compiles the loop on bare OpenBLAS for this very machine. */
function bareLoop({ compiler, scratch }: Places): Contender {
  const built = join(scratch, 'bare-loop')
  const contender = { name: 'bare loop in C', tasks: ['training'], command: [built] } as const
  const flags = ['-O3', '-march=native', '-ffast-math', join(folder, 'bare-loop.c'), '-o', built, '-lopenblas', '-lm']
  try {
    execFileSync(compiler, flags, { stdio: 'pipe' })
    const [version] = execFileSync(compiler, ['--version'], { encoding: 'utf8' }).split('\n')
    return { ...contender, version }
  } catch (error) {
    return { ...contender, missing: `${compiler} does not build it: ${causeOf(error)}` }
  }
}

/** What a compiler said of its error, or why it could not be started. */
function causeOf(error: unknown): string {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr ?? '') : ''
  return said.split('\n').find((line) => /error|cannot/.test(line)) ?? reasonOf(error)
}

/** The first line of an error's message. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]
}
