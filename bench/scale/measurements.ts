import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Figure } from './figure.js'

/** A program in this folder that does one of the measurements. It runs in a process of its own. */
export interface Measurement {
  readonly name: string
  readonly program: string
  readonly options: readonly (string | number)[]
}

const backends = ['native', 'wasm', 'typescript'] as const

/** Returns the backend with this name. @throws Error if there is none */
export function backendOf(name: string): (typeof backends)[number] {
  const backend = backends.find((one) => one === name)
  if (!backend) throw new Error(`there is no backend ${name}`)
  return backend
}

/** Lists all measurements. With `short`, the measurements are small, and their times have no limits. */
export function measurements({ short, minutes }: { short: boolean; minutes: number }): Measurement[] {
  const count = (long: number, small: number) => (short ? small : long)
  const million = { native: count(1_000_000, 20_000), wasm: count(100_000, 10_000), typescript: count(100_000, 10_000) }
  const drop = count(30_000, 200)
  const wide = count(4096, 256)
  return [
    ...backends.map((backend) => ({
      name: `${million[backend]} x 784 bytes, ${backend}`,
      program: 'million.js',
      options: [backend, million[backend]],
    })),
    ...(['float32', 'float64'] as const).map((dtype) => ({
      name: `${wide}-${wide}-${wide}, ${dtype}`,
      program: 'wide.js',
      options: [dtype, wide],
    })),
    ...backends.map((backend) => ({
      name: `${drop} networks made and dropped, ${backend}`,
      program: 'drop.js',
      options: [backend, drop],
    })),
    ...backends.map((backend) => ({
      name: `training in 4 worker threads, ${backend}`,
      program: 'at-once.js',
      options: [backend, 4],
    })),
    ...backends.map((backend) => ({
      name: `${minutes} minutes of training, ${backend}`,
      program: 'long-run.js',
      options: [backend, minutes],
    })),
    { name: 'start', program: 'start.js', options: [count(20, 3), ...(short ? [] : ['limited'])] },
  ]
}

/** The figures of a program, or the error with which it ended. */
export type Outcome = { readonly figures: readonly Figure[] } | { readonly problem: string }

export async function runMeasurement({ program, options }: Measurement): Promise<Outcome> {
  const path = fileURLToPath(new URL(program, import.meta.url))
  const command = ['--expose-gc', path, ...options.map(String)]
  try {
    const { stdout } = await promisify(execFile)(process.execPath, command, { maxBuffer: 2 ** 24 })
    return { figures: JSON.parse(stdout) }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

/** Prints the figures as JSON, which `runMeasurement` reads. */
export function tell(figures: readonly Figure[]): void {
  process.stdout.write(`${JSON.stringify(figures)}\n`)
}
