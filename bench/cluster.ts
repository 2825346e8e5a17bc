/**
 * Measures data-parallel training with a few ranks, and predicts it for up to 4,096 (`npm run bench:cluster`). With each
 * number of ranks, it measures how long a rank computes, how long a sum over the ranks takes, and how long a step takes. A
 * simulation replays the first two, and is compared with the third and with the closed formula. Then it simulates more
 * ranks, with slow ranks and with faults.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connect } from 'descent-nn/distributed'
import { findLauncher, type Launcher } from '#src/cli/launch/launcher'
import { forwardedVariables, launcherArguments } from '#src/cli/launch/launcher-arguments'
import { type Link, links } from './cluster/formula.js'
import { measure } from './cluster/measure.js'
import { type Measurements, parseMeasurements } from './cluster/measurements.js'
import { formatMeasured, formatPredicted } from './cluster/tables.js'
import { checkFiles, createScratch, endWith, readOptions, wholeNumber } from './command-line.js'
import { describeMachine } from './machine.js'
import { median } from './statistics.js'

const usage = `npm run bench:cluster -- [options]: training with many ranks, measured and simulated

  --ranks LIST       numbers of ranks to measure on this machine (default: 1,2,4)
  --network SIZES    sizes of the layers, as 784,30,10; may be repeated (default: 784,30,10 and 784,800,10)
  --rows N           rows of a batch for each rank (default: 1024)
  --rounds N         measured rounds, of six or more steps each (default: 8)
  --launcher NAME    the program that starts the ranks (default: the first that is found)
  --stragglers X     how much ranks differ: the standard deviation of the logarithm of their times, or "measured"
                     for the measured times (default: 0.1)
  --mtbf YEARS       mean time between two faults of a machine (default: 5)
  --checkpoint S     seconds that a checkpoint takes (default: 2)
  --restart S        seconds from a fault to the next step (default: 90)
  --seed N           seed of the simulation (default: 1)
  --json FILE        writes the measurements
  --from FILE        reads measurements instead of measuring

Under a launcher, as in "mpirun -n 64 node build-bench/cluster.js --json 64.json", it measures with those ranks only.`

const values = readOptions(usage, {
  ranks: { type: 'string', default: '1,2,4' },
  network: { type: 'string', multiple: true, default: ['784,30,10', '784,800,10'] },
  rows: { type: 'string', default: '1024' },
  rounds: { type: 'string', default: '8' },
  launcher: { type: 'string' },
  stragglers: { type: 'string', default: '0.1' },
  mtbf: { type: 'string', default: '5' },
  checkpoint: { type: 'string', default: '2' },
  restart: { type: 'string', default: '90' },
  seed: { type: 'string', default: '1' },
  json: { type: 'string' },
  from: { type: 'string' },
})
const number = (name: 'mtbf' | 'checkpoint' | 'restart' | 'stragglers'): number => {
  const value = Number(values[name])
  return value > 0 ? value : endWith(`--${name} must be a number above 0, not ${values[name]}`)
}
const seed = wholeNumber('seed', values.seed)
const disturbances = {
  stragglers: values.stragglers === 'measured' ? ('measured' as const) : number('stragglers'),
  faults: {
    betweenFaults: number('mtbf') * 365 * 24 * 3600,
    checkpoint: number('checkpoint'),
    restart: number('restart'),
  },
}
const plan = {
  networks: values.network.map((sizes) => sizes.split(',').map((size) => wholeNumber('network', size))),
  rows: wholeNumber('rows', values.rows),
  rounds: wholeNumber('rounds', values.rounds),
}
await checkFiles([values.json])

const communicator = await connect()
const own = values.from === undefined ? await measure(communicator, plan) : undefined
await communicator.close()
if (communicator.rank === 0) {
  const all = own === undefined ? readMeasurements() : communicator.size > 1 ? [own] : await measureEach(own)
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(all)}\n`)
  report(all)
}

function readMeasurements(): Measurements[] {
  try {
    return parseMeasurements(readFileSync(values.from ?? '', 'utf8'))
  } catch (error) {
    return endWith(`--from ${values.from}: ${error instanceof Error ? error.message : error}`)
  }
}

/** Returns the measurements with each number of ranks. `alone` are those of this process. */
async function measureEach(alone: Measurements): Promise<Measurements[]> {
  const counts = values.ranks.split(',').map((text) => wholeNumber('ranks', text))
  const all = counts.includes(1) ? [alone] : []
  const folder = createScratch('cluster')
  let launcher: Launcher | undefined
  for (const ranks of counts.filter((count) => count > 1)) {
    try {
      launcher ??= await findLauncher(values.launcher)
      all.push(...measureWith(launcher, ranks, join(folder, `${ranks}.json`)))
    } catch (error) {
      console.error(`${ranks} ranks were not measured: ${error instanceof Error ? error.message : error}`)
    }
  }
  return all.length > 0 ? all : [alone]
}

/** Runs this program with several ranks. @throws Error if they fail */
function measureWith(launcher: Launcher, ranks: number, file: string): Measurements[] {
  const networks = values.network.flatMap((sizes) => ['--network', sizes])
  const options = [...networks, '--rows', values.rows, '--rounds', values.rounds, '--json', file]
  const args = launcherArguments(launcher, {
    ranks,
    hosts: undefined,
    network: undefined,
    oversubscribe: ranks > availableParallelism(),
    remoteShell: undefined,
    variables: forwardedVariables(process.env),
    program: [process.execPath, fileURLToPath(import.meta.url), ...options],
  })
  const { status, stderr, error } = spawnSync(launcher.path, args, { encoding: 'utf8' })
  if (error) throw error
  if (status !== 0) throw new Error(`${launcher.path} ended with code ${status}\n${stderr}`)
  return parseMeasurements(readFileSync(file, 'utf8'))
}

/**
 * Returns the link that the measurements show: its latency is the time of a sum of one number, and its bandwidth follows
 * from the network with the most parameters. Returns undefined if no two ranks were measured.
 */
function measuredLink(all: readonly Measurements[]): Link | undefined {
  const two = all.find(({ ranks }) => ranks === 2)
  const [largest] = two?.networks.toSorted((a, b) => b.parameters - a.parameters) ?? []
  if (!two || !largest) return undefined
  const latency = median(two.latencies)
  const rest = median(largest.allreduce) - latency
  return rest > 0 ? { name: 'as measured', latency, bandwidth: (4 * largest.parameters) / rest } : undefined
}

function report(all: readonly Measurements[]): void {
  const link = measuredLink(all)
  const [{ machine }] = all
  console.log(values.from === undefined ? Object.values(describeMachine()).join('; ') : machine)
  const { library } = all.at(-1) ?? { library: '' }
  if (library) console.log(library)
  if (link) {
    const megabytes = (link.bandwidth / 1e6).toFixed(0)
    console.log(`between two ranks: latency ${(1e6 * link.latency).toFixed(1)} us, ${megabytes} MB/s`)
  }
  console.log(`\nMeasured, medians:\n\n${formatMeasured(all, link, seed)}`)
  if (all.some(({ oversubscribed }) => oversubscribed)) {
    console.log(
      '\nOversubscribed ranks share processors, so their times say nothing about ranks with processors of their own.',
    )
  }
  const [first] = all
  console.log(`\nPredicted from the compute times with ${first.ranks === 1 ? 'one rank' : `${first.ranks} ranks`}:\n`)
  const counts = [8, 64, 512, 4096]
  console.log(formatPredicted(first, link ? [link, ...links] : links, disturbances, counts, seed))
}
