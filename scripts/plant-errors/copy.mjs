import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run, toolEnvironment } from '../setup/run.mjs'

/**
 * @typedef {object} Outcome
 * @property {string[]} passed the names of the tests that passed
 * @property {string[]} failed
 */

const needed = [
  'package.json',
  'vitest.config.ts',
  'binding.gyp',
  'CMakeLists.txt',
  'dist',
  'test',
  'build',
  'native',
  'wasm',
  'scripts',
]

/** Copies the files for tests and builds to a temporary folder, where errors can be planted. @param {string} root */
export function copyTree(root) {
  const folder = mkdtempSync(join(tmpdir(), 'descent-planted-'))
  for (const name of needed.filter((name) => existsSync(join(root, name)))) {
    cpSync(join(root, name), join(folder, name), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

/**
 * Runs the tests of one file. If `filter` is not empty, runs only the tests with names that match this pattern.
 *
 * @param {string} folder
 * @param {{ test: string, filter: string }} tests
 * @returns {Promise<Outcome>} the passed and failed tests. Both lists are empty if the process ended without a report
 */
export async function runTests(folder, { test, filter }) {
  const report = join(folder, 'report.json')
  rmSync(report, { force: true })
  const vitest = join(folder, 'node_modules', 'vitest', 'vitest.mjs')
  const only = filter === '' ? [] : ['-t', filter]
  // Tests are slow on a busy machine. The long timeout keeps a slow test from counting as a failure.
  const patience = '--testTimeout=300000'
  const command = ['run', test, ...only, patience, '--bail=1', '--reporter=json', `--outputFile=${report}`]
  const { ok, output } = await run([process.execPath, vitest, ...command], { cwd: folder, env: toolEnvironment() })
  /** @type {{ testResults: { assertionResults: { status: string, fullName: string }[] }[] }} */
  const { testResults } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : { testResults: [] }
  const results = testResults.flatMap(({ assertionResults }) => assertionResults)
  const named = (/** @type {string} */ status) => results.filter((r) => r.status === status).map((r) => r.fullName)
  const [passed, failed] = [named('passed'), named('failed')]
  // If the filter matches no test, Vitest succeeds without having tested anything. Treat that as an error.
  if (ok && passed.length === 0) throw new Error(`${test} has no test that matches "${filter}":\n${output}`)
  return { passed, failed }
}

/**
 * Changes a file, runs `work`, then restores the file.
 *
 * @template T
 * @param {string} path
 * @param {(text: string) => string} change
 * @param {() => Promise<T>} work
 */
export async function whileChanged(path, change, work) {
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, change(text))
  try {
    return await work()
  } finally {
    writeFileSync(path, text)
  }
}
