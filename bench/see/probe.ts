/** Is loaded before a program that `bench/see.ts` starts, and tells how late its event loop is, its memory and its processor time. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Probed } from './server-process.js'

const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()

process.on('message', (request) => {
  if (request === 'processor') {
    const { user, system } = process.cpuUsage()
    process.send?.((user + system) / 1e6)
    return
  }
  const delayed = delay.percentile(99) / 1e6
  globalThis.gc?.()
  const probed: Probed = { delay: delayed, memory: process.memoryUsage().rss / 1e6 }
  process.send?.(probed)
  delay.reset()
})
// The channel must not keep the program running.
process.channel?.unref()
