import { builtinIfThere } from '../base/builtin.js'
import { NetworkBusyError } from '../base/errors.js'

/** Controls who may use a network's memory, and when. */
export interface BusyState {
  /**
   * Checks that the network is idle.
   * @throws NetworkBusyError if the network is busy; the message says that `what` must wait
   */
  requireIdle(what: string): void
  /**
   * Runs `work` while the network counts as busy with `what`. If the network is busy with a batch of a stream, waits
   * for the end of that batch, which comes within milliseconds.
   * @throws NetworkBusyError if the network is busy with anything else
   */
  occupy<T>(what: string, work: () => Promise<T>): Promise<T>
  /**
   * Runs `work` like `occupy`, for a batch of a stream. Waits for any other work, and for batches that came earlier.
   * @throws NetworkBusyError if the network is learning from a source and the source itself makes this call, because
   * the source and the network would wait for each other
   */
  takeTurn<T>(what: string, work: () => Promise<T>): Promise<T>
  /** Calls the source that the network is learning from, so that `takeTurn` recognizes calls that come from it. */
  askSource<T>(ask: () => T): T
  /**
   * Ends the tracking of calls from the source, because this tracking slows promises down in older versions of Node.
   */
  leaveSource(): void
}

export function createBusyState(): BusyState {
  let busy: string | undefined
  /** Whether the current work is a batch of a stream. */
  let brief = false
  let waiting: (() => void)[] = []
  const hooks = builtinIfThere('node:async_hooks')
  /**
   * Distinguishes calls that come from the source, even asynchronous calls, from all other calls. It is undefined in
   * browsers.
   */
  const inSource = hooks && new hooks.AsyncLocalStorage<true>()

  function requireIdle(what: string): void {
    if (busy) throw new NetworkBusyError(`the network is busy: ${what} must wait until ${busy} ends`)
  }

  /**
   * Resolves when the current work ends. All waiters wake up in the order in which they came, and the first one takes
   * the network.
   */
  const change = () => new Promise<void>((resolve) => waiting.push(resolve))

  async function hold<T>(what: string, isBrief: boolean, work: () => Promise<T>): Promise<T> {
    busy = what
    brief = isBrief
    try {
      return await work()
    } finally {
      busy = undefined
      // The waiters wake up before the caller of this work continues. Otherwise a stream that always has the next batch
      // ready would keep the network from them forever.
      const woken = waiting
      waiting = []
      for (const wake of woken) wake()
    }
  }

  return {
    requireIdle,
    // If the network is idle, there must be no await in this function, because the network must be busy as soon as
    // `occupy` returns.
    async occupy(what, work) {
      while (busy && brief) await change()
      requireIdle(what)
      return hold(what, false, work)
    },
    async takeTurn(what, work) {
      while (busy) {
        if (inSource?.getStore()) {
          throw new NetworkBusyError(
            `the network is busy: ${what} would wait until ${busy} ends, and ${busy} waits for its source: a source cannot use the network that learns from it`,
          )
        }
        await change()
      }
      return hold(what, true, work)
    },
    askSource: (ask) => (inSource ? inSource.run(true, ask) : ask()),
    leaveSource: () => inSource?.disable(),
  }
}
