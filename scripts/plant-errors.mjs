/**
 * Checks that the tests notice errors. The script plants errors, one at a time, in a copy of the built package, and
 * checks that the tests then fail. A planted error is a small wrong change of the code. There are errors for every
 * kernel, activation function, cost, optimizer and so on. Run this script by hand, not in CI, because it takes several
 * minutes.
 *
 *   node scripts/plant-errors.mjs              all errors in TypeScript code
 *   node scripts/plant-errors.mjs gemm adam    only errors in kernels, optimizers and so on whose names contain "gemm"
 *                                              or "adam"
 *   node scripts/plant-errors.mjs --native     the errors of the native backend. This takes some 20 minutes, because
 *                                              each error needs a build
 *   node scripts/plant-errors.mjs --wasm       the errors of the WebAssembly backend. AssemblyScript compiles each error
 *                                              in wasm/
 *
 * Each result is printed as soon as it is known. Progress goes to stderr. To continue after an interruption, pass the
 * names of the kernels that are left. The exit code is 1 if the tests missed an error.
 */
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { copyTree, runTests, whileChanged } from './plant-errors/copy.mjs'
import { buildAll, buildChanged } from './plant-errors/native-build.mjs'
import { nativeErrors, plant, typescriptErrors, wasmErrors } from './plant-errors/plan.mjs'
import { buildModule } from './plant-errors/wasm-build.mjs'

/** @typedef {import('./plant-errors/plan.mjs').Planted} Planted */

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const known = ['--native', '--wasm']
const flags = process.argv.slice(2).filter((argument) => argument.startsWith('--'))
const words = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const native = flags.includes('--native')
const wasm = flags.includes('--wasm')

/** Builds what a planted error has changed, and returns the output of the build if it failed. */
const build = native ? buildChanged : wasm ? buildModule : () => Promise.resolve(undefined)

/**
 * Runs the tests that should catch the given errors, before any error is planted. All of them must pass, because
 * otherwise a later failure would prove nothing.
 *
 * @param {string} folder
 * @param {Planted[]} errors
 * @returns {Promise<Map<string, string[]>>} the names of the tests that passed, by file
 */
async function checkUnharmed(folder, errors) {
  const unharmed = new Map()
  for (const test of new Set(errors.map((planted) => planted.test))) {
    const filters = new Set(errors.filter((planted) => planted.test === test).map(({ filter }) => filter))
    const { passed, failed } = await runTests(folder, { test, filter: filters.has('') ? '' : [...filters].join('|') })
    if (failed.length > 0) throw new Error(`${test} fails without a planted error: ${failed[0]}`)
    unharmed.set(test, passed)
  }
  const idle = errors.find((planted) => testsFor(planted, unharmed).length === 0)
  if (idle) throw new Error(`${idle.test} has no test that matches "${idle.filter}"`)
  return unharmed
}

/** @param {Planted} planted @param {Map<string, string[]>} unharmed */
const testsFor = ({ test, filter }, unharmed) =>
  (unharmed.get(test) ?? []).filter((name) => new RegExp(filter).test(name))

/**
 * Plants an error and runs its tests. Returns the name of the first failed test. Returns 'the end of the test process'
 * if the process ended early, and undefined if the tests missed the error.
 *
 * @param {string} folder
 * @param {Planted} planted
 * @param {Map<string, string[]>} unharmed the names of the tests that pass before an error is planted, by file
 */
async function noticedBy(folder, planted, unharmed) {
  const change = (/** @type {string} */ text) => plant(planted, text)
  return whileChanged(join(folder, planted.file), change, async () => {
    const problem = await build(folder)
    if (problem) {
      // A planted error must compile. Otherwise it shows nothing about the tests, so count it as missed.
      console.error(problem)
      return undefined
    }
    const { passed, failed } = await runTests(folder, planted)
    const lost = testsFor(planted, unharmed).some((name) => !passed.includes(name))
    return (
      failed.at(0)?.replace(/^the (native|wasm|TypeScript) backend /, '') ??
      (lost ? 'the end of the test process' : undefined)
    )
  })
}

/** Formats code on a single line. @param {string} text */
const code = (text) => `\`${text.replace(/\s+/g, ' ').trim()}\``

/** @param {Planted} planted @param {string | undefined} test */
function printResult({ where, file, find, replace, test: testFile }, test) {
  const change = `${code(find)} -> ${code(replace)}`
  console.log(`${test ? 'noticed' : 'MISSED '}  ${where.padEnd(24)} ${file}  ${change}  ${test ?? testFile}`)
}

async function main() {
  const unknown = flags.find((flag) => !known.includes(flag))
  if (unknown) throw new Error(`unknown argument ${unknown}; known: ${known.join(', ')}`)
  const errors = (native ? nativeErrors : wasm ? wasmErrors : typescriptErrors).filter(
    ({ where }) => words.length === 0 || words.some((word) => where.includes(word)),
  )
  const folder = copyTree(root)
  try {
    if (native) await buildAll(folder)
    const unharmed = await checkUnharmed(folder, errors)
    let missed = 0
    const start = Date.now()
    for (const [i, planted] of errors.entries()) {
      const test = await noticedBy(folder, planted, unharmed)
      if (!test) missed++
      printResult(planted, test)
      const minutes = (Date.now() - start) / 60_000
      const left = (minutes / (i + 1)) * (errors.length - i - 1)
      console.error(`${i + 1} of ${errors.length} in ${minutes.toFixed(1)} minutes, about ${left.toFixed(1)} to go`)
    }
    console.error(`${errors.length} errors planted, ${errors.length - missed} noticed, ${missed} missed`)
    return missed > 0 ? 1 : 0
  } finally {
    rmSync(folder, { recursive: true })
  }
}

process.exitCode = await main()
