/** Resolves after the event loop has handled the events that are waiting. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve)
    else if (typeof MessageChannel === 'function') {
      // Use a message instead of a timer: in a web page, nested timers wait for at least 4 ms, but a message does not
      // wait.
      const { port1, port2 } = new MessageChannel()
      // Node's types lack `onmessage`, which web pages have.
      Object.assign(port1, {
        onmessage() {
          port1.close()
          resolve()
        },
      })
      port2.postMessage(undefined)
    } else setTimeout(resolve, 0)
  })
}

/** How long one turn of the event loop may take, in milliseconds, before other work should run. */
const longTurn = 2
/** When `isLongTurn` was first called in this turn of the event loop. */
let began: number | undefined

/**
 * Whether this turn of the event loop has lasted too long, measured from the first call in the turn. Awaiting only
 * promises that are already settled does not end a turn. Results of native threads may not end it either, because Node
 * handles up to 1,000 of them in one turn.
 */
export function isLongTurn(): boolean {
  const now = performance.now()
  if (began !== undefined) return now - began >= longTurn
  began = now
  yieldToEventLoop().then(() => {
    began = undefined
  })
  return false
}
