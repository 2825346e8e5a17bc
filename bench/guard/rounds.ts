import type { GuardCase } from './cases.js'
import { type Answer, type Contender, startContender } from './process.js'
import type { Round } from './statistics.js'

export interface Effort {
  /** How many times the processes of the base commit and of the head commit are started. */
  readonly starts: number
  /** How many times each case is measured after each start of the processes. */
  readonly rounds: number
  /** The time in seconds that one timed piece of work (a slice) should take with the base commit. */
  readonly sliceSeconds: number
  /** How many seconds a process does the work of a case before the case is measured. */
  readonly warmUpSeconds: number
}

/**
 * The result for a case: the measured rounds, or the reason why the case was skipped. There is an array of rounds for
 * each start of the processes.
 */
export type Samples = readonly (readonly Round[])[] | { readonly skipped: string }

type Contenders = Readonly<Record<keyof Round, Contender>>

interface Running {
  readonly one: GuardCase
  readonly rounds: Round[][]
  /**
   * The number of rows in one timed piece of work. It is the same in all processes. Undefined until it has been
   * determined in a process of the base commit.
   */
  amount: number | undefined
  skipped: string | undefined
}

/**
 * The order in which the processes are measured in successive rounds. It changes, so that no process always goes first.
 */
const turns: readonly (readonly (keyof Round)[])[] = [
  ['base', 'head', 'again'],
  ['again', 'base', 'head'],
  ['head', 'again', 'base'],
  ['again', 'head', 'base'],
  ['base', 'again', 'head'],
  ['head', 'base', 'again'],
]

/**
 * Measures the cases in two processes of the base commit and one process of the head commit, which take turns. Returns
 * the measured rounds of each case, in the order of `cases`.
 *
 * @throws Error if the base can do the work of a case but the head cannot, or if a process ends during a measurement
 */
export async function measureRounds(
  folders: { readonly base: string; readonly head: string },
  cases: readonly GuardCase[],
  effort: Effort,
): Promise<Samples[]> {
  const all = cases.map((one): Running => ({ one, rounds: [], amount: undefined, skipped: undefined }))
  for (let start = 0; start < effort.starts; start++) {
    const [base, again, head] = [folders.base, folders.base, folders.head].map(startContender)
    const contenders = { base, again, head }
    try {
      for (const running of all) await warmUp(contenders, running, effort)
      for (let round = 0; round < effort.rounds; round++) {
        const order = turns[(start + round) % turns.length]
        for (const running of all) {
          if (running.skipped === undefined) running.rounds[start].push(await measureRound(contenders, running, order))
        }
      }
    } finally {
      for (const contender of [base, again, head]) contender.end()
    }
  }
  return all.map(({ rounds, skipped }) => (skipped === undefined ? rounds : { skipped }))
}

async function measureRound(
  contenders: Contenders,
  { one, amount = one.unit }: Running,
  order: readonly (keyof Round)[],
): Promise<Round> {
  const seconds = { base: 0, again: 0, head: 0 }
  for (const name of order) {
    seconds[name] = secondsOf(await contenders[name].measure({ name: one.name, amount }), `${name} fails in`, one)
  }
  return seconds
}

/**
 * Prepares a case before measuring starts. Finds the amount of work that takes about `sliceSeconds`. Then runs
 * this work in each process as a warm-up, so that all code is compiled. The warm-up must last until memory is reused:
 * until the first garbage collection, each call of `fit` touches new pages, and that can double its time.
 */
async function warmUp(
  contenders: Contenders,
  running: Running,
  { sliceSeconds, warmUpSeconds }: Effort,
): Promise<void> {
  if (running.skipped !== undefined) return
  const { one } = running
  const { name } = one
  const first = await contenders.base.measure({ name, amount: one.unit })
  if ('problem' in first) {
    running.skipped = `the base says: ${first.problem}`
    return
  }
  running.amount ??= await findAmount(contenders.base, one, sliceSeconds)
  for (const [who, contender] of Object.entries(contenders)) {
    const failing = who === 'head' ? 'the head fails, and its base does not, in' : `${who} fails in`
    for (const start = performance.now(); performance.now() - start < 1000 * warmUpSeconds; ) {
      secondsOf(await contender.measure({ name, amount: running.amount }), failing, one)
    }
  }
  running.rounds.push([])
}

/**
 * Returns the amount of work that takes about `sliceSeconds`. Doubles the amount until it takes at least half of that
 * time, and then scales it to the full time.
 */
async function findAmount(base: Contender, one: GuardCase, sliceSeconds: number): Promise<number> {
  for (let amount = one.unit; ; amount = Math.min(2 * amount, one.most)) {
    const seconds = secondsOf(await base.measure({ name: one.name, amount }), 'the base fails in', one)
    if (seconds < sliceSeconds / 2 && amount < one.most) continue
    const units = Math.max(1, Math.round((amount / one.unit) * (sliceSeconds / seconds)))
    return Math.min(units * one.unit, one.most)
  }
}

function secondsOf(answer: Answer, failing: string, { name }: GuardCase): number {
  if ('problem' in answer) throw new Error(`${failing} "${name}": ${answer.problem}`)
  return answer.seconds
}
