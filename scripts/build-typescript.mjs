/**
 * Compiles src/ to dist/, bundles the result into dist/bundle/, and removes the outputs of deleted sources from dist/.
 * `npm run build` runs this script.
 */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildTypescript } from './setup/typescript.mjs'

const problem = await buildTypescript(dirname(dirname(fileURLToPath(import.meta.url))))
if (problem) {
  console.error(problem)
  process.exitCode = 1
}
