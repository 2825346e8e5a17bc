import { once } from 'node:events'
import type { State } from '#src/see/protocol'
import { connectToServer } from '#src/see/server-connection'
import { type StartCircumstances, start } from '../cli/program.js'

/** A program that shows a page, started as a process. */
export interface SeeProgram {
  readonly child: ReturnType<typeof start>
  /** The address that it printed, with the token. */
  readonly address: string
  readonly origin: string
  readonly token: string
  /** Resolves to the first match in what the program prints, or to null if the program ends before. */
  prints(pattern: RegExp): Promise<RegExpExecArray | null>
  /** Stops the program as Ctrl-C does, and resolves to its exit code. */
  stop(): Promise<number | null>
}

/** Starts `descent see` or `descent train --see`, and resolves when it has printed the address of its page. */
export async function startSee(args: readonly string[], circumstances: StartCircumstances = {}): Promise<SeeProgram> {
  const child = start(args, circumstances)
  let printed = ''
  child.stdout.on('data', (text) => {
    printed += text
  })
  const prints = (pattern: RegExp) =>
    new Promise<RegExpExecArray | null>((resolve) => {
      const look = () => {
        const found = pattern.exec(printed)
        if (found) resolve(found)
      }
      child.stdout.on('data', look)
      child.on('exit', () => resolve(null))
      look()
    })
  const found = await prints(/^the page is at ((http:\/\/127\.0\.0\.1:\d+)\/#token=([\w-]+))$/m)
  if (!found) throw new Error(`${args.join(' ')} printed no address, but: ${printed}`)
  const [, address, origin, token] = found
  return {
    child,
    address,
    origin,
    token,
    prints,
    async stop() {
      const exit = once(child, 'exit')
      child.kill('SIGINT')
      return (await exit)[0]
    },
  }
}

/** Resolves to the state that a page with this id gets first. */
export function stateOf({ origin, token }: Pick<SeeProgram, 'origin' | 'token'>, page: string): Promise<State> {
  return new Promise((resolve) => {
    const stop = connectToServer({ origin, token }, page).watch({
      state(state) {
        stop()
        resolve(state)
      },
      event: () => undefined,
      frame: () => undefined,
      connected: () => undefined,
    })
  })
}
