/** From nothing to a first network, in processes of their own: `start.js PROCESSES`. */
import { execFileSync } from 'node:child_process'
import { median } from '../statistics.js'
import type { Figure } from './figure.js'
import { tell } from './measurements.js'

const [processes, barred] = process.argv.slice(2)
const program = `
const start = performance.now()
const { Network } = await import('descent-nn')
const imported = performance.now()
new Network([784, 30, 10])
console.log(JSON.stringify([imported - start, performance.now() - start]))
`
// Beside this file, so that 'descent-nn' is found as in any package that depends on it.
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
  barred === 'barred' ? { ...both, below: 60 } : both,
])
