/**
 * Checks that figures such as memory and time stay within limits at a large scale (`npm run scale`). The measurements
 * cover a million pictures held as bytes, a wide network, thirty thousand networks, training in worker threads, a long
 * training run, and start-up time. They run one after another, each in a process of its own. Each figure is printed
 * with its limit.
 */
import { endWith, readOptions, withText } from './command-line.js'
import { describeMachine } from './machine.js'
import { isExceeded, type Row, tableOf } from './scale/figure.js'
import { measurements, runMeasurement } from './scale/measurements.js'

const usage = `npm run scale -- [options]: check limits at scale; the exit code is 1 if one is exceeded or a process fails

  --short         use small numbers
  --only TEXT     run only measurements whose name contains TEXT
  --minutes N     length of the long runs (default: 1)`

const values = readOptions(usage, {
  short: { type: 'boolean', default: false },
  only: { type: 'string', default: '' },
  minutes: { type: 'string' },
})
const minutes = Number(values.minutes ?? (values.short ? 0.02 : 1))
if (!(minutes > 0)) endWith(`--minutes must be a number above 0, not ${values.minutes}`)

const rows: Row[] = []
let failed = false
for (const measurement of withText('only', values.only, measurements({ short: values.short, minutes }))) {
  console.error(`scale: ${measurement.name}`)
  const outcome = await runMeasurement(measurement)
  if ('problem' in outcome) {
    console.error(`${measurement.name} failed: ${outcome.problem}`)
    failed = true
  } else rows.push(...outcome.figures.map((figure) => ({ measurement: measurement.name, ...figure })))
}
console.log(`${Object.values(describeMachine()).join('; ')}\n\n${tableOf(rows)}`)
process.exitCode = failed || rows.some(isExceeded) ? 1 : 0
