import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { Network, writeIdx } from '#src/index'
import { addon, nativeExpected } from '../support/backends.js'
import { withoutWarnings } from '../support/node-warnings.js'

/** What `descent` runs. */
export const main = resolve(import.meta.dirname, '../../dist/bundle/cli/main.js')

/** The backends to run on: native too where it loads, or where the environment says that it must. */
export const backendsHere = 'addon' in addon || nativeExpected ? ['typescript', 'native'] : ['typescript']

export interface Circumstances {
  readonly input?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** What is started instead of the program. */
  readonly command?: readonly string[]
}

/** Starts the program, with no variable of ours but those that are given. */
export function start(
  args: readonly string[],
  { env = {}, cwd, command = [process.execPath, main] }: Circumstances = {},
) {
  const inherited = Object.entries(withoutWarnings(process.env)).filter(([name]) => !name.startsWith('DESCENT_'))
  const [file, ...first] = command
  return spawn(file, [...first, ...args], { cwd, env: { ...Object.fromEntries(inherited), ...env } })
}

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** What a program that was started said, and its exit code. */
export async function ended(child: ReturnType<typeof start>): Promise<Ended> {
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code, stdout, stderr }
}

/** Runs the program to its end. */
export async function run(args: readonly string[], circumstances: Circumstances = {}): Promise<Ended> {
  const child = start(args, circumstances)
  // It may end before it has read everything.
  child.stdin.on('error', () => undefined)
  child.stdin.end(circumstances.input)
  return ended(child)
}

/** Replaces what differs from run to run: times, speeds, and the backend's details. */
export function withoutTimes(output: string): string {
  return output
    .replaceAll(/\d[\d.]* s\b/g, 'T s')
    .replaceAll(/[\d,]+ examples a second/g, 'N examples a second')
    .replaceAll(/(native|typescript) \(.*\)/g, '$1 (...)')
}

/** 30 examples to learn from and 12 for the test: 2 x 2 pictures of three classes, each with one bright pixel. */
export async function writeExamples(folder: string): Promise<string> {
  mkdirSync(folder)
  for (const [name, rows] of [
    ['train', 30],
    ['t10k', 12],
  ] as const) {
    const labels = Uint8Array.from({ length: rows }, (_, row) => row % 3)
    const data = new Uint8Array(rows * 4).map((_, i) => (i % 4 === labels[Math.floor(i / 4)] ? 255 - (i % 50) : i % 30))
    await writeIdx(join(folder, `${name}-images-idx3-ubyte`), { shape: [rows, 2, 2], data })
    await writeIdx(join(folder, `${name}-labels-idx1-ubyte`), { shape: [rows], data: labels })
  }
  return folder
}

/** Saves a network whose answer is the place of the largest of three numbers. */
export async function writeLargestOfThree(path: string): Promise<string> {
  const parameters = [4, 0, 0, 0, 4, 0, 0, 0, 4, -2, -2, -2]
  await new Network([3, 3], { parameters, backend: 'typescript' }).save(path)
  return path
}
