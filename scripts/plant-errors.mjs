/**
 * Do the tests notice? Plants one sign error at a time into a copy of the built package, in every kernel and in every record
 * of compile/, and runs the test that shall turn red. By hand, not in CI: it takes some minutes.
 *
 *   node scripts/plant-errors.mjs              all errors of the TypeScript backend and of compile/
 *   node scripts/plant-errors.mjs gemm adam    those in kernels or records whose name contains a word
 *   node scripts/plant-errors.mjs --native     a handful in the native sources, with a build for each
 *   node scripts/plant-errors.mjs --markdown   the table of docs/planted-errors.md; progress goes to stderr
 *
 * Exit code 1 where an error was missed.
 */
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { copyTree, runTests, whileChanged } from './plant-errors/copy.mjs'
import { errorsOfNative, plant, typescriptErrors } from './plant-errors/plan.mjs'
import { run, toolEnvironment } from './setup/run.mjs'

/** @typedef {import('./plant-errors/plan.mjs').Planted} Planted */

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const known = ['--native', '--markdown']
const flags = process.argv.slice(2).filter((argument) => argument.startsWith('--'))
const words = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const native = flags.includes('--native')
const markdown = flags.includes('--markdown')

/** @param {string} folder */
async function build(folder) {
  const { ok, output } = await run([process.execPath, 'scripts/build-native.mjs'], {
    cwd: folder,
    env: toolEnvironment(),
  })
  if (!ok) throw new Error(`the native sources do not build:\n${output}`)
}

/** Without an error all of these tests must pass, or their redness would say nothing. @param {string} folder @param {Planted[]} errors */
async function checkUnharmed(folder, errors) {
  for (const test of new Set(errors.map((planted) => planted.test))) {
    const filters = new Set(errors.filter((planted) => planted.test === test).map(({ filter }) => filter))
    const { failed } = await runTests(folder, { test, filter: filters.has('') ? '' : [...filters].join('|') })
    if (failed.length > 0) throw new Error(`${test} is red without an error: ${failed[0]}`)
  }
}

/** The name of the first test that turned red. @param {string} folder @param {Planted} planted */
async function noticedBy(folder, planted) {
  const change = (/** @type {string} */ text) => plant(planted, text)
  const { failed } = await whileChanged(join(folder, planted.file), change, async () => {
    if (native) await build(folder)
    return runTests(folder, planted)
  })
  return failed.at(0)
}

/** One line of code for a table. @param {string} text */
const code = (text) => `\`${text.replace(/\s+/g, ' ').trim()}\``

/** @param {Planted} planted @param {string | undefined} test */
function printResult({ where, file, find, replace, test: testFile }, test) {
  const name = file.split('/').slice(-2).join('/')
  const line = `${test ? 'noticed' : 'MISSED '}  ${where.padEnd(24)} ${testFile}  ${code(find)} -> ${code(replace)}`
  if (markdown) {
    console.error(line)
    console.log(`| ${where} | ${name} | ${code(find)} | ${code(replace)} | ${test ?? '**missed**'} |`)
  } else console.log(line)
}

async function main() {
  const unknown = flags.find((flag) => !known.includes(flag))
  if (unknown) throw new Error(`unknown argument ${unknown}; known: ${known.join(', ')}`)
  const errors = (native ? errorsOfNative : typescriptErrors).filter(
    ({ where }) => words.length === 0 || words.some((word) => where.includes(word)),
  )
  const folder = copyTree(root)
  try {
    await checkUnharmed(folder, errors)
    if (markdown) {
      console.log('| where | file | instead of | stands | noticed by |')
      console.log('| --- | --- | --- | --- | --- |')
    }
    let missed = 0
    for (const planted of errors) {
      const test = await noticedBy(folder, planted)
      if (!test) missed++
      printResult(planted, test)
    }
    console.error(`${errors.length} errors planted, ${errors.length - missed} noticed, ${missed} missed`)
    return missed > 0 ? 1 : 0
  } finally {
    rmSync(folder, { recursive: true })
  }
}

process.exitCode = await main()
