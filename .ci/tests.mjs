// Runs a command that runs tests, for .ci/run: node .ci/tests.mjs RESULT.json COMMAND ARGUMENT...
// The files of tests that failed run once more, alone. A test that fails only beside others is named, and counts as passed: what
// it needed was time or memory. One that fails alone too fails the run.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'

const [file, command, ...args] = process.argv.slice(2)
const vitest = ['--reporter=default', '--reporter=json']

const run = (program, options) => spawnSync(program, options, { stdio: ['ignore', 'inherit', 'inherit'] }).status ?? 1
const read = (name) => JSON.parse(readFileSync(name, 'utf8'))
const failedTests = (results) =>
  results.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed')
    const path = relative('.', name)
    if (failed.length === 0 && status === 'failed') return [{ path, title: path, reason: message }]
    return failed.map((test) => ({
      path,
      title: `${path} > ${test.fullName}`,
      reason: test.failureMessages.join('\n'),
    }))
  })

let status = run(command, [...args, ...vitest, `--outputFile.json=${file}`])
const results = read(file)
const failed = failedTests(results)
let { numPassedTests: passed, numFailedTests } = results

if (failed.length > 0) {
  const paths = [...new Set(failed.map(({ path }) => path))]
  console.log(`Once more, alone: ${paths.join(' ')}`)
  const again = `${file}.again`
  status = run('npx', [
    '--no-install',
    'vitest',
    'run',
    '--maxWorkers=1',
    ...vitest,
    `--outputFile.json=${again}`,
    ...paths,
  ])
  const still = failedTests(read(again))
  const titles = new Set(still.map(({ title }) => title))
  for (const { title, reason } of failed) {
    console.log(titles.has(title) ? `failed: ${title}` : `failed beside others, passed alone: ${title}\n${reason}`)
  }
  for (const { title, reason } of still) console.log(`failed alone: ${title}\n${reason}`)
  passed += numFailedTests - still.length
  numFailedTests = still.length
}
writeFileSync(file, JSON.stringify({ passed, failed: numFailedTests, names: failed.map(({ title }) => title) }))
process.exitCode = status
