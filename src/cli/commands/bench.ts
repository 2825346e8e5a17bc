import { writeFileAtomic } from '../../base/write-file.js'
import { ModelError, Network } from '../../index.js'
import { measure } from '../bench/measure.js'
import { backendLine, describe, json, type Report } from '../bench/report.js'
import { measuredBackends, resultOf } from '../bench/result.js'
import { backendNames, createContender } from '../bench/subject.js'
import { feedforward, predict, training, type Work } from '../bench/work.js'
import { defineCommand } from '../parsing/command.js'
import { duration } from '../parsing/format.js'
import { numberKind, wholeKind } from '../parsing/option-parsers.js'
import { checkWritable } from '../run/output.js'
import { catchInterruption } from '../terminal/interruption.js'
import { readMachineHere } from '../terminal/machine.js'
import { createStatus, note, print } from '../terminal/terminal.js'

/** The sizes of the measured networks, from the smallest network to the largest. */
const networks = [
  [2, 3, 1],
  [784, 30, 10],
  [784, 100, 10],
  [784, 800, 10],
  [1024, 1024, 10],
]
const works: readonly Work[] = [training(1), training(10), training(32), training(128), feedforward, predict(500)]

const defaultSeconds = 25

export const bench = defineCommand({
  name: 'bench',
  summary: 'compares the speed of the backends native, wasm and typescript on this machine',
  options: {
    seconds: {
      value: 'N',
      kind: numberKind('above 0'),
      meaning: `approximate time to measure for (default ${defaultSeconds})`,
    },
    threads: { kind: wholeKind(1, 1024), meaning: 'threads of the native backend (default 1)' },
    chart: { value: 'FILE.svg', meaning: 'draw a chart of examples per second against batch size into this file' },
    json: { meaning: 'print it as JSON' },
  },
  notes: [
    [
      'The backends take turns at the same work, in several rounds; the results are compared and medians are printed. Other',
      'programs affect the times, and the ratios less. Ctrl-C stops and shows the measurements so far.',
    ].join('\n'),
  ],
  async run({ seconds = defaultSeconds, threads = 1, chart: picture, json: asJson }) {
    if (picture !== undefined) await checkWritable(picture)

    const machine = readMachineHere()
    const contenders = backendNames
      .filter((name) => name === 'typescript' || machine[name].loads)
      .map((name) => createContender(name, threads))
    const status = createStatus()
    const signal = catchInterruption()
    note(`measuring for about ${duration(seconds)}; Ctrl-C stops and shows the measurements so far`)
    const { measurements, stopped } = await measure(networks, works, contenders, {
      seconds,
      signal,
      show: (text) => status.show(text),
    }).finally(() => status.clear())
    if (stopped) note(`stopped: ${measurements.length} of ${networks.length * works.length} measurements are done`)
    if (measurements.length === 0) return stopped?.exitCode
    const report: Report = {
      machine,
      typescript: new Network([1, 1], { backend: 'typescript' }).backend.detail,
      threads,
      results: measurements.map(resultOf),
      missing: networks.length * works.length - measurements.length,
    }
    await print(asJson ? json(report) : describe(report))
    if (picture !== undefined) {
      // What draws is loaded only here, because all other commands would start later with it.
      const { chart } = await import('../bench/chart.js')
      await writeFileAtomic(picture, [Buffer.from(chart(report.results, captionOf(report)))], ModelError)
      note(`the chart is in ${picture}`)
    }
    return stopped?.exitCode
  },
})

/** Returns the lines of a chart's caption. They name the machine and the measured backends. */
function captionOf(report: Report): string[] {
  // The caption does not say why a backend is missing, because the reason would be too long.
  const [first, ...others] = measuredBackends(report.results).map((name) => `${name}: ${backendLine(report, name)}`)
  return [`${report.machine.cpu}; ${first}`, ...(others.length > 0 ? [others.join('; ')] : [])]
}
