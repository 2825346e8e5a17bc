import { DescentError } from '../../index.js'
import { Interruption } from '../terminal/interruption.js'
import { type Contender, createSubject, type Subject } from './subject.js'
import type { Computed, Work } from './work.js'

/** What was measured of a network at some work. */
export interface Measurement {
  readonly work: Work['name']
  /** "784-30-10" */
  readonly network: string
  readonly batch: number
  /** Rows a second in each round, for each contender that was there. */
  readonly speeds: Readonly<Partial<Record<Contender['name'], number[]>>>
}

export interface Course {
  /** What the whole of it may take, about. */
  readonly seconds: number
  readonly signal: AbortSignal
  /** Told what is being measured. */
  readonly show: (text: string) => void
}

/** The share of the time in which V8 compiles what will be measured. */
const warmShare = 1 / 8
/** Samples of each contender that would fill the time. There will be fewer: the least piece of a work may take longer. */
const samples = 12
/** Seconds that a sample may last: so long at most Ctrl-C has to wait for a call that holds the event loop. */
const longestSample = 0.25

/**
 * Measures all works of all networks in rounds: in each, the contenders take turns at every work, so that whatever else the
 * machine does slows them alike. The first round compares what they compute. It ends when the time is over or the
 * user has enough; the first measurement is made in any case.
 * @throws DescentError where the contenders compute different things
 */
export async function measure(
  networks: readonly (readonly number[])[],
  works: readonly Work[],
  contenders: readonly Contender[],
  { seconds, signal, show }: Course,
): Promise<{ measurements: Measurement[]; stopped?: Interruption }> {
  const end = performance.now() + 1000 * seconds
  const cases = networks.length * works.length * contenders.length
  const length = Math.min(longestSample, seconds / (cases * samples))
  const runs: Run[] = []
  const tell = (round: number, name: string, work: Work) => {
    show(`round ${round}: ${name}, ${work.name}${work.name === 'training' ? `, batch ${work.batch}` : ''}`)
  }
  const isOver = () => performance.now() >= end && runs.length > 0
  try {
    for (const sizes of networks) {
      if (isOver()) break
      const subject = createSubject(sizes, contenders)
      for (const work of works) {
        if (isOver()) break
        tell(1, subject.name, work)
        // What all networks run is compiled while the first one, which is the smallest, is measured.
        const warm = sizes === networks[0] ? (seconds * warmShare) / (works.length * contenders.length) : 0
        const run = await prepare(subject, work, contenders, { length, warm }, signal)
        await sample(run, contenders, length, signal, 1)
        runs.push(run)
      }
    }
    for (let round = 2; !isOver(); round++) {
      for (const run of runs) {
        if (isOver()) break
        tell(round, run.subject.name, run.work)
        await sample(run, contenders, length, signal, round)
      }
    }
  } catch (error) {
    if (!(signal.reason instanceof Interruption)) throw error
    return { measurements: runs.map((run) => measurementOf(run, contenders)), stopped: signal.reason }
  }
  return { measurements: runs.map((run) => measurementOf(run, contenders)) }
}

/** A case on its way. */
interface Run {
  readonly subject: Subject
  readonly work: Work
  /** For each contender: the seconds that the work takes if it is done once, the least that was seen. */
  readonly least: number[]
  /** For each contender: rows a second in each round. */
  readonly speeds: readonly number[][]
}

function measurementOf({ subject: { name }, work, speeds }: Run, contenders: readonly Contender[]): Measurement {
  return {
    work: work.name,
    network: name,
    batch: work.batch,
    speeds: Object.fromEntries(contenders.map((contender, i) => [contender.name, speeds[i]])),
  }
}

/** Checks that the contenders compute the same, and finds out how long they take. */
async function prepare(
  subject: Subject,
  work: Work,
  contenders: readonly Contender[],
  { length, warm }: { length: number; warm: number },
  signal: AbortSignal,
): Promise<Run> {
  const computed: Computed[] = []
  for (const network of subject.networks) computed.push(await work.check(network, subject, signal))
  compare(`${subject.name}, ${work.name} at batch ${work.batch}`, contenders, computed)
  const least: number[] = []
  for (const network of subject.networks) {
    const run = async (times: number) => (await work.run(network, subject, times, signal)).seconds
    least.push(await secondsOfOne(length, run, warm))
  }
  return { subject, work, least, speeds: contenders.map(() => []) }
}

/**
 * The seconds that something takes, found by doing it more and more often, for `warm` seconds at least, until a sample is hardly
 * faster than the one before: V8 has compiled it then. What takes much longer than a sample is compiled while it runs.
 */
export async function secondsOfOne(length: number, run: (times: number) => Promise<number>, warm = 0): Promise<number> {
  let times = 1
  let spent = 0
  let before = Number.POSITIVE_INFINITY
  for (let settling = 0; ; ) {
    const seconds = await run(times)
    const one = seconds / times
    spent += seconds
    const fitting = timesFor(length, one)
    const isSample = seconds >= length / 2 || fitting <= times
    if (isSample) {
      const isSettled = one > 0.9 * before || seconds > 4 * length || ++settling >= mostSettling
      before = Math.min(one, before)
      if (isSettled && spent >= warm) return before
    }
    times = Math.min(fitting, 10 * times)
  }
}

/** Samples that a work may take to settle: on a machine that gets slower and faster it may never. */
const mostSettling = 10

const timesFor = (length: number, seconds: number): number => Math.max(1, Math.round(length / seconds))

/** A sample of each contender; another one begins in the next round. */
async function sample(
  { subject, work, least, speeds }: Run,
  contenders: readonly Contender[],
  length: number,
  signal: AbortSignal,
  round: number,
): Promise<void> {
  const here: number[] = []
  for (let turn = 0; turn < contenders.length; turn++) {
    const i = (turn + round) % contenders.length
    const { rows, seconds } = await work.run(subject.networks[i], subject, timesFor(length, least[i]), signal)
    here[i] = rows / seconds
    // What was slow because the machine did something else must not make all samples too short.
    least[i] = Math.min(least[i], (seconds * work.batch) / rows)
  }
  // All or none: half a round would compare different moments.
  here.forEach((speed, i) => {
    speeds[i].push(speed)
  })
}

/** Of the largest number: what two backends may differ by. In float32 they differ by a hundredth of that. */
const tolerance = 1e-4

/** @throws DescentError naming the place and both numbers where two contenders do not agree */
function compare(place: string, contenders: readonly Contender[], [first, ...others]: readonly Computed[]): void {
  for (const [i, other] of others.entries()) {
    const largest = Math.max(...Array.from(first.values, Math.abs))
    const wrong = Array.from(first.values).findIndex(
      // So that NaN is a difference.
      (value, k) => !(Math.abs(value - other.values[k]) <= tolerance * largest),
    )
    if (wrong < 0) continue
    const names = `${contenders[0].name} and ${contenders[i + 1].name}`
    const numbers = `${first.values[wrong].toPrecision(7)} and ${other.values[wrong].toPrecision(7)}`
    throw new DescentError(`${place}: ${names} do not compute the same: ${first.what} is ${numbers}`)
  }
}
