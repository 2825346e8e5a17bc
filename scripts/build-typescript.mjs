/** `npm run build`: compiles src/ to dist/, bundles it into dist/bundle/, and removes outputs of deleted sources from dist/. */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildTypescript } from './setup/typescript.mjs'

const problem = await buildTypescript(dirname(dirname(fileURLToPath(import.meta.url))))
if (problem) {
  console.error(problem)
  process.exitCode = 1
}
