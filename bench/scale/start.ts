/**
 * Measures how long a new process takes to import descent and create a first network. Run it as
 * `start.js PROCESSES [limited]`. With `limited`, the time has a limit.
 */
import { execFileSync } from 'node:child_process'
import { median } from '../statistics.js'
import type { Figure } from './figure.js'
import { tell } from './measurements.js'

const [processes, limited] = process.argv.slice(2)
const program = `
const start = performance.now()
const { Network } = await import('descent-nn')
const imported = performance.now()
new Network([784, 30, 10])
console.log(JSON.stringify([imported - start, performance.now() - start]))
`
// The program runs in the folder of this file, so that Node finds 'descent-nn'.
const run = (): [number, number] =>
  JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: import.meta.dirname }).toString(),
  )
const times = Array.from({ length: Number(processes) }, run)
const both: Figure = {
  name: 'import and first network, median',
  value: median(times.map(([, all]) => all)),
  unit: 'ms',
}
tell([
  { name: 'import alone, median', value: median(times.map(([imported]) => imported)), unit: 'ms' },
  limited ? { ...both, below: 60 } : both,
])
