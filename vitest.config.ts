import { readdirSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

// Where this names a bundle of certificates, each start of node parses all of it, which takes more than the rest of the start.
// The tests start hundreds, and none speaks TLS: npm only packs.
delete process.env.NODE_EXTRA_CA_CERTS

/**
 * Files whose start takes longer than what they test run one after another in the same processes. Not here: what starts
 * worker threads, loads a native library other than the addon, or measures or changes what belongs to the whole process, over
 * which test/support/same-process.ts watches; and no two files with a module of test/support that has a folder for one of them.
 */
const short = [
  /^(architecture|house|links|plain-english)\./,
  /^base\/(byte-order|errors|exact-math|files|random)\./,
  /^bench\/(cluster|command-line|guard-statistics|onnx-file|report|roofline|scale)\./,
  /^cli\/(?!terminal|bench\/bench-measure)/,
  /^(compile|exchange|formats|metrics|network|perceptron|program)\/(?!safetensors-write)/,
  /^data\/(augment-geometry|dataset|digits-skeletons|folds|idx-dataset|label-names|select-rows|set-numbers|split|standardize)/,
  /^engine\/(evaluate|model-file|target-sums|tracing)\./,
  /^pool\/in-order\./,
  /^readers\/(decimal-numbers|found-label-names|ndjson|npy|readers-fuzz|text-encoding)\./,
  /^scripts\/(dependencies|find-openblas|loader|lock|native-sources|plan|planted|system)/,
  /^streams\/(answers|bad-rows|batches)\./,
  /^training\/(?!folder-threads|kill|recorded-runs)/,
]
/**
 * Long files: they run every program of the documentation, install and bundle the packed package, read thousands of
 * damaged tables, drive a browser, kill and resume trainings, or hold what few changes touch. `npm run test:long` runs them, and so does CI, but not `npm test`.
 */
const long = [
  /^(docs|pipelines|readme|tutorial)\./,
  /^(browser|packaging)\//,
  /^backend\/(arbitrary-precision|native-threads|pairs|pairs-l-bfgs|tile-bits|wasm-functions|wasm-memory)\./,
  /^cli\/(commands\/train-checkpoints|launch\/(launch|ranks)|run\/overwriting)\./,
  /^(base\/package-folder|data\/mnist-download|drawing\/ink|engine\/lifetime|pool\/pool|scripts\/build-typescript)\./,
  /^distributed\/(connect|examples|faults|runs|training)\./,
  /^pictures\/(damaged|find|many-marks)\./,
  /^readers\/(duckdb-database|duckdb-files|precision|shards|table-shards|tables-fuzz)\./,
  /^training\/(kill|l-bfgs-minimum|source-checkpoint)\./,
]

const named = (patterns: RegExp[]) =>
  readdirSync(new URL('./test', import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && patterns.some((pattern) => pattern.test(name)))
    .map((name) => `test/${name}`)
const together = named(short).filter((name) => !named(long).includes(name))

// The tests run against the built files in dist/: what is tested is what ships, worker threads included.
export default defineConfig({
  test: {
    server: { deps: { external: [/\/dist\//] } },
    pool: 'forks',
    // Vitest leaves one processor free: of two it would use one.
    maxWorkers: 2,
    // Of tests in a file that run at the same time. More of those that start processes would only wait for processors.
    maxConcurrency: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What a test waits for comes late on a busy machine. The default is one second.
    expect: { poll: { timeout: 30_000 } },
    // They run in the order of their names: with the short files at the end neither processor waits long for the other.
    projects: [
      { extends: true, test: { name: 'long', include: named(long) } },
      {
        extends: true,
        test: { name: 'alone', include: ['test/**/*.test.ts'], exclude: [...together, ...named(long)] },
      },
      {
        extends: true,
        test: {
          name: 'together',
          include: together,
          isolate: false,
          setupFiles: ['test/support/same-process.ts'],
        },
      },
    ],
  },
})
