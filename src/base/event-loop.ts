/** Resolves after the event loop has handled the events that are waiting. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve)
    else if (typeof MessageChannel === 'function') {
      // Use a message instead of a timer, because a web page delays nested timers by at least 4 ms but does not delay
      // messages.
      const { port1, port2 } = new MessageChannel()
      // Set `onmessage` with Object.assign, because Node's types do not declare it.
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
 * Returns whether this turn of the event loop has lasted at least `longTurn` milliseconds since the first call in the
 * turn. If so, the caller should yield to the event loop explicitly, because awaiting other promises may not end the
 * turn.
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
