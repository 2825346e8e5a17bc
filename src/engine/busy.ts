import { builtinIfThere } from '../base/builtin.js'
import { NetworkBusyError } from '../base/errors.js'

/** Controls who may use a network's memory, and when. */
export interface BusyState {
  /** @throws NetworkBusyError if the network is busy; its message says that `what` must wait */
  requireIdle(what: string): void
  /**
   * Runs `work` while the network counts as busy with `what`. If the network is busy with a batch of a stream, which ends within
   * milliseconds, waits for it. @throws NetworkBusyError if the network is busy with anything else
   */
  occupy<T>(what: string, work: () => Promise<T>): Promise<T>
  /**
   * The same for a batch of a stream, which waits for any other work and for batches that came earlier.
   * @throws NetworkBusyError if called by the source that the network is learning from, because the two would wait for each other
   */
  takeTurn<T>(what: string, work: () => Promise<T>): Promise<T>
  /** Calls the source that the network is learning from, so that `takeTurn` recognizes calls that come from it. */
  askSource<T>(ask: () => T): T
  /** Ends the tracking of calls from the source, which slows promises down in older versions of Node. */
  leaveSource(): void
}

export function createBusyState(): BusyState {
  let busy: string | undefined
  /** Whether the current work is a batch of a stream. */
  let brief = false
  let waiting: (() => void)[] = []
  const hooks = builtinIfThere('node:async_hooks')
  /** Tells calls from the source, even asynchronous ones, from other calls. Browsers do not have it. */
  const inSource = hooks && new hooks.AsyncLocalStorage<true>()

  function requireIdle(what: string): void {
    if (busy) throw new NetworkBusyError(`the network is busy: ${what} must wait until ${busy} ends`)
  }

  /** Resolves when work ends. All waiters wake up in the order in which they came, and the first takes the network. */
  const change = () => new Promise<void>((resolve) => waiting.push(resolve))

  async function hold<T>(what: string, isBrief: boolean, work: () => Promise<T>): Promise<T> {
    busy = what
    brief = isBrief
    try {
      return await work()
    } finally {
      busy = undefined
      // Waiters wake up before the caller of this work continues, so a stream with batches ready cannot starve them.
      const woken = waiting
      waiting = []
      for (const wake of woken) wake()
    }
  }

  return {
    requireIdle,
    // If the network is idle there must be no await here: it must be busy as soon as `occupy` returns.
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
