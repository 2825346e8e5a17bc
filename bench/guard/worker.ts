/**
 * Measures the speed of one build of descent, either that of the base commit or that of the head commit.
 * `npm run guard` starts this program with `fork(worker.js, [FOLDER])`. Each message to the program asks for one
 * measurement. The processes of the base and the head all run the head's copy of this file, so that they differ only in
 * the build of descent that they load.
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { findGuardCase } from './cases.js'
import type { Answer, Order } from './process.js'

/**
 * How many times the work is done in a measurement. Only the fastest time counts, because other programs on the machine
 * can only add time.
 */
const slicesOfTurn = 4
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
