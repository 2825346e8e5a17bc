/**
 * Compares descent with other libraries. The contenders are these libraries, the backends of descent, and programs that
 * consist of plain loops. In each of several rounds, every contender runs once, in a process of its own. All contenders
 * get the same data, the same network and the same initial parameters. A contender whose results differ from descent's
 * is left out of the comparison, and the report says why.
 */
import { writeFileSync } from 'node:fs'
import { fullPlan, latencyCase, smallCases, smokePlan, throughputCase, trainingCases } from './cases.js'
import { checkFiles, createScratch, endWith, readOptions, wholeNumber, withText } from './command-line.js'
import { listContenders, onOneThread, usualPlaces } from './contenders.js'
import { findData } from './data.js'
import { describeMachine } from './machine.js'
import { measureInference } from './parts/inference.js'
import { measureKernels } from './parts/kernels.js'
import type { Setting } from './parts/part.js'
import { measureSmall, measureTraining } from './parts/training.js'
import { drawChart } from './report/chart.js'
import type { Measurement, Refusal, Report } from './report/measurement.js'
import { medianOf } from './report/measurement.js'
import { ratiosOf } from './report/ratios.js'
import { formatReport } from './report/table.js'

const usage = `npm run bench -- [options]: compare kernels, training and inference with other libraries

  --part NAME,NAME   which parts to run: kernels, training, small, inference (default: all)
  --only NAME,NAME   run only these contenders
  --case TEXT        run only cases whose name contains TEXT (does not apply to kernels)
  --rounds N         number of rounds (default: 5)
  --threads N        threads for contenders that can use several (default: 1)
  --json FILE        write the report as JSON
  --chart FILE       write the report as an SVG chart
  --smoke            check in a few seconds that everything works, without contenders from other packages`

const values = readOptions(usage, {
  part: { type: 'string', default: 'kernels,training,small,inference' },
  only: { type: 'string' },
  case: { type: 'string', default: '' },
  rounds: { type: 'string' },
  threads: { type: 'string', default: '1' },
  json: { type: 'string' },
  chart: { type: 'string' },
  smoke: { type: 'boolean', default: false },
})

/** The contenders of the smoke test. The other contenders are left out, because starting them takes seconds. */
const smokeContenders = 'native,wasm,typescript,plain loop,bare loop in C'

/** Returns a note that explains the event loop figures, if the report has such figures. */
function notesOf(measurements: readonly Measurement[]): string[] {
  const watched = measurements.some(({ others = {} }) => 'event loop p99, ms' in others)
  return watched
    ? ['event loop p99: of the intervals of a 1 ms timer; 1.1 to 1.3 ms when both the process and the machine are idle']
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

/**
 * Runs the measurements that the command-line options ask for, and returns the report. `failed` is true if a contender
 * stopped with an error or gave a wrong result, or if nothing was measured.
 */
async function run(folder: string): Promise<{ report: Report; failed: boolean }> {
  const threads = wholeNumber('threads', values.threads)
  withText('case', values.case, [...trainingCases, ...smallCases, latencyCase, throughputCase])
  await checkFiles([values.json, values.chart])
  const contenders = choose(
    listContenders({ ...usualPlaces, scratch: folder }, threads),
    values.only ?? (values.smoke ? smokeContenders : undefined),
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
    { name: 'small', measure: () => measureSmall(setting, values.case) },
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
    versions: Object.fromEntries(measured.map(({ name, version }) => [name, version ?? '(version unknown)'])),
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
