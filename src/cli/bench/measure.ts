import { DescentError } from '../../index.js'
import { Interruption } from '../terminal/interruption.js'
import { type BackendName, type Contender, createSubject, type Subject } from './subject.js'
import type { Computed, Work } from './work.js'

/** The measured speeds of all backends for one network and one kind of work. */
export interface Measurement {
  readonly work: Work['name']
  /** The sizes of the layers, such as "784-30-10". */
  readonly network: string
  readonly batch: number
  /** The speeds of each backend in rows per second, one for each round of measurements. */
  readonly speeds: Readonly<Partial<Record<BackendName, number[]>>>
}

export interface MeasureOptions {
  /** The approximate time of the whole measurement in seconds. */
  readonly seconds: number
  readonly signal: AbortSignal
  /** Called before each measurement, with a text that says what is measured. */
  readonly show: (text: string) => void
}

/** The fraction of the total time that is spent on the warm-up, in which V8 compiles the code. */
const warmShare = 1 / 8
/** The planned number of timed samples for each network, kind of work and backend. Slow work gets fewer samples. */
const samples = 12
/**
 * The maximum length of a sample in seconds. A sample can block the event loop, so Ctrl-C may have no effect until it
 * ends.
 */
const longestSample = 0.25

/**
 * Measures how fast the backends (`contenders`) do each kind of work with each network. The backends take turns, so
 * that slowdowns by other programs affect all of them. Ends after about `seconds`, or when the user presses Ctrl-C.
 * @throws DescentError if the backends compute different results
 */
export async function measure(
  networks: readonly (readonly number[])[],
  works: readonly Work[],
  contenders: readonly Contender[],
  { seconds, signal, show }: MeasureOptions,
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
        // Only the first network needs a warm-up, in which V8 compiles the code. The other networks run the same code.
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
    if (!(error === signal.reason && error instanceof Interruption)) throw error
    return { measurements: runs.map((run) => measurementOf(run, contenders)), stopped: error }
  }
  return { measurements: runs.map((run) => measurementOf(run, contenders)) }
}

/** One network and one kind of work, with the times that have been measured so far. */
interface Run {
  readonly subject: Subject
  readonly work: Work
  /** The shortest measured time of each backend for doing the work once, in seconds. */
  readonly least: number[]
  /** The speeds of each backend in rows per second, one for each round of measurements. */
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

/**
 * Checks that the backends (`contenders`) compute the same results, and measures how long each takes to do the work
 * once.
 */
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
 * Resolves to the shortest measured time for doing some work once, in seconds. `run` repeats the work as often as its
 * argument says, and resolves to the total time. Each sample lasts about `length` seconds. The measurement lasts at
 * least `warm` seconds. After that, it ends when V8 no longer makes the work faster.
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

/**
 * The maximum number of samples that `secondsOfOne` takes while the work still gets faster. Without this limit,
 * `secondsOfOne` might never return.
 */
const mostSettling = 10

const timesFor = (length: number, seconds: number): number => Math.max(1, Math.round(length / seconds))

/**
 * Measures the speed of each backend (`contenders`) once. Each round of measurements starts with a different backend.
 */
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
    // Keep the shortest time, because it decides how often the next sample repeats the work. A longer time would give
    // too few repetitions.
    least[i] = Math.min(least[i], (seconds * work.batch) / rows)
  }
  // Speeds are stored only at the end of a round. If the user stops a round early, some backends have no speed in it,
  // so the whole round does not count.
  here.forEach((speed, i) => {
    speeds[i].push(speed)
  })
}

/**
 * The allowed difference between the results of two backends, as a fraction of the largest absolute value in the
 * results. Rounding to float32 causes a difference of only about 1e-6.
 */
const tolerance = 1e-4

/**
 * Checks that all backends (`contenders`) computed the same results, apart from rounding.
 * @throws DescentError if they did not. The message has the names of two backends and their different numbers
 */
function compare(place: string, contenders: readonly Contender[], [first, ...others]: readonly Computed[]): void {
  for (const [i, other] of others.entries()) {
    const largest = Math.max(...Array.from(first.values, Math.abs))
    const wrong = Array.from(first.values).findIndex(
      // The comparison is negated, so that NaN counts as a difference.
      (value, k) => !(Math.abs(value - other.values[k]) <= tolerance * largest),
    )
    if (wrong < 0) continue
    const names = `${contenders[0].name} and ${contenders[i + 1].name}`
    const numbers = `${first.values[wrong].toPrecision(7)} and ${other.values[wrong].toPrecision(7)}`
    throw new DescentError(`${place}: ${names} compute different results: ${first.what} is ${numbers}`)
  }
}
