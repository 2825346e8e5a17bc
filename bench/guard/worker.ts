/**
 * Measures one commit's package, a slice at a time, as it is told: `fork(worker.js, [FOLDER])`. Base and head run this same
 * file, that of the head; only the package differs.
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { findGuardCase } from './cases.js'
import type { Answer, Order } from './process.js'

/** The fastest of a turn's slices counts: what else runs on the machine only ever adds to one. */
const slicesOfTurn = 6
const [folder] = process.argv.slice(2)
const descent: typeof import('descent-nn') = await import(pathToFileURL(join(folder, 'dist', 'index.js')).href)
const prepared = new Map<string, (amount: number) => unknown>()

async function measure({ name, amount }: Order): Promise<Answer> {
  try {
    const work = prepared.get(name) ?? findGuardCase(name).prepare(descent)
    prepared.set(name, work)
    const seconds: number[] = []
    for (let slice = 0; slice < slicesOfTurn; slice++) {
      const start = performance.now()
      await work(amount)
      seconds.push((performance.now() - start) / 1000)
    }
    return { seconds: Math.min(...seconds) }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

process.on('message', async (order: Order) => process.send?.(await measure(order)))
process.on('disconnect', () => process.exit())
