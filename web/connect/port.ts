/** A connection to a session at the other end of a message port: in a worker, or in the page itself. */

import { messageOf } from '#src/base/errors'
import type { AnswerOf, Command, Connection, Frame, QuestionName, QuestionOf, Watcher } from '#src/see/protocol'

/** What a session begins with. */
export interface SessionStart {
  /** The id of the page. */
  readonly id: string
  /** The numbers of digits that the session draws to learn from and to test. */
  readonly digits: { readonly training: number; readonly test: number }
  /** Whether the session begins with the trained network that is shipped, instead of a new one. */
  readonly isTrained: boolean
}

/** What a page says to a session. */
type ToSession =
  /** The first message. */
  | { readonly type: 'start'; readonly start: SessionStart }
  /** Each watch has a number, because messages of the one before may still be on their way. */
  | { readonly type: 'watch'; readonly watch: number }
  | { readonly type: 'end' }
  /** The session is not needed anymore. */
  | { readonly type: 'close' }
  /** The page has received the last frame and can take another one. */
  | { readonly type: 'received' }
  | { readonly type: 'command'; readonly call: number; readonly command: Command }
  | { readonly type: 'ask'; readonly call: number; readonly name: QuestionName; readonly question: never }

/** What a session says to a page. */
type FromSession =
  | { readonly type: 'state'; readonly watch: number; readonly value: Parameters<Watcher['state']>[0] }
  | { readonly type: 'event'; readonly watch: number; readonly value: Parameters<Watcher['event']>[0] }
  | { readonly type: 'frame'; readonly watch: number; readonly value: Frame }
  /** There is no session, because it could not be made. */
  | { readonly type: 'failure'; readonly watch: number; readonly message: string }
  | { readonly type: 'answer'; readonly call: number; readonly value: unknown }
  | { readonly type: 'refusal'; readonly call: number; readonly message: string }

/** A worker, the inside of a worker, or a MessagePort. */
export interface Port {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void
  onmessage: ((event: MessageEvent) => unknown) | null
}

/** A session as its only page sees it. */
export type OwnSession = Omit<Connection, 'id'> & { close(): Promise<void> }

/**
 * Lets the page at the other end of the port use a session, which is made when the page starts it. Messages that come
 * before the session is made wait for it.
 */
export function serveOnPort(make: (start: SessionStart) => Promise<OwnSession>, port: Port): void {
  let making: Promise<OwnSession> = Promise.reject(new Error('the page has not started the session'))
  making.catch(() => {})
  let end = () => {}
  let watch = 0
  let isFrameOnWay = false
  let nextFrame: Frame | undefined

  const post = (message: FromSession, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)
  function postFrame(frame: Frame): void {
    // A page that is slow gets the latest frame when it has received the one before.
    nextFrame = isFrameOnWay ? frame : undefined
    if (isFrameOnWay) return
    isFrameOnWay = true
    // The copy is the page's own, even if the session's array is in shared memory.
    const parameters = frame.parameters.slice()
    post({ type: 'frame', watch, value: { ...frame, parameters } }, [parameters.buffer as ArrayBuffer])
  }
  function begin(session: OwnSession, number: number): void {
    end()
    watch = number
    isFrameOnWay = false
    nextFrame = undefined
    end = session.watch({
      state: (value) => post({ type: 'state', watch, value }),
      event(value) {
        // A frame of the network that was there before must not follow.
        if (value.type === 'set' && value.state.shape) nextFrame = undefined
        post({ type: 'event', watch, value })
      },
      frame: postFrame,
      connected: () => {},
    })
  }
  async function answer(call: number, work: Promise<unknown>): Promise<void> {
    try {
      post({ type: 'answer', call, value: await work })
    } catch (error) {
      post({ type: 'refusal', call, message: messageOf(error) })
    }
  }
  port.onmessage = async ({ data }: { readonly data: ToSession }) => {
    switch (data.type) {
      case 'start':
        making = make(data.start)
        // Who asks for the session hears of the failure.
        making.catch(() => {})
        return
      case 'watch':
        return making.then(
          (session) => begin(session, data.watch),
          (error) => post({ type: 'failure', watch: data.watch, message: messageOf(error) }),
        )
      case 'end':
        return making.then(
          () => {
            end()
            end = () => {}
          },
          () => {},
        )
      case 'close':
        return making.then(
          (session) => session.close(),
          () => {},
        )
      case 'received': {
        isFrameOnWay = false
        if (nextFrame) postFrame(nextFrame)
        return
      }
      case 'command':
        return answer(
          data.call,
          making.then((session) => session.command(data.command)),
        )
      case 'ask':
        return answer(
          data.call,
          making.then((session) => session.ask(data.name, data.question)),
        )
    }
  }
}

/** Starts the session at the other end of a port, and connects to it. `close` ends the session. */
export function connectToPort(port: Port, start: SessionStart): Connection & { close(): void } {
  const calls = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let calling = 0
  let watching = 0
  let watcher: Watcher | undefined

  const post = (message: ToSession) => port.postMessage(message, [])
  function call(message: (call: number) => ToSession): Promise<unknown> {
    const number = calling++
    return new Promise((resolve, reject) => {
      calls.set(number, { resolve, reject })
      post(message(number))
    })
  }
  port.onmessage = ({ data }: { readonly data: FromSession }) => {
    if ('watch' in data) {
      if (data.type === 'frame') post({ type: 'received' })
      if (data.watch === watching) tell(data, watcher)
      return
    }
    const waiting = calls.get(data.call)
    calls.delete(data.call)
    if (data.type === 'answer') waiting?.resolve(data.value)
    else waiting?.reject(new Error(data.message))
  }
  post({ type: 'start', start })
  return {
    id: start.id,
    watch(next) {
      watcher = next
      watching++
      post({ type: 'watch', watch: watching })
      return () => {
        if (watcher !== next) return
        watcher = undefined
        post({ type: 'end' })
      }
    },
    close: () => post({ type: 'close' }),
    async command(command) {
      await call((call) => ({ type: 'command', call, command }))
    },
    async ask<Name extends QuestionName>(name: Name, question: QuestionOf<Name>) {
      return (await call((call) => ({ type: 'ask', call, name, question: question as never }))) as AnswerOf<Name>
    },
  }
}

/** Tells a watcher what the session says of itself. */
function tell(message: Extract<FromSession, { watch: number }>, watcher: Watcher | undefined): void {
  switch (message.type) {
    case 'state':
      watcher?.state(message.value)
      break
    case 'event':
      watcher?.event(message.value)
      break
    case 'frame':
      watcher?.frame(message.value)
      break
    case 'failure':
      watcher?.connected(false, message.message)
  }
}
