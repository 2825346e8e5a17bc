import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Command, Connection } from '#src/see/protocol'
import { connectToServer } from '#src/see/server-connection'
import { randomId } from '#src/see/session'

/** What a server says about itself for the time since the last request. */
export interface Probed {
  /** The 99th percentile of the event loop's delay, in milliseconds. */
  readonly delay: number
  /** The resident memory after a garbage collection, in MB. */
  readonly memory: number
}

/** A process of `descent-nn see`. */
export interface ServerProcess {
  readonly address: string
  readonly origin: string
  readonly token: string
  probe(): Promise<Probed>
  /** Returns the processor time that the server has used since its start, in seconds. */
  processorTime(): Promise<number>
  /** Waits for the next news of learning, and returns the number of batches so far. Nothing watches afterwards. */
  learned(): Promise<number>
  /** Sends commands, the one after the other. Nothing watches the session afterwards. */
  command(...commands: readonly Command[]): Promise<void>
  close(): Promise<void>
}

const main = fileURLToPath(new URL('../../dist/bundle/cli/main.js', import.meta.url))
const probe = fileURLToPath(new URL('probe.js', import.meta.url))

/** Whether a process can be pinned to one processor while another process has another one. */
export const canPin = availableParallelism() > 1 && isThere('taskset')

function isThere(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Pins this process to processor 1, and so the browser that it starts later. */
export function pinThisProcess(): void {
  if (canPin) execFileSync('taskset', ['-a', '-c', '-p', '1', String(process.pid)], { stdio: 'ignore' })
}

/** The processors that a server may use: the first one alone, or the first two. */
export type Processors = '0' | '0,1'

/** Starts `descent-nn see` with some options, and waits until it prints its address. */
export async function startServer(
  options: readonly string[],
  processors: Processors,
  isProbed = true,
): Promise<ServerProcess> {
  const probing = isProbed ? ['--expose-gc', '--import', probe] : []
  const pinning = canPin ? ['taskset', '-c', processors] : []
  const [program, ...words] = [...pinning, process.execPath, ...probing, main, 'see', ...options]
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  const kill = () => child.kill('SIGKILL')
  process.on('exit', kill)
  const address = await addressOf(child)
  const { origin, hash } = new URL(address)
  const token = hash.slice('#token='.length)

  async function request(what: 'probe' | 'processor'): Promise<unknown> {
    child.send(what)
    const [answer] = await once(child, 'message')
    return answer
  }

  /** Watches the session while it is used. */
  async function watched<Result>(
    use: (connection: Connection, learned: Promise<number>) => Promise<Result>,
  ): Promise<Result> {
    const connection = connectToServer({ origin, token }, randomId())
    let end = () => {}
    let failures = 0
    let learn: (batches: number) => void
    const learned = new Promise<number>((resolve) => {
      learn = resolve
    })
    try {
      await new Promise<void>((resolve, reject) => {
        end = connection.watch({
          state: () => resolve(),
          event(event) {
            if (event.type === 'learned') learn(event.position.batches)
          },
          frame: () => {},
          connected(isConnected, problem) {
            // A server may close an idle connection just when it is used again.
            if (isConnected || ++failures < 3) return
            reject(new Error(`the server is not there: ${problem ?? 'no answer'}`))
          },
        })
      })
      return await use(connection, learned)
    } finally {
      end()
    }
  }
  return {
    address,
    origin,
    token,
    async probe() {
      return (await request('probe')) as Probed
    },
    async processorTime() {
      return (await request('processor')) as number
    },
    learned: () => watched((_, learned) => learned),
    command: (...commands) =>
      watched(async (connection) => {
        for (const command of [{ do: 'take-over' } as const, ...commands]) await connection.command(command)
      }),
    async close() {
      process.off('exit', kill)
      const closed = once(child, 'close')
      child.kill('SIGINT')
      await closed
    },
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      text += piece
      const found = /http:\S+/.exec(text)
      if (found && text.includes('\n', found.index)) resolve(found[0])
    })
    child.on('error', reject)
    child.on('close', (code) => reject(new Error(`descent-nn see ended with code ${code} before it had an address`)))
  })
}
