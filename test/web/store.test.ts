import { describe, expect, it } from 'vitest'
import type { Connection, Frame, SessionEvent, State, Watcher } from '#src/see/protocol'
import { createStore, learnOf, nothingSeen } from '../../web/store.js'

const shape = { inputs: 2, layers: [1] } as unknown as State['shape']
const stateAt = (event: number, session = 'one') => ({ session, event, shape, phase: 'idle' }) as unknown as State
const frame: Frame = { batches: 3, parameters: new Float32Array(3), neurons: 1 }
const paused = (number: number): SessionEvent => ({ number, type: 'set', state: { phase: 'paused' } })

describe('learnOf', () => {
  it('keeps the frame for the same session, and forgets it with the session', () => {
    const seen = { ...nothingSeen, state: stateAt(1), frame }
    expect(learnOf(seen, { type: 'state', state: stateAt(5) }).frame).toBe(frame)
    expect(learnOf(seen, { type: 'state', state: stateAt(5, 'two') }).frame).toBeUndefined()
  })

  it('forgets the frame of a network that was replaced', () => {
    const seen = { ...nothingSeen, state: stateAt(1), frame }
    const next = learnOf(seen, { type: 'event', event: { number: 2, type: 'set', state: { shape: { ...shape } } } })
    expect(next.frame).toBeUndefined()
    expect(learnOf(seen, { type: 'event', event: paused(2) }).frame).toBe(frame)
  })

  it('refuses an event that comes before the state', () => {
    expect(() => learnOf(nothingSeen, { type: 'event', event: paused(4) })).toThrow('event 4 came before the state')
  })

  it('knows why a connection was lost until it is there again', () => {
    const lost = learnOf(nothingSeen, { type: 'connected', isConnected: false, problem: 'the token is wrong' })
    expect(lost).toMatchObject({ isConnected: false, problem: 'the token is wrong' })
    expect(learnOf(lost, { type: 'state', state: stateAt(1) })).toMatchObject({ isConnected: true, problem: undefined })
  })
})

/** A connection whose session is the test. */
function fakeConnection() {
  const watchers: Watcher[] = []
  let ended = 0
  const connection = {
    id: 'page',
    watch(watcher: Watcher) {
      watchers.push(watcher)
      return () => {
        ended++
      }
    },
  } as unknown as Connection
  return { connection, watchers, ended: () => ended }
}

describe('a store', () => {
  it('tells its listeners once before the browser draws, however much has changed', () => {
    const { connection, watchers } = fakeConnection()
    const waiting: (() => void)[] = []
    const store = createStore(connection, (draw) => waiting.push(draw))
    let told = 0
    store.subscribe(() => told++)
    watchers[0].state(stateAt(1))
    watchers[0].event(paused(2))
    watchers[0].frame(frame)
    expect([told, waiting.length]).toEqual([0, 1])
    waiting[0]()
    expect([told, store.seen().state?.phase, store.seen().frame]).toEqual([1, 'paused', frame])
    watchers[0].event({ number: 3, type: 'set', state: { phase: 'learning' } })
    expect(waiting.length).toBe(2)
  })

  it('watches anew when an event is missing, and goes on from the new state', () => {
    const { connection, watchers, ended } = fakeConnection()
    const store = createStore(connection, (draw) => draw())
    watchers[0].state(stateAt(1))
    watchers[0].event(paused(3))
    expect([watchers.length, ended()]).toEqual([2, 1])
    watchers[1].state(stateAt(3))
    expect(store.seen().state?.event).toBe(3)
  })

  it('hears nothing after it was closed', () => {
    const { connection, watchers, ended } = fakeConnection()
    const store = createStore(connection, (draw) => draw())
    watchers[0].state(stateAt(1))
    store.close()
    watchers[0].state(stateAt(9))
    expect([store.seen().state?.event, ended()]).toEqual([1, 1])
  })
})
