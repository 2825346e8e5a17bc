import { setTimeout as pause } from 'node:timers/promises'
import { megabytes } from './figure.js'

/** Returns the resident memory in MB after garbage collection. The process must have been started with --expose-gc. */
export async function residentAfterGarbage(): Promise<number> {
  if (!globalThis.gc) throw new Error('this must run with --expose-gc')
  for (let i = 0; i < 3; i++) {
    globalThis.gc()
    // Finalizers release native objects only in a later turn of the event loop.
    await pause(20)
  }
  return megabytes(process.memoryUsage.rss())
}
