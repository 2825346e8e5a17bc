import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { packageFile } from '../../base/package-folder.js'
import { startJob } from './job.js'
import type { Launcher } from './launcher.js'
import { forwardedVariables, launcherArguments } from './launcher-arguments.js'

/** What a process of the self-test has found. */
export interface RankFacts {
  readonly rank: number
  readonly size: number
  readonly host: string
  /** What the MPI library says about itself. */
  readonly library: string
  /** The file of the MPI library. Empty where the system does not tell. */
  readonly file: string
  /** The number of processors that the process may use. */
  readonly processors: number
  /** The sum of 1 and 2 that the two processes computed together. */
  readonly sum: number
}

/** The result of the self-test. */
export interface SelfTest {
  /** Sorted by rank. */
  readonly ranks: readonly RankFacts[]
  readonly seconds: number
  /** Why the test has failed, if so. */
  readonly problem?: string
}

const patience = 60
const marker = 'descent self-test: '

/** The program of each process, which finds the library among the files that the process has mapped into its memory. */
const script = `
import { readFileSync } from 'node:fs'
import { availableParallelism, hostname } from 'node:os'
const { connect } = await import(process.argv[1])
const communicator = await connect({ connectTimeoutMs: 30000, timeoutMs: 30000 })
const { rank, size, library } = communicator
const sum = Float64Array.of(rank + 1)
await communicator.allreduce(sum)
const file = (() => {
  try {
    return /\\S*\\/libmpi(ch|_abi)?\\.[^\\s/]*/.exec(readFileSync('/proc/self/maps', 'utf8'))?.[0] ?? ''
  } catch {
    return ''
  }
})()
const facts = { rank, size, library, file, host: hostname(), processors: availableParallelism(), sum: sum[0] }
process.stdout.write('${marker}' + JSON.stringify(facts) + '\\n')
await communicator.close()
`

/** Starts two processes with a launcher, which connect and compute a sum together. */
export async function testLauncher(launcher: Launcher): Promise<SelfTest> {
  const module = pathToFileURL(packageFile('dist/bundle/distributed.js')).href
  const plan = {
    ranks: 2,
    hosts: undefined,
    network: undefined,
    // The test must work on a single processor too.
    oversubscribe: true,
    remoteShell: undefined,
    variables: forwardedVariables(process.env),
    program: [process.execPath, '--input-type=module', '--eval', script, '--', module],
  }
  const started = performance.now()
  const job = startJob(launcher, launcherArguments(launcher, plan), { collects: true })
  const canceled = new AbortController()
  const code = await Promise.race([
    job.ended,
    delay(1000 * patience, undefined, { signal: canceled.signal }).catch(() => undefined),
  ])
  canceled.abort()
  job.kill()
  const seconds = (performance.now() - started) / 1000
  const ranks = factsIn(job.output())
  const problem = problemOf(ranks, code, job.output())
  return { ranks, seconds, ...(problem !== undefined && { problem }) }
}

function factsIn(output: string): RankFacts[] {
  const texts = output.split(/\r?\n/).filter((line) => line.startsWith(marker))
  return texts.map((line) => JSON.parse(line.slice(marker.length)) as RankFacts).sort((a, b) => a.rank - b.rank)
}

/** Returns what is wrong with the result of the processes, if anything. `code` is undefined if they did not end in time. */
export function problemOf(ranks: readonly RankFacts[], code: number | undefined, output: string): string | undefined {
  const said = output
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !line.startsWith(marker) && !/^-+$/.test(line))
    .slice(0, 8)
    .join('\n  ')
  const more = said === '' ? '' : `:\n  ${said}`
  if (code === undefined) return `the two processes did not end within ${patience} s${more}`
  if (code !== 0) return `the two processes ended with code ${code}${more}`
  if (ranks.length !== 2) return `${ranks.length} of the two processes reported a result${more}`
  const alone = ranks.filter(({ size }) => size !== 2)
  if (alone.length > 0) {
    return 'each process is alone: the launcher and the MPI library do not belong together, or Slurm lacks a plugin for it'
  }
  const wrong = ranks.find(({ sum }) => sum !== 3)
  return wrong && `the sum of 1 and 2 is ${wrong.sum} in rank ${wrong.rank}`
}
