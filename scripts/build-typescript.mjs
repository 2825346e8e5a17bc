/** `npm run build`: compiles src/ to dist/, bundles it into dist/bundle/, and removes from dist/ what has no source any more. */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildTypescript } from './setup/typescript.mjs'

const problem = await buildTypescript(dirname(dirname(fileURLToPath(import.meta.url))))
if (problem) {
  console.error(problem)
  process.exitCode = 1
}
