/**
 * Checks that this checkout (the head) is not slower than its base (`npm run guard`). The base is the merge base with
 * the main branch, or the commit that is given with `--base`. Several cases are measured, such as training a small
 * network. The exit code is 1 if a case is slower by more than the noise plus a small allowance. It is 0 if no case is
 * slower, if the noise is too large to judge a case, if there is no base, or if the base cannot be built.
 *
 * Two processes of the base and one process of the head measure the same cases, in short turns. The difference between
 * the two processes of the base is the noise. A case that looks slower is measured again for longer, and the second
 * result counts.
 */
import { fileURLToPath } from 'node:url'
import { endWith, readOptions } from './command-line.js'
import { findBase, gitIn } from './guard/base.js'
import { buildBase } from './guard/build-base.js'
import { guardCases } from './guard/cases.js'
import { exitCodeOf, type Line, tableOf } from './guard/report.js'
import { type Effort, measureRounds, type Samples } from './guard/rounds.js'
import { judge } from './guard/statistics.js'
import { describeMachine } from './machine.js'

const usage = `npm run guard -- [--short] [--base COMMIT]: is this checkout slower than its merge base with the main branch?`
const values = readOptions(usage, { short: { type: 'boolean', default: false }, base: { type: 'string' } })
const root = fileURLToPath(new URL('..', import.meta.url))
const effort: Effort = values.short
  ? { starts: 4, rounds: 6, sliceSeconds: 0.01, warmUpSeconds: 0.4 }
  : { starts: 8, rounds: 16, sliceSeconds: 0.01, warmUpSeconds: 0.8 }
const effortAgain: Effort = { ...effort, starts: 2 * effort.starts }

process.exitCode = await guard()

async function guard(): Promise<number> {
  const found = values.base === undefined ? findBase(root) : findNamed(values.base)
  if ('missing' in found) return nothingToCompare(found.missing)
  const { commit, origin } = found
  const base = commit.slice(0, 10)
  console.error(`guard: building ${base}, ${origin}`)
  const built = buildBase(root, commit)
  if ('problem' in built) return nothingToCompare(`The base ${base} cannot be built here: ${built.problem}.`)

  const folders = { base: built.folder, head: root }
  const lines = linesOf(await measureRounds(folders, guardCases, effort))
  const suspicious = lines.filter(({ result }) => 'verdict' in result && result.verdict === 'slower')
  const cases = guardCases.filter(({ name }) => suspicious.some((line) => line.name === name))
  if (cases.length > 0) {
    console.error(`guard: measuring again what looks slower:\n${tableOf(suspicious)}`)
    const again = linesOf(await measureRounds(folders, cases, effortAgain), cases)
    for (const line of again) lines[lines.findIndex(({ name }) => name === line.name)] = line
  }
  console.log(`${Object.values(describeMachine()).join('; ')}; base ${base}, ${origin}\n\n${tableOf(lines)}`)
  return exitCodeOf(lines)
}

function findNamed(commit: string): ReturnType<typeof findBase> {
  const result = gitIn(root)('rev-parse', '--verify', '--quiet', `${commit}^{commit}`)
  if ('text' in result) return { commit: result.text, origin: 'the commit that was asked for' }
  return endWith(`--base must be a commit of this repository, not ${commit}`)
}

function linesOf(samples: readonly Samples[], cases = guardCases): Line[] {
  return samples.map((found, i) => ({
    name: cases[i].name,
    result: 'skipped' in found ? found : judge(found),
  }))
}

function nothingToCompare(reason: string): number {
  console.log(`guard: ${reason}`)
  return 0
}
