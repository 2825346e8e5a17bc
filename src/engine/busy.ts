import { builtinIfThere } from '../base/builtin.js'
import { NetworkBusyError } from '../base/errors.js'

/** Who may use a network's memory, and when. */
export interface BusyState {
  /** @throws NetworkBusyError saying that `what` has to wait */
  requireIdle(what: string): void
  /**
   * Runs `work` while the network counts as busy with `what`. A batch of a stream, which ends within milliseconds, is
   * waited for. @throws NetworkBusyError where the network is busy with anything else
   */
  occupy<T>(what: string, work: () => Promise<T>): Promise<T>
  /**
   * The same for a batch of a stream: it waits for whatever the network is busy with, and for those that came before.
   * @throws NetworkBusyError in a source that the network learns from, whose answer the run waits for
   */
  takeTurn<T>(what: string, work: () => Promise<T>): Promise<T>
  /** Calls a source that the network learns from. */
  askSource<T>(ask: () => T): T
  /** Says that the source is not asked any more. Until then promises take a little longer, in older versions of Node. */
  leaveSource(): void
}

export function createBusyState(): BusyState {
  let busy: string | undefined
  /** Whether that is a batch of a stream. */
  let brief = false
  let waiting: (() => void)[] = []
  const hooks = builtinIfThere('node:async_hooks')
  /** Tells what the source does, also later on, from what others do meanwhile. Browsers have nothing of the kind. */
  const inSource = hooks && new hooks.AsyncLocalStorage<true>()

  function requireIdle(what: string): void {
    if (busy) throw new NetworkBusyError(`the network is busy: ${what} must wait until ${busy} ends`)
  }

  /** All are woken, in the order in which they came: the first that finds the network idle has it. */
  const change = () => new Promise<void>((resolve) => waiting.push(resolve))

  async function hold<T>(what: string, isBrief: boolean, work: () => Promise<T>): Promise<T> {
    busy = what
    brief = isBrief
    try {
      return await work()
    } finally {
      busy = undefined
      // They come before whoever waits for this work: a stream with a batch ready for the next turn lets others in between.
      const woken = waiting
      waiting = []
      for (const wake of woken) wake()
    }
  }

  return {
    requireIdle,
    // Without a pause where the network is idle: from this turn of the event loop on it is busy.
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
