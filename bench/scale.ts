/**
 * What must hold at scale. A million pictures held as bytes, a wide network, thirty thousand networks, training in worker threads, a
 * long run, and the start; each in a process of its own, one after the other, beside the bar it is held to.
 */
import { endWith, readOptions, withText } from './command-line.js'
import { describeMachine } from './machine.js'
import { isBroken, type Row, tableOf } from './scale/figure.js'
import { measurements, runMeasurement } from './scale/measurements.js'

const usage = `npm run scale -- [options]: what must hold at scale; exit code 1 where a bar is broken or a process fails

  --short         small numbers
  --only TEXT     the measurements whose names have it
  --minutes N     the length of the long runs; 1 unless said otherwise`

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
process.exitCode = failed || rows.some(isBroken) ? 1 : 0
