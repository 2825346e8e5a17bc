import { readdirSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

// Where this names a bundle of certificates, each start of node parses all of it, which takes more than the rest of the start.
// The tests start hundreds, and none speaks TLS: npm only packs.
delete process.env.NODE_EXTRA_CA_CERTS

/**
 * Files whose start takes longer than what they test run one after another in the same processes. Not here: what starts
 * processes or worker threads, loads a native library other than the addon, or measures or changes what belongs to the whole
 * process, over which test/support/same-process.ts watches.
 */
const short = [
  /^(architecture|house)\./,
  /^base\/(byte-order|exact-math|random)\./,
  /^bench\/(guard-statistics|onnx-file|report|roofline|scale)\./,
  /^cli\/(bench\/bench-report|run\/train-plan)\./,
  /^(compile|metrics|perceptron|program)\//,
  /^data\/(augment-geometry|dataset|digits-skeletons|folds|idx-dataset|label-names|select-rows|split|standardize)\./,
  /^engine\/(evaluate|model-file)\./,
  /^formats\/onnx\/(read|refuse)\./,
  /^network\/(bytes|check-gradients|network|standardize)\./,
  /^pool\/in-order\./,
  /^readers\/(decimal-numbers|ndjson)\./,
  /^scripts\/(dependencies|loader|lock|native-sources|plan|planted|system)/,
  /^streams\/(answers|bad-rows|batches)\./,
  /^training\/(checkpoint|chunked|cost-limit|divergence|early|inverse|l-bfgs|partial|progress|row|schedules|source)/,
]
const together = readdirSync(new URL('./test', import.meta.url), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && short.some((pattern) => pattern.test(name)))
  .map((name) => `test/${name}`)

// The tests run against the built files in dist/: what is tested is what ships, worker threads included.
export default defineConfig({
  test: {
    server: { deps: { external: [/\/dist\//] } },
    pool: 'forks',
    // Vitest leaves one processor free: of two it would use one.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // They run in the order of their names: with the short files at the end neither processor waits long for the other.
    projects: [
      { extends: true, test: { name: 'alone', include: ['test/**/*.test.ts'], exclude: together } },
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
