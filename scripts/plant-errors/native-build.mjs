/**
 * Builds the native sources in the copy of the package where errors are planted. `buildAll` compiles all files, and
 * `buildChanged` then compiles only the files that have changed.
 */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { lookAtMachine } from '../native/machine.mjs'
import { writeNodeHeaders } from '../native/node-headers.mjs'
import { recordAddon } from '../native/record.mjs'
import { run, toolEnvironment } from '../setup/run.mjs'

const jobs = `--jobs=${availableParallelism()}`

/** Builds all native sources. @param {string} folder @throws Error if a build tool is missing or the build fails */
export async function buildAll(folder) {
  const { nodeGyp, compiler, python } = lookAtMachine(folder)
  if (!nodeGyp || !compiler || !python)
    throw new Error('planting native errors needs node-gyp, a C++ compiler and Python')
  // Keep the headers after the build. Without them, make would later rebuild every object file.
  const headers = join(folder, 'node-headers')
  writeNodeHeaders(headers)
  const flags = [`--nodedir=${headers}`, '--force-process-config', `--python=${python}`, jobs]
  const env = { ...toolEnvironment(), CXX: compiler }
  const { ok, output } = await run([process.execPath, nodeGyp, 'rebuild', ...flags], { cwd: folder, env })
  if (!ok) throw new Error(`the native sources do not build:\n${output}`)
  recordAddon(folder, 'node-gyp')
}

/**
 * Builds the native sources that have changed.
 *
 * @param {string} folder
 * @returns {Promise<string | undefined>} the output of the build if it failed
 */
export async function buildChanged(folder) {
  const command = ['make', '-C', 'build', 'BUILDTYPE=Release', jobs]
  const { ok, output } = await run(command, { cwd: folder, env: toolEnvironment() })
  if (!ok) return output
  recordAddon(folder, 'node-gyp')
}
