import { AsyncLocalStorage } from 'node:async_hooks'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { runCommandLine } from '#src/cli/command-line'
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
}

export interface StartCircumstances extends Circumstances {
  /** What is started instead of the program. */
  readonly command?: readonly string[]
}

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Starts the program as a process, with no variable of ours but those that are given. */
export function start(
  args: readonly string[],
  { env = {}, cwd, command = [process.execPath, main] }: StartCircumstances = {},
) {
  const inherited = Object.entries(withoutWarnings(process.env)).filter(([name]) => !name.startsWith('DESCENT_'))
  const [file, ...first] = command
  return spawn(file, [...first, ...args], { cwd, env: { ...Object.fromEntries(inherited), ...env } })
}

/** What a program that was started said, and its exit code. */
export async function ended(child: ReturnType<typeof start>): Promise<Ended> {
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code, stdout, stderr }
}

/** Runs the program to its end as a process: for what only a process shows, such as that nothing keeps it alive. */
export async function runProcess(args: readonly string[], circumstances: StartCircumstances = {}): Promise<Ended> {
  const child = start(args, circumstances)
  // It may end before it has read everything.
  child.stdin.on('error', () => undefined)
  child.stdin.end(circumstances.input)
  return ended(child)
}

interface Own {
  stdout: string
  stderr: string
  readonly stdin: Readable
  /** The listeners to the signals that end a process. A command leaves them to the end of its process. */
  readonly listeners: Parameters<typeof process.on>[]
}
const streams = new AsyncLocalStorage<Own>()
const { stdin } = process
Object.defineProperty(process, 'stdin', { get: () => streams.getStore()?.stdin ?? stdin })
for (const name of ['stdout', 'stderr'] as const) {
  const write = process[name].write.bind(process[name])
  process[name].write = (chunk: string | Uint8Array, ...rest: never[]): boolean => {
    const here = streams.getStore()
    if (here === undefined) return write(chunk, ...rest)
    here[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
    return true
  }
}
const on = process.on.bind(process)
process.on = (...listener: Parameters<typeof on>) => {
  streams.getStore()?.listeners.push(listener)
  return on(...listener)
}

/** The working folder and the variables of the runs in progress, which belong to the whole process. */
let surroundings = { key: '', runs: 0, leave: () => {} }
let idle = Promise.resolve()

/** Sets the folder and the variables for a run, and waits while runs with others are in progress. */
async function enter(cwd: string, env: Readonly<Record<string, string>>): Promise<void> {
  const key = JSON.stringify([cwd, env])
  while (surroundings.runs > 0 && surroundings.key !== key) await idle
  surroundings.runs++
  if (surroundings.runs > 1) return
  const before = { folder: process.cwd(), env: process.env, script: process.argv[1] }
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('DESCENT_'))
  let becomeIdle = () => {}
  idle = new Promise((resolve) => {
    becomeIdle = resolve
  })
  process.env = { ...Object.fromEntries(kept), ...env }
  process.argv[1] = main
  process.chdir(cwd)
  surroundings = {
    key,
    runs: 1,
    leave() {
      process.env = before.env
      process.argv[1] = before.script
      process.chdir(before.folder)
      becomeIdle()
    },
  }
}

/**
 * Runs the program in this process, because hundreds of tests run it, and most commands take less time than the start of a
 * process. The result has what this run wrote, even while others are in progress.
 */
export async function run(
  args: readonly string[],
  { input = '', env = {}, cwd = process.cwd() }: Circumstances = {},
): Promise<Ended> {
  await enter(cwd, env)
  const stdin = Readable.from(input.length > 0 ? [Buffer.from(input)] : [])
  const own: Own = { stdout: '', stderr: '', stdin, listeners: [] }
  try {
    const code = await streams.run(own, () => runCommandLine(args))
    return { code, stdout: own.stdout, stderr: own.stderr }
  } finally {
    for (const [name, listener] of own.listeners) process.off(name, listener)
    surroundings.runs--
    if (surroundings.runs === 0) surroundings.leave()
  }
}

/** Replaces what differs from run to run: times, speeds, and the backend's details. */
export function withoutTimes(output: string): string {
  return output
    .replaceAll(/\d[\d.]* s\b/g, 'T s')
    .replaceAll(/[\d,]+ examples a second/g, 'N examples a second')
    .replaceAll(/(native|wasm|typescript) \(.*\)/g, '$1 (...)')
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
