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

/** The number of milliseconds after which a turn of the event loop counts as long. */
const longTurn = 2
/** The time of the first call of `isLongTurn` in this turn of the event loop. */
let began: number | undefined

/**
 * Returns whether at least `longTurn` milliseconds have passed since this function was first called in the current turn
 * of the event loop. If so, the caller should await `yieldToEventLoop`, because awaiting a different promise does not
 * always end the turn.
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
