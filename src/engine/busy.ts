import { builtinIfThere } from '../base/builtin.js'
import { NetworkBusyError } from '../base/errors.js'

/** Ensures that only one operation at a time uses a network's memory. */
export interface BusyState {
  /**
   * Checks that the network is idle.
   * @throws NetworkBusyError if the network is busy; the message says that `what` must wait
   */
  requireIdle(what: string): void
  /**
   * Runs `work`, and marks the network as busy with `what` until `work` ends. If a batch of a stream is using the
   * network, first waits for the end of this batch, which comes within milliseconds.
   * @throws NetworkBusyError if the network is busy with any other work
   */
  occupy<T>(what: string, work: () => Promise<T>): Promise<T>
  /**
   * Runs `work` for one batch of a stream, and marks the network as busy with `what` until `work` ends. First waits
   * until all earlier work has ended.
   * @throws NetworkBusyError if the network is learning from a source of batches, and this source makes the call while
   * the network is busy. If the call waited, the source and the network would wait for each other
   */
  takeTurn<T>(what: string, work: () => Promise<T>): Promise<T>
  /**
   * Runs `ask`, which calls the source of batches that the network is learning from. If the source calls `takeTurn`
   * meanwhile, `takeTurn` throws an error.
   */
  askSource<T>(ask: () => T): T
  /**
   * Stops tracking which calls come from the source. Call this when the source is closed, because the tracking makes
   * promises slower in older versions of Node.
   */
  leaveSource(): void
}

export function createBusyState(): BusyState {
  let busy: string | undefined
  /** Whether the current work is the processing of a batch of a stream, which takes only milliseconds. */
  let brief = false
  let waiting: (() => void)[] = []
  const hooks = builtinIfThere('node:async_hooks')
  /**
   * Marks calls that come from the source of batches, even asynchronous calls. Undefined in browsers, because they have
   * no AsyncLocalStorage.
   */
  const inSource = hooks && new hooks.AsyncLocalStorage<true>()

  function requireIdle(what: string): void {
    if (busy) throw new NetworkBusyError(`the network is busy: ${what} must wait until ${busy} ends`)
  }

  /**
   * Returns a promise that resolves when the current work ends. All waiting calls wake up in the order in which they
   * came, and the first call takes the network.
   */
  const change = () => new Promise<void>((resolve) => waiting.push(resolve))

  async function hold<T>(what: string, isBrief: boolean, work: () => Promise<T>): Promise<T> {
    busy = what
    brief = isBrief
    try {
      return await work()
    } finally {
      busy = undefined
      // Wake up the waiting calls before the caller of this work continues. Otherwise a stream that always has its next
      // batch ready would use the network forever, and the waiting calls would never get a turn.
      const woken = waiting
      waiting = []
      for (const wake of woken) wake()
    }
  }

  return {
    requireIdle,
    // If the network is idle, this function must not await anything before it calls `hold`. The network must be busy as
    // soon as `occupy` returns its promise.
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
