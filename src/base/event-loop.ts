/** Resolves after the event loop has handled the events that are waiting. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve)
    else if (typeof MessageChannel === 'function') {
      // Nested timers in a web page wait for at least 4 ms, which is half a time slice; a message does not wait.
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

/** How long one turn of the event loop may take, in milliseconds, before other work should get a chance. */
const longTurn = 2
/** When `isLongTurn` was first called in this turn of the event loop. */
let began: number | undefined

/**
 * Whether this turn of the event loop has lasted long, counted from the first call in the turn. Code that awaits nothing but
 * promises never ends a turn. Nor do native threads that finish faster than their results are used: Node handles up to 1,000
 * such results in one turn.
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
