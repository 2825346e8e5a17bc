/**
 * Runs the tests of the native kernels several times: once at each vector level of this processor (such as AVX2), and
 * once with each set of OpenBLAS kernels that this processor can execute. On processors with AVX-512, it also runs them
 * with AVX2 vectors beside OpenBLAS's AVX-512 kernels. All tests must pass each time.
 *
 *   node scripts/test-levels.mjs              all levels and sets of OpenBLAS kernels
 *   node scripts/test-levels.mjs avx2 Zen     only levels and sets whose names contain one of these words
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const files = [
  ...['arbitrary-precision', 'native', 'pairs', 'tile-bits', 'vector-levels'].map(
    (name) => `test/backend/${name}.test.ts`,
  ),
  ...['random-networks', 'records'].map((name) => `test/compile/${name}.test.ts`),
  ...['inverse-hessian', 'l-bfgs', 'l-bfgs-minimum', 'partial-fit', 'row-weights', 'schedules'].map(
    (name) => `test/training/${name}.test.ts`,
  ),
  ...[
    'network/activations',
    'network/check-gradients',
    'network/standardize',
    'engine/evaluate',
    'engine/row-bits',
    'streams/answers',
    'bench/work',
  ].map((name) => `test/${name}.test.ts`),
  ...['exchange/javascript', 'exchange/npz', 'exchange/tensors', 'formats/onnx/read', 'formats/onnx/write'].map(
    (name) => `test/${name}.test.ts`,
  ),
]
const cores = ['Haswell', 'SkylakeX', 'Zen', 'Nehalem']

/**
 * A program that prints the name of the OpenBLAS kernels in use and the available vector levels. It first multiplies
 * matrices with OpenBLAS, so that it crashes if the processor cannot execute these kernels.
 */
const probe = `
  import { createRequire } from 'node:module'
  import { Network } from './dist/bundle/index.js'
  new Network([700, 700], { backend: 'native' }).feedforward(new Float32Array(300 * 700))
  const { core, levels } = createRequire(import.meta.url)('./build/Release/descent.node').describe()
  console.log(JSON.stringify({ core, levels }))`

/**
 * Runs `probe` in a new process with the given environment variables.
 *
 * @param {Record<string, string>} env
 * @returns {{ core: string, levels: string[] } | undefined} what it printed, or undefined if the process failed
 */
function tryOut(env) {
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', probe], {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  })
  return status === 0 ? JSON.parse(stdout) : undefined
}

/**
 * @param {string} name
 * @param {Record<string, string>} env
 * @returns {boolean} whether all tests passed
 */
function runTests(name, env) {
  const start = performance.now()
  const results = join(scratch, 'results.json')
  rmSync(results, { force: true })
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [vitest, 'run', ...files, '--reporter=default', '--reporter=json', `--outputFile.json=${results}`],
    { cwd: root, env: { ...process.env, DESCENT_EXPECT_NATIVE: '1', ...env }, encoding: 'utf8' },
  )
  if (status !== 0) console.log(stdout + stderr)
  const seconds = Math.round((performance.now() - start) / 1000)
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(results, 'utf8'))
    console.log(`${name}: ${numPassedTests} passed, ${numFailedTests} failed (${seconds} s)`)
  } catch {
    console.log(`${name}: the tests did not run`)
  }
  return status === 0
}

// Missing test files are reported here, because Vitest ignores the names of files that do not exist.
const lost = files.find((file) => !existsSync(join(root, file)))
if (lost) throw new Error(`scripts/test-levels.mjs names ${lost}, which does not exist`)

const wanted = process.argv.slice(2)
const isWanted = (/** @type {string} */ name) => wanted.length === 0 || wanted.some((word) => name.includes(word))
const scratch = mkdtempSync(join(tmpdir(), 'descent-levels-'))
let failed = 0
try {
  const usual = tryOut({ DESCENT_VECTORS: '' })
  if (!usual)
    throw new Error('the native backend does not run on this machine: run "npm run setup", then "npx descent-nn info"')
  console.log(`${cpus()[0]?.model.trim()}: vector levels ${usual.levels.join(', ')}`)
  for (const level of usual.levels) {
    const name = `DESCENT_VECTORS=${level}, ${usual.core} kernels`
    if (isWanted(name) && !runTests(name, { DESCENT_VECTORS: level })) failed++
  }
  const widest = usual.levels[usual.levels.length - 1]
  // OpenBLAS's kernels for AVX-512 compute small products differently, which only shows where its products are not
  // computed in tiles of AVX-512.
  const pairs = [...cores.map((core) => [core, widest]), ...(widest === 'avx512' ? [['SkylakeX', 'avx2']] : [])]
  for (const [core, level] of pairs) {
    const name = `OPENBLAS_CORETYPE=${core}, ${level} vectors`
    // The loop above has run the usual kernels at each level.
    if (core === usual.core) continue
    if (!isWanted(name)) continue
    const env = { OPENBLAS_CORETYPE: core, DESCENT_VECTORS: level }
    const found = tryOut(env)
    if (!found) console.log(`${name}: not run, because this processor cannot execute these kernels`)
    else if (found.core !== core)
      console.log(`${name}: not run, because OpenBLAS uses its ${found.core} kernels instead`)
    else if (!runTests(name, env)) failed++
  }
} finally {
  rmSync(scratch, { recursive: true })
}
process.exitCode = failed > 0 ? 1 : 0
