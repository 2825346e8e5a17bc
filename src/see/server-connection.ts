import { createUnframer, decode, encode } from './codec.js'
import type { AnswerOf, Command, Connection, QuestionName, QuestionOf, Watcher } from './protocol.js'
import { maxStreamMessage, messageType, pageHeader, type StreamMessage, tokenHeader } from './wire.js'

export interface ServerAddress {
  /** The origin of the server, such as http://127.0.0.1:5784. */
  readonly origin: string
  readonly token: string
}

/** The waiting times before connecting again, in milliseconds. The last one repeats. */
const retryMilliseconds = [200, 500, 1000, 2000]

/**
 * Connects a page to a session on the server. The stream begins with the first watcher and ends with the last. If it
 * is lost, the connection tries again until it is there.
 */
export function connectToServer({ origin, token }: ServerAddress, id: string): Connection {
  const headers = { [tokenHeader]: token, [pageHeader]: id }

  async function post(path: string, body: unknown): Promise<unknown> {
    const response = await fetch(`${origin}${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': messageType },
      body: encode(body),
    })
    if (!response.ok) throw new Error((await response.text()).trim())
    return decode(new Uint8Array(await response.arrayBuffer()))
  }

  /** Reads the stream to its end. Returns why the server refused it, or undefined if it did not. */
  async function read(watcher: Watcher, signal: AbortSignal, connected: () => void): Promise<string | undefined> {
    const response = await fetch(`${origin}/stream`, { headers, signal })
    if (!response.ok || !response.body) return (await response.text()).trim()
    connected()
    const unframe = createUnframer(maxStreamMessage)
    const reader = response.body.getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done || signal.aborted) return undefined
      for (const bytes of unframe(value)) pass(decode(bytes) as StreamMessage, watcher)
    }
  }

  async function follow(watcher: Watcher, signal: AbortSignal): Promise<void> {
    let failures = 0
    while (!signal.aborted) {
      const problem = await read(watcher, signal, () => {
        failures = 0
        watcher.connected(true)
      }).catch(() => undefined)
      if (signal.aborted) return
      watcher.connected(false, problem)
      const wait = retryMilliseconds[Math.min(failures++, retryMilliseconds.length - 1)]
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
  }

  return {
    id,
    watch(watcher) {
      const ended = new AbortController()
      follow(watcher, ended.signal)
      return () => ended.abort()
    },
    async command(command: Command) {
      await post('/command', command)
    },
    async ask<Name extends QuestionName>(name: Name, question: QuestionOf<Name>) {
      return (await post('/ask', { name, question })) as AnswerOf<Name>
    },
  }
}

function pass(message: StreamMessage, watcher: Watcher): void {
  if ('state' in message) watcher.state(message.state)
  else if ('event' in message) watcher.event(message.event)
  else if ('frame' in message) watcher.frame(message.frame)
}
