import { setTimeout as pause } from 'node:timers/promises'
import { megabytes } from './figure.js'

/** Resident memory in MB once garbage is collected: the process must have been started with --expose-gc. */
export async function residentAfterGarbage(): Promise<number> {
  if (!globalThis.gc) throw new Error('this must run with --expose-gc')
  for (let i = 0; i < 3; i++) {
    globalThis.gc()
    // Native objects are released by finalizers, which run in a turn of their own.
    await pause(20)
  }
  return megabytes(process.memoryUsage.rss())
}
