/** Builds the addon (build/Release/descent.node) with node-gyp or with cmake-js. */
import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { run, toolEnvironment } from '../setup/run.mjs'
import { writeNodeHeaders } from './node-headers.mjs'
import { addonPath } from './record.mjs'
import { copySources } from './sources.mjs'

/** @typedef {import('./machine.mjs').Machine} Machine */

/** The path of the file with the complete log of the last build. @param {string} root */
const logPath = (root) => join(root, 'build', 'native.log')

/** @param {string} root @param {Machine} machine */
async function nodeGyp(root, { nodeGyp, compiler, python }) {
  // Build a copy of the sources in a temporary folder. The package may be in a path with a space, which gyp's makefile
  // does not support, and a binding.gyp in its folder would be compiled by package managers.
  const folder = mkdtempSync(join(tmpdir(), 'descent-build-'))
  try {
    const headers = join(folder, 'headers')
    copySources(root, folder)
    writeNodeHeaders(headers)
    // Without --force-process-config, node-gyp would look for a config.gypi among the headers. With this flag, it uses
    // the configuration of the running Node.
    const flags = [`--nodedir=${headers}`, '--force-process-config', `--python=${python}`]
    const outcome = await run(
      [process.execPath, `${nodeGyp}`, 'rebuild', ...flags, `--jobs=${availableParallelism()}`],
      { cwd: folder, env: { ...toolEnvironment(), CXX: compiler } },
    )
    if (outcome.ok) placeAddon(root, join(folder, 'build', 'Release', 'descent.node'))
    return outcome
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @param {string} root @param {Machine} machine */
async function cmakeJs(root, { cmakeJs, compiler }) {
  // CMake does not build in build/, because the addon that programs are using is there.
  const folder = 'build-cmake'
  rmSync(join(root, folder), { recursive: true, force: true })
  const command = [
    process.execPath,
    `${cmakeJs}`,
    'compile',
    '--out',
    folder,
    '--parallel',
    `${availableParallelism()}`,
  ]
  const outcome = await run(command, { cwd: root, env: { ...toolEnvironment(), CXX: compiler } })
  if (outcome.ok) placeAddon(root, join(root, folder, 'Release', 'descent.node'))
  return outcome
}

/** Copies an addon to where descent loads it from. @param {string} root @param {string} addon */
function placeAddon(root, addon) {
  mkdirSync(dirname(addonPath(root)), { recursive: true })
  copyFileSync(addon, `${addonPath(root)}.new`)
  renameSync(`${addonPath(root)}.new`, addonPath(root))
}

const builders = { 'node-gyp': nodeGyp, 'cmake-js': cmakeJs }

/**
 * @param {string} root
 * @param {import('./plan.mjs').Builder} builder
 * @param {Machine} machine
 */
export async function buildWith(root, builder, machine) {
  const outcome = await builders[builder](root, machine)
  mkdirSync(dirname(logPath(root)), { recursive: true })
  writeFileSync(logPath(root), outcome.output)
  return outcome
}

/** Returns the line of a build log that says why the build failed. @param {string} log */
export function firstError(log) {
  const lines = log.split('\n').map((line) => line.trim())
  for (const pattern of [/\berror: /, /undefined reference|cannot find -l|was not found/, /^gyp ERR! stack Error/]) {
    const line = lines.find((line) => pattern.test(line))
    if (line) return line.replace(/^gyp ERR! stack Error: /, '')
  }
  return lines.filter(Boolean).at(-1) ?? 'the builder printed nothing'
}
