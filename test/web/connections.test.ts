import { afterEach, describe, expect, it } from 'vitest'
import type { Frame, SessionEvent, State, Watcher } from '#src/see/protocol'
import { connectToPort, type OwnSession, type Port, serveOnPort } from '../../web/connect/port.js'
import { type Visibility, watchWhileVisible } from '../../web/connect/while-visible.js'

const state = { session: 'one', event: 0 } as unknown as State
const start = { id: 'page', digits: { training: 10, test: 5 }, isTrained: false }
const frameAt = (batches: number): Frame => ({ batches, parameters: Float32Array.of(batches), neurons: 1 })
const turns = () => new Promise((resolve) => setTimeout(resolve, 20))

const channels: { readonly port1: { close(): void } }[] = []
afterEach(() => {
  for (const { port1 } of channels.splice(0)) port1.close()
})

/** A session that is the test, at the other end of a channel. */
function openChannel(make?: () => Promise<OwnSession>) {
  const watchers: Watcher[] = []
  let ended = 0
  let closed = 0
  const session: OwnSession = {
    watch(watcher) {
      watchers.push(watcher)
      watcher.state(state)
      return () => {
        ended++
      }
    },
    async command({ do: name }) {
      if (name === 'pause') throw new Error('another page is in control')
    },
    ask: async (name) => ({ asked: name }) as never,
    async close() {
      closed++
    },
  }
  const channel = new MessageChannel()
  channels.push(channel)
  serveOnPort(make ?? (async () => session), channel.port2 as unknown as Port)
  const connection = connectToPort(channel.port1 as unknown as Port, start)
  return { connection, watchers, ended: () => ended, closed: () => closed }
}

function collect() {
  const heard: unknown[] = []
  const watcher: Watcher = {
    state: (state) => heard.push(['state', state.session]),
    event: ({ number }) => heard.push(['event', number]),
    frame: ({ batches }) => heard.push(['frame', batches]),
    connected: (isConnected, problem) => heard.push(['connected', isConnected, problem]),
  }
  return { heard, watcher }
}

describe('a connection through a port', () => {
  it('passes the state, commands, questions and refusals', async () => {
    const { connection } = openChannel()
    const { heard, watcher } = collect()
    connection.watch(watcher)
    await connection.command({ do: 'learn', pace: 'full' })
    await expect(connection.command({ do: 'pause' })).rejects.toThrow('another page is in control')
    expect(await connection.ask('evaluation', {})).toEqual({ asked: 'evaluation' })
    expect(heard).toEqual([['state', 'one']])
  })

  it('sends a slow page only the latest frame, and leaves the frames of the session alone', async () => {
    const { connection, watchers } = openChannel()
    const { heard, watcher } = collect()
    connection.watch(watcher)
    await turns()
    const frames = [1, 2, 3, 4].map(frameAt)
    // The page has had no turn to say that it has received the first.
    for (const frame of frames) watchers[0].frame(frame)
    await turns()
    expect(heard.slice(1)).toEqual([
      ['frame', 1],
      ['frame', 4],
    ])
    expect(frames.map(({ parameters }) => parameters.length)).toEqual([1, 1, 1, 1])
  })

  it('sends no frame of a network after the event that replaced it', async () => {
    const { connection, watchers } = openChannel()
    const { heard, watcher } = collect()
    connection.watch(watcher)
    await turns()
    watchers[0].frame(frameAt(1))
    watchers[0].frame(frameAt(2))
    watchers[0].event({ number: 1, type: 'set', state: { shape: {} } } as unknown as SessionEvent)
    await turns()
    expect(heard.slice(1)).toEqual([
      ['frame', 1],
      ['event', 1],
    ])
  })

  it('ends a watch, and begins another with a new state', async () => {
    const { connection, watchers, ended } = openChannel()
    const first = collect()
    const second = collect()
    connection.watch(first.watcher)()
    connection.watch(second.watcher)
    await turns()
    expect([ended(), watchers.length, second.heard]).toEqual([1, 2, [['state', 'one']]])
  })

  it('ends the session with the connection, so that it does not learn on in the page', async () => {
    const { connection, closed } = openChannel()
    connection.close()
    await turns()
    expect(closed()).toBe(1)
  })

  it('says why there is no session', async () => {
    const { connection } = openChannel(async () => {
      throw new Error('there is too little memory')
    })
    const { heard, watcher } = collect()
    connection.watch(watcher)
    await expect(connection.ask('evaluation', {})).rejects.toThrow('there is too little memory')
    expect(heard).toEqual([['connected', false, 'there is too little memory']])
  })
})

describe('a connection of a tab', () => {
  it('watches only while the tab can be seen', () => {
    const listeners = new Set<() => void>()
    const page = {
      hidden: true,
      addEventListener: (_: string, listener: () => void) => listeners.add(listener),
      removeEventListener: (_: string, listener: () => void) => listeners.delete(listener),
    }
    const show = (hidden: boolean) => {
      page.hidden = hidden
      for (const listener of listeners) listener()
    }
    const calls: string[] = []
    const connection = {
      id: 'page',
      watch() {
        calls.push('watch')
        return () => calls.push('end')
      },
    }
    const end = watchWhileVisible(connection as never, page as Visibility).watch(collect().watcher)
    expect(calls).toEqual([])
    show(false)
    show(false)
    show(true)
    show(false)
    end()
    show(false)
    expect(calls).toEqual(['watch', 'end', 'watch', 'end'])
    expect(listeners.size).toBe(0)
  })
})
