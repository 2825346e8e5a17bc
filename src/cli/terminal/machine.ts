import { arch, availableParallelism, cpus, platform } from 'node:os'
import { BackendError, Network } from '../../index.js'
import { version } from './version.js'

type Availability =
  | { readonly loads: true; readonly detail: string }
  | { readonly loads: false; readonly reason: string }

/** The machine and the software that descent runs on. */
export interface Machine {
  readonly version: string
  readonly node: string
  readonly platform: string
  readonly cpu: string
  /** The number of threads that can run in parallel. */
  readonly cores: number
  /** Whether the native backend can be loaded, even if another backend is chosen. */
  readonly native: Availability
  /** Whether the WebAssembly backend is available, even if another backend is chosen. */
  readonly wasm: Availability
}

export function readMachineHere(): Machine {
  return {
    version,
    node: process.versions.node,
    platform: `${platform()} ${arch()}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    native: availabilityOf('native'),
    wasm: availabilityOf('wasm'),
  }
}

function availabilityOf(backend: 'native' | 'wasm'): Availability {
  try {
    return { loads: true, detail: new Network([1, 1], { backend }).backend.detail }
  } catch (error) {
    if (!(error instanceof BackendError)) throw error
    return { loads: false, reason: error.message }
  }
}

/** Describes the processor, such as "AMD EPYC, 2 threads at once". */
export function processorOf({ cpu, cores }: Machine): string {
  return `${cpu}, ${cores} ${cores === 1 ? 'thread' : 'threads'} at once`
}

/** Describes the software, such as "0.1.0 on Node 20.20.2, linux x64". */
export function programOf({ version, node, platform }: Machine): string {
  return `${version} on Node ${node}, ${platform}`
}
