/**
 * Prints the compiler flag with the path of the node-addon-api headers. The flag marks them as system headers, so that
 * the compiler prints no warnings about them.
 *
 *   node scripts/native/include-flags.mjs          for node-gyp: a path relative to build/, where make runs
 *   node scripts/native/include-flags.mjs --all    for CMake: an absolute path, and a second flag for the headers of
 *                                                  node-api-headers, which node-gyp finds without a flag
 */
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const build = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'build')
const addonApi = dirname(require.resolve('node-addon-api/package.json'))

if (process.argv[2] === '--all') {
  const nodeApi = join(dirname(require.resolve('node-api-headers/package.json')), 'include')
  console.log(`-isystem "${addonApi}" -isystem "${nodeApi}"`)
} else {
  console.log(`-isystem "${relative(build, addonApi)}"`)
}
