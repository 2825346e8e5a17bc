/** Starts jobs of several processes, disturbs them, and compares what they have saved. */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { childEnvironment } from '../../dist/distributed.js'
import { Network } from '../../dist/index.js'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** The command that runs descent-nn. */
export const descent = [process.execPath, join(root, 'dist', 'bundle', 'cli', 'main.js')]

/** Open MPI refuses to work for root without these variables. */
const asRoot = { OMPI_ALLOW_RUN_AS_ROOT: '1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1' }

/** All processes of a job have this environment variable, so that they are found, whichever program has started them. */
const mark = 'DESCENT_CHECK'

/**
 * @typedef {object} Ended
 * @property {number | null | 'hangs'} code the exit code; 'hangs' if the job had to be killed
 * @property {number} seconds how long the job took
 * @property {string} output what it printed, on both streams
 * @property {number} left how many of its processes were left when it ended
 */

/**
 * @typedef {object} Job
 * @property {Promise<Ended>} ended
 * @property {() => number} seconds the seconds since the start
 * @property {() => string} output what the job has printed so far
 * @property {() => { pid: number, rank: number }[]} ranks the processes of the trained program
 * @property {(text: string) => Promise<number>} says waits until the job has printed the text; the seconds since the start
 * @property {(signal: NodeJS.Signals) => void} send sends a signal to the command
 */

/** What the machine runs at the moment, to be ended if this program ends early. @type {Set<string>} */
const running = new Set()

/**
 * Starts a command. Its job is killed, and counts as hanging, if it takes longer than `limit` seconds.
 *
 * @param {readonly string[]} command
 * @param {{ env?: Record<string, string>, cwd?: string, limit?: number }} [options]
 * @returns {Job}
 */
export function startJob([program, ...args], { env = {}, cwd, limit = 300 } = {}) {
  const id = randomUUID()
  const start = performance.now()
  const seconds = () => (performance.now() - start) / 1000
  running.add(id)
  const child = spawn(program, args, {
    cwd,
    env: { ...childEnvironment(), ...asRoot, NO_COLOR: '1', ...env, [mark]: id },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text
    })
  }
  let hangs = false
  const timer = setTimeout(() => {
    hangs = true
    killJob(id)
  }, 1000 * limit)
  let isOver = false
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', async (code) => {
      clearTimeout(timer)
      isOver = true
      const duration = seconds()
      // A launcher may end some moments before the system has ended the last process.
      for (let tries = 0; tries < 30 && processesOf(id).length > 0; tries++) await pause(100)
      const left = processesOf(id).length
      killJob(id)
      running.delete(id)
      resolve({ code: hangs ? 'hangs' : code, seconds: duration, output, left })
    })
  })
  return {
    ended,
    seconds,
    output: () => output,
    ranks: () => processesOf(id).flatMap(({ pid, rank }) => (rank === undefined ? [] : [{ pid, rank }])),
    async says(text) {
      while (!output.includes(text)) {
        if (isOver) throw new Error(`the job ended without "${text}":\n${output}`)
        await pause(20)
      }
      return seconds()
    },
    send: (signal) => void child.kill(signal),
  }
}

/** Kills all jobs that still run. */
export function killJobs() {
  for (const id of running) killJob(id)
}

/** @param {string} id */
function killJob(id) {
  for (const { pid } of processesOf(id)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // The process has just ended.
    }
  }
}

/**
 * Returns the processes of a job. Only those that run Node and were started by a launcher have a rank.
 *
 * @param {string} id
 * @returns {{ pid: number, rank: number | undefined }[]}
 */
function processesOf(id) {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      const variables = readFileSync(`/proc/${name}/environ`, 'latin1').split('\0')
      if (!variables.includes(`${mark}=${id}`)) return []
      const runsNode = readlinkSync(`/proc/${name}/exe`) === process.execPath
      const [, rank] = /^(?:OMPI_COMM_WORLD_RANK|PMI_RANK|SLURM_PROCID)=(\d+)$/m.exec(variables.join('\n')) ?? []
      return [{ pid: Number(name), rank: runsNode && rank !== undefined ? Number(rank) : undefined }]
    } catch {
      // The process has ended.
      return []
    }
  })
}

/**
 * Returns a function that returns the arguments of a training run of 784-30-10, with 30 steps in an epoch, its folder of
 * checkpoints and the file of its network. Each run has its own.
 *
 * @param {string} work the folder for all of them
 */
export function trainingIn(work) {
  let runs = 0
  return (/** @type {number} */ epochs) => {
    const folder = join(work, `run-${++runs}`)
    const file = join(work, `run-${runs}.safetensors`)
    const shape = [
      '--count',
      '3000',
      '--batch-size',
      '100',
      '--hidden',
      '30',
      '--epochs',
      String(epochs),
      '--seed',
      '1',
    ]
    return { args: ['train', ...shape, '--checkpoint', folder, '--checkpoint-steps', '40', '-o', file], folder, file }
  }
}

/** @param {number} milliseconds @returns {Promise<void>} */
export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Returns whether two saved networks have the same bits. @param {string} a @param {string} b */
export const sameBits = (a, b) => readFileSync(a).equals(readFileSync(b))

/** Returns the norm of the difference of two saved networks, relative to that of the second. @param {string} a @param {string} b */
export async function difference(a, b) {
  const [{ parameters: x }, { parameters: y }] = await Promise.all([Network.load(a), Network.load(b)])
  let sum = 0
  for (let i = 0; i < y.length; i++) sum += (x[i] - y[i]) ** 2
  return Math.sqrt(sum) / Math.hypot(...y)
}

/** Prints a result. A wrong one makes the exit code 1. @param {boolean} ok @param {string} text @param {string} [output] */
export function report(ok, text, output = '') {
  console.log(`${ok ? 'ok   ' : 'WRONG'} ${text}`)
  if (ok) return
  process.exitCode = 1
  if (output !== '') console.log(output.replace(/^/gm, '      | '))
}

/** Ends the program because something that it needs is missing. @param {string} what @param {string} why @param {boolean} optional @returns {never} */
export function giveUp(what, why, optional) {
  console.log(`${what} ${optional ? 'are skipped' : 'cannot run here'}: ${why}.`)
  process.exit(optional ? 0 : 1)
}

/** @param {number} seconds */
export const inSeconds = (seconds) => `${seconds.toFixed(1)} s`
