/**
 * The benchmark: contenders take turns, each in a process of its own, for several rounds; all have the same data, the same
 * network and the same start, and who computes something else does not count.
 */
import { writeFileSync } from 'node:fs'
import { fullPlan, latencyCase, smokePlan, throughputCase, trainingCases } from './cases.js'
import { checkFiles, createScratch, endWith, readOptions, wholeNumber, withText } from './command-line.js'
import { listContenders, onOneThread, usualPlaces } from './contenders.js'
import { findData } from './data.js'
import { describeMachine } from './machine.js'
import { measureInference } from './parts/inference.js'
import { measureKernels } from './parts/kernels.js'
import type { Setting } from './parts/part.js'
import { measureTraining } from './parts/training.js'
import { drawChart } from './report/chart.js'
import type { Measurement, Refusal, Report } from './report/measurement.js'
import { medianOf } from './report/measurement.js'
import { ratiosOf } from './report/ratios.js'
import { formatReport } from './report/table.js'

const usage = `npm run bench -- [options]: kernels, whole epochs and inference, against what else there is

  --part NAME,NAME   kernels, training, inference; all unless said otherwise
  --only NAME,NAME   these contenders
  --case TEXT        cases whose name has this text (not kernels)
  --rounds N         5 unless said otherwise
  --threads N        for those who can be told; 1 unless said otherwise
  --json FILE        the report as JSON
  --chart FILE       the report as an SVG picture
  --smoke            some seconds that only show that everything works, with those who need no other package`

const values = readOptions(usage, {
  part: { type: 'string', default: 'kernels,training,inference' },
  only: { type: 'string' },
  case: { type: 'string', default: '' },
  rounds: { type: 'string' },
  threads: { type: 'string', default: '1' },
  json: { type: 'string' },
  chart: { type: 'string' },
  smoke: { type: 'boolean', default: false },
})

/** Others take seconds only to start. */
const smokers = 'native,typescript,plain loop,bare loop in C'

/** What is to be known of the figures of an event loop, where there are any. */
function notesOf(measurements: readonly Measurement[]): string[] {
  const watched = measurements.some(({ others = {} }) => 'event loop p99, ms' in others)
  return watched
    ? ['event loop p99: of the times between two turns of a timer of 1 ms; idle, on an idle machine, 1.1 to 1.3']
    : []
}

function choose<T extends { readonly name: string }>(all: readonly T[], names: string | undefined): T[] {
  const wanted = names?.split(',').map((name) => name.trim())
  for (const name of wanted ?? []) {
    if (!all.some((one) => one.name === name)) {
      endWith(`there is no ${name}; there are ${all.map((one) => one.name).join(', ')}`)
    }
  }
  return all.filter(({ name }) => !wanted || wanted.includes(name))
}

/** Runs all that is asked for, in a folder of its own. */
async function run(folder: string): Promise<{ report: Report; failed: boolean }> {
  const threads = wholeNumber('threads', values.threads)
  withText('case', values.case, [...trainingCases, latencyCase, throughputCase])
  await checkFiles([values.json, values.chart])
  const contenders = choose(
    listContenders({ ...usualPlaces, scratch: folder }, threads),
    values.only ?? (values.smoke ? smokers : undefined),
  ).map(({ find }) => find())
  const missing: Refusal[] = contenders.flatMap(({ name, missing: reason }) =>
    reason ? [{ contender: name, where: 'does not run', reason }] : [],
  )
  const [wrong, unfit]: [Refusal[], Refusal[]] = [[], []]
  const remarks = new Set<string>()
  const plan = values.smoke ? smokePlan : fullPlan
  const rounds = wholeNumber('rounds', values.rounds ?? String(plan.rounds))
  const setting: Setting = {
    plan: { ...plan, rounds },
    contenders: contenders.filter(({ missing: reason }) => !reason),
    folder,
    say: (line) => process.stderr.write(`${line}\n`),
    refuse(contender, where, reason) {
      process.stderr.write(`${contender} is out of ${where}: ${reason}\n`)
      wrong.push({ contender, where, reason })
    },
    omit: (contender, where, reason) => unfit.push({ contender, where, reason }),
    remark: (text) => remarks.add(text),
  }
  const machine = describeMachine()
  const data = await findData(values.smoke)
  const parts: { name: string; measure: () => Promise<Measurement[]> }[] = [
    { name: 'kernels', measure: () => measureKernels(setting) },
    { name: 'training', measure: () => measureTraining(setting, values.case, data) },
    { name: 'inference', measure: () => measureInference(setting, values.case, data.test) },
  ]
  const measurements: Measurement[] = []
  for (const { measure } of choose(parts, values.part)) measurements.push(...(await measure()))
  const measured = contenders.filter(({ name }) => measurements.some(({ contender }) => contender === name))
  const report: Report = {
    machine,
    rounds,
    threads,
    data: data.name,
    versions: Object.fromEntries(measured.map(({ name, version }) => [name, version ?? 'of no known version'])),
    measurements,
    refusals: [...missing, ...unfit, ...wrong],
    notes: [
      ...measured.flatMap(({ note }) => note ?? []),
      ...onOneThread(measured, threads),
      ...remarks,
      ...notesOf(measurements),
    ],
  }
  return { report, failed: wrong.length > 0 || measurements.length === 0 }
}

const { report, failed } = await run(createScratch('bench'))
const ratios = ratiosOf(report.measurements)
console.log([formatReport(report), ...(ratios.length > 0 ? [ratios.join('\n')] : [])].join('\n\n'))
if (values.json) {
  const measurements = report.measurements.map((one) => ({ ...one, median: medianOf(one) }))
  writeFileSync(values.json, `${JSON.stringify({ ...report, measurements, ratios }, null, 2)}\n`)
}
if (values.chart && report.measurements.length > 0) writeFileSync(values.chart, drawChart(report))
if (failed) process.exitCode = 1
