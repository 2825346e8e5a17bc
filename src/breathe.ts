/** Lets waiting events be handled. */
export function breathe(): Promise<void> {
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
