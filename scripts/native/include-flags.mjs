/**
 * Prints the compiler flags for the headers of node-addon-api. The flags declare the headers as system headers, so that
 * the compiler prints no warnings about them. With --all, for CMake, the script also prints the flags for the headers
 * of node-api-headers. gyp finds those headers through --nodedir.
 *
 * The paths are relative to build/, where gyp's makefile runs. With --all they are absolute.
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
