import { writeFileAtomic } from '../../base/files.js'
import { ModelError, Network } from '../../index.js'
import { chart } from '../bench/chart.js'
import { measure } from '../bench/measure.js'
import { describe, json, nativeLine, type Report } from '../bench/report.js'
import { resultOf } from '../bench/result.js'
import { createContender } from '../bench/subject.js'
import { feedforward, predict, training, type Work } from '../bench/work.js'
import { defineCommand } from '../parsing/command.js'
import { duration } from '../parsing/format.js'
import { numberKind, wholeKind } from '../parsing/option-parsers.js'
import { checkWritable } from '../run/output.js'
import { catchInterruption } from '../terminal/interruption.js'
import { readMachineHere } from '../terminal/machine.js'
import { createStatus, note, print } from '../terminal/terminal.js'

/** From the smallest to the largest. */
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
  summary: 'measures native against TypeScript on this machine: where BLAS wins, and where the call into it costs more',
  options: {
    seconds: {
      value: 'N',
      kind: numberKind('above 0'),
      meaning: `how long to measure, about (default ${defaultSeconds})`,
    },
    threads: { kind: wholeKind(1, 1024), meaning: 'threads of the native backend (default 1)' },
    chart: { value: 'FILE.svg', meaning: 'draw examples a second against batch sizes into this file' },
    json: { meaning: 'print it as JSON' },
  },
  notes: [
    [
      'Both backends do the same work in turns, several rounds of it; medians count, and what they compute is compared. Other',
      'programs change the times, and less so the ratios. Ctrl-C shows what has been measured until then.',
    ].join('\n'),
  ],
  async run({ seconds = defaultSeconds, threads = 1, chart: picture, json: asJson }) {
    if (picture !== undefined) await checkWritable(picture)

    const machine = readMachineHere()
    const contenders = [
      ...(machine.native.loads ? [createContender('native', threads)] : []),
      createContender('typescript'),
    ]
    const status = createStatus()
    const signal = catchInterruption()
    note(`measuring for about ${duration(seconds)}; Ctrl-C shows what there is until then`)
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
      await writeFileAtomic(picture, [Buffer.from(chart(report.results, captionOf(report)))], ModelError)
      note(`the chart is in ${picture}`)
    }
    return stopped?.exitCode
  },
})

/** What the numbers of a chart were measured on. */
function captionOf(report: Report): string {
  const { cpu, native } = report.machine
  // The reason why there is no native would be too long.
  return [cpu, ...(native.loads ? [`native: ${nativeLine(report)}`] : []), `typescript: ${report.typescript}`].join(
    '; ',
  )
}
