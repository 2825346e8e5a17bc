import type { Connection, Frame, SessionEvent, State, Watcher } from '#src/see/protocol'
import { reduce } from '#src/see/reduce'

/** What the page knows of its session. */
export interface Seen {
  /** Undefined until the session has answered for the first time. */
  readonly state: State | undefined
  /** The latest parameters. Undefined until the first frame. */
  readonly frame: Frame | undefined
  readonly isConnected: boolean
  /** Why there is no connection, if it is known. */
  readonly problem: string | undefined
}

/** What a session tells the page. */
export type News =
  | { readonly type: 'state'; readonly state: State }
  | { readonly type: 'event'; readonly event: SessionEvent }
  | { readonly type: 'frame'; readonly frame: Frame }
  | { readonly type: 'connected'; readonly isConnected: boolean; readonly problem: string | undefined }

export const nothingSeen: Seen = { state: undefined, frame: undefined, isConnected: false, problem: undefined }

/**
 * Returns what the page knows after a piece of news. A frame of an earlier session is forgotten with that session.
 * @throws Error if events are missing; the session must then be watched again from its state
 */
export function learnOf(seen: Seen, news: News): Seen {
  switch (news.type) {
    case 'state': {
      const isSame = seen.state?.session === news.state.session
      return { state: news.state, frame: isSame ? seen.frame : undefined, isConnected: true, problem: undefined }
    }
    case 'event': {
      if (!seen.state) throw new Error(`event ${news.event.number} came before the state`)
      const state = reduce(seen.state, news.event)
      // The frame of a network does not fit another network.
      return { ...seen, state, frame: state.shape === seen.state.shape ? seen.frame : undefined }
    }
    case 'frame':
      return { ...seen, frame: news.frame }
    case 'connected':
      return { ...seen, isConnected: news.isConnected, problem: news.problem }
  }
}

/** What the page knows, and who wants to hear of it. */
export interface Store {
  seen(): Seen
  /** Calls the listener after changes. Returns a function that ends it. */
  subscribe(listener: () => void): () => void
  close(): void
}

/**
 * Watches a session. `beforeDrawing` calls a function once before the browser draws, as `requestAnimationFrame` does:
 * listeners hear of all changes since then at once.
 */
export function createStore(connection: Connection, beforeDrawing: (draw: () => void) => void): Store {
  const listeners = new Set<() => void>()
  let seen = nothingSeen
  let isWaiting = false
  let isClosed = false
  let end = () => {}

  function tell(): void {
    isWaiting = false
    for (const listener of listeners) listener()
  }
  function take(news: News): void {
    if (isClosed) return
    try {
      seen = learnOf(seen, news)
    } catch {
      // Events are missing. A new watch starts with the whole state.
      end()
      end = connection.watch(watcher)
      return
    }
    if (isWaiting) return
    isWaiting = true
    beforeDrawing(tell)
  }
  const watcher: Watcher = {
    state: (state) => take({ type: 'state', state }),
    event: (event) => take({ type: 'event', event }),
    frame: (frame) => take({ type: 'frame', frame }),
    connected: (isConnected, problem) => take({ type: 'connected', isConnected, problem }),
  }
  end = connection.watch(watcher)
  return {
    seen: () => seen,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      isClosed = true
      listeners.clear()
      end()
    },
  }
}
