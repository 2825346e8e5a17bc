import type { ServerResponse } from 'node:http'
import { encodeFramed } from './codec.js'
import type { Frame, SessionEvent } from './protocol.js'
import type { Session } from './session.js'
import { messageType, type StreamMessage } from './wire.js'

/** The streams of the pages that watch a session. */
export interface Streams {
  /** Begins the stream of a page. Returns false if there are too many. */
  add(page: string, response: ServerResponse): boolean
  close(): void
}

const maxStreams = 32
/** A client with more unread bytes than this is dropped. When it connects again, it gets the whole state. */
const maxUnread = 4 * 2 ** 20
/** A message without content goes out at least this often, so that both sides notice a lost connection. */
const aliveMilliseconds = 5_000

/** @param patience how long a client may read nothing although something waits for it, in milliseconds */
export function createStreams(session: Session, patience: number): Streams {
  const ends = new Set<() => void>()
  const encodeOnce = rememberLast()

  function add(page: string, response: ServerResponse): boolean {
    if (ends.size >= maxStreams) return false
    response.writeHead(200, { 'content-type': messageType })
    response.socket?.setNoDelay(true)
    /** The latest frame, while the client has not read what was sent before. */
    let waiting: Frame | undefined
    let fullSince: number | undefined

    const write = (message: StreamMessage): void => {
      if (response.destroyed) return
      if (!response.write(encodeOnce(message))) fullSince ??= performance.now()
      // What ends the stream comes with its event `close`, because pages must not leave in the midst of an event.
      if (response.writableLength > maxUnread) response.destroy()
    }
    response.on('drain', () => {
      fullSince = undefined
      const frame = waiting
      waiting = undefined
      if (frame) write({ frame })
    })
    const timer = setInterval(
      () => {
        if (fullSince !== undefined && performance.now() - fullSince > patience) response.destroy()
        else if (fullSince === undefined) write({})
      },
      Math.min(aliveMilliseconds, patience),
    )
    const end = (): void => {
      if (!ends.delete(end)) return
      clearInterval(timer)
      stop()
      response.destroy()
    }
    ends.add(end)
    response.on('close', end)
    response.on('error', end)
    const stop = session.watch(page, {
      state: (state) => write({ state }),
      event: (event: SessionEvent) => write({ event }),
      frame(frame) {
        if (fullSince === undefined) write({ frame })
        else waiting = frame
      },
    })
    return true
  }

  return {
    add,
    close() {
      for (const end of [...ends]) end()
    },
  }
}

/** Returns a function that encodes a message. Clients that get the same event or frame share its bytes. */
function rememberLast(): (message: StreamMessage) => Uint8Array {
  let content: unknown
  let bytes: Uint8Array = new Uint8Array(0)
  return (message) => {
    const [next] = Object.values(message) as unknown[]
    if (next === undefined || next !== content) bytes = encodeFramed(message)
    content = next
    return bytes
  }
}
