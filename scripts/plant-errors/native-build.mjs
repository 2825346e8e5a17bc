/** Builds the native sources of the copy: once in full, then only the files that a planted error changes. */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { lookAtMachine } from '../native/machine.mjs'
import { writeNodeHeaders } from '../native/node-headers.mjs'
import { recordAddon } from '../native/record.mjs'
import { run, toolEnvironment } from '../setup/run.mjs'

const jobs = `--jobs=${availableParallelism()}`

/** @param {string} folder @throws Error if the build fails */
export async function buildAll(folder) {
  const { nodeGyp, compiler, python } = lookAtMachine(folder)
  if (!nodeGyp || !compiler || !python)
    throw new Error('planting native errors needs node-gyp, a C++ compiler and Python')
  // These headers stay after the build. If they were removed, as in set-up, make would rebuild every object.
  const headers = join(folder, 'node-headers')
  writeNodeHeaders(headers)
  const flags = [`--nodedir=${headers}`, '--force-process-config', `--python=${python}`, jobs]
  const env = { ...toolEnvironment(), CXX: compiler }
  const { ok, output } = await run([process.execPath, nodeGyp, 'rebuild', ...flags], { cwd: folder, env })
  if (!ok) throw new Error(`the native sources do not build:\n${output}`)
  recordAddon(folder, 'node-gyp')
}

/** @param {string} folder @returns {Promise<string | undefined>} why the build failed */
export async function buildChanged(folder) {
  const command = ['make', '-C', 'build', 'BUILDTYPE=Release', jobs]
  const { ok, output } = await run(command, { cwd: folder, env: toolEnvironment() })
  if (!ok) return output
  recordAddon(folder, 'node-gyp')
}
