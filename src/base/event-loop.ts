/** Lets waiting events be handled. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve)
    else if (typeof MessageChannel === 'function') {
      // A page's timers wait for 4 ms: half as long as a slice.
      const { port1, port2 } = new MessageChannel()
      // As the web has it; Node's types say nothing of it.
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

/** Milliseconds after which others have waited long enough. */
const longTurn = 2
/** When this turn of the event loop was looked at first. */
let began: number | undefined

/**
 * Whether this turn of the event loop has gone on for long since it was first asked. What goes on by promises alone never ends
 * a turn, and neither does a thread of the native side that is done again before its last answer is used: Node takes up to
 * 1,000 such answers in one turn.
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
