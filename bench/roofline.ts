/**
 * Uses the roofline model to measure how near training on the native backend comes to the limits of this machine. Each
 * round trains a network and then measures the speeds of sgemm and of copying memory. The training speed of each case
 * is compared with the lower of two limits. One is the peak speed of sgemm. The other is the speed that the memory
 * bandwidth allows, given the bytes that a training step moves.
 */
import { writeFileSync } from 'node:fs'
import { fullPlan, type TrainingCase, trainingCases } from './cases.js'
import { checkFiles, createScratch, readOptions, wholeNumber, withText } from './command-line.js'
import { buildProgram } from './contenders/build.js'
import { type Contender, listContenders, usualPlaces } from './contenders.js'
import { findData } from './data.js'
import { describeMachine, findCaches } from './machine.js'
import { compete, type Entrant, type Setting } from './parts/part.js'
import { openCase, shareData, type TrainingData } from './parts/training.js'
import { formatFigure } from './report/table.js'
import { type Ceilings, levelsOf, measureCeilings } from './roofline/ceilings.js'
import { drawRoofline } from './roofline/chart.js'
import { type Place, placeUnderRoof } from './roofline/place.js'
import { formatPlaces } from './roofline/table.js'
import { workOfStep } from './roofline/work.js'
import { median } from './statistics.js'

const usage = `npm run bench:roofline -- [options]: how near training comes to the limits of this machine

  --rounds N      number of rounds (default: 5)
  --case TEXT     run only cases whose name contains TEXT
  --json FILE     write all figures as JSON
  --chart FILE    write the plot as SVG`

const values = readOptions(usage, {
  rounds: { type: 'string', default: String(fullPlan.rounds) },
  case: { type: 'string', default: '' },
  json: { type: 'string' },
  chart: { type: 'string' },
})
const rounds = wholeNumber('rounds', values.rounds)
const cases = withText('case', values.case, trainingCases)
await checkFiles([values.json, values.chart])
const levels = levelsOf(findCaches())

async function run(folder: string): Promise<void> {
  const program = buildProgram('ceilings', { ...usualPlaces, scratch: folder })
  const native = listContenders({ ...usualPlaces, scratch: folder })
    .find(({ name }) => name === 'native')
    ?.find()
  if (!native || native.missing) throw new Error(`native does not run: ${native?.missing}`)
  const machine = describeMachine()
  const data = await findData(false)
  const setting: Setting = {
    plan: { ...fullPlan, rounds },
    // The program that measures the limits of the machine is listed as a contender, so that it takes turns with the
    // native backend.
    contenders: [native, { name: 'ceilings', tasks: ['training'], command: [program] }],
    folder,
    say: (line) => process.stderr.write(`${line}\n`),
    refuse(contender, where, reason) {
      throw new Error(`${contender} is out of ${where}: ${reason}`)
    },
    omit: () => {},
    remark: () => {},
  }
  shareData(setting, data)
  const all: Ceilings[] = []
  const places: Place[] = []
  for (const one of cases) {
    const { rates, ceilings } = await measureCase(setting, one, data)
    places.push(placeUnderRoof(one, workOfStep(one), levels, rates, ceilings))
    all.push(...ceilings)
  }
  const typical: Ceilings = {
    peak: median(all.map(({ peak }) => peak)),
    bandwidths: levels.map((_, i) => median(all.map(({ bandwidths }) => bandwidths[i]))),
  }
  const caption = [
    `${machine.processor}; ${machine.backend}`,
    `${machine.node}; medians of ${rounds} interleaved ${rounds === 1 ? 'round' : 'rounds'}; one thread; ${data.name}`,
  ]
  const copying = levels.map(({ name }, i) => `${name} ${formatFigure(typical.bandwidths[i] / 1e9)} GB/s`)
  console.log(
    [
      caption.join('\n'),
      `ceilings: sgemm ${formatFigure(typical.peak / 1e9)} GFLOP/s; copying within ${copying.join(', ')}, read and written`,
      formatPlaces(places),
    ].join('\n\n'),
  )
  if (values.json)
    writeFileSync(values.json, `${JSON.stringify({ machine, levels, ceilings: all, places }, null, 2)}\n`)
  if (values.chart) writeFileSync(values.chart, drawRoofline(places, levels, typical, caption))
}

/** In each round, measures the training speed of a case in examples per second, and the limits of the machine. */
async function measureCase(setting: Setting, one: TrainingCase, data: TrainingData) {
  const ceilings: Ceilings[] = []
  const enterNative = openCase(setting, one, data)
  async function enter(contender: Contender): Promise<Entrant> {
    if (contender.name === 'native') return enterNative(contender)
    return { round: async () => void ceilings.push(measureCeilings(contender.command[0], levels)), measured: () => [] }
  }
  const [{ rounds: rates }] = await compete(setting, 'training', `roofline ${one.name}`, enter)
  return { rates, ceilings }
}

await run(createScratch('roofline'))
