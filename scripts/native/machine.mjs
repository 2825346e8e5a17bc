/**
 * Finds out which build tools this machine has. A compiler or other tool on the PATH counts only if it runs, because it
 * may be a stub.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { findOpenblas, notFound } from '../find-openblas.mjs'
import { findProgram } from '../setup/find-program.mjs'
import { sha256 } from '../setup/hash.mjs'
import { npmCommand, npmFolders } from '../setup/npm.mjs'
import { managers } from './system-packages.mjs'

/**
 * @typedef {object} Machine
 * @property {string} platform
 * @property {string} node the version of Node
 * @property {string} [compiler]
 * @property {string} [make]
 * @property {string} [python] the command of a Python 3.9 or newer, which gyp needs
 * @property {string} [cmake]
 * @property {string} [ninja]
 * @property {string} [nodeGyp] the path of node-gyp's program
 * @property {string} [cmakeJs] the path of cmake-js's program
 * @property {string} [openblas] the folder of the library
 * @property {string} [openblasDirProblem] what is wrong with OPENBLAS_DIR
 * @property {keyof typeof managers} [manager]
 * @property {boolean} root whether the user is root
 * @property {boolean} sudo whether sudo is installed. `maySudo` tests whether it works without a password
 */

/**
 * Tries the programs in order, and returns the name of the first one that runs without an error.
 *
 * @param {string[]} names
 * @param {string[]} [args]
 */
function working(names, args = ['--version']) {
  return names.find((name) => findProgram(name) && spawnSync(name, args, { stdio: 'ignore' }).status === 0)
}

/** @param {string} root @param {string} program such as node-gyp/bin/node-gyp.js */
function installedWith(root, program) {
  try {
    return createRequire(join(root, 'package.json')).resolve(program)
  } catch {
    return undefined
  }
}

/** Finds node-gyp in node_modules, in the folder of npm, or among npm's global packages. @param {string} root */
function findNodeGyp(root) {
  const own = installedWith(root, 'node-gyp/bin/node-gyp.js')
  if (own) return own
  const [command, ...args] = npmCommand() ?? []
  const inside = (/** @type {string} */ folder) => join(folder, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js')
  const found = npmFolders().map(inside).find(existsSync)
  if (found || !command) return found
  const { stdout } = spawnSync(command, [...args, 'root', '-g'], { encoding: 'utf8' })
  const last = [inside(join(stdout?.trim() ?? '', 'npm')), join(stdout?.trim() ?? '', 'node-gyp', 'bin', 'node-gyp.js')]
  return last.find(existsSync)
}

/**
 * Whether sudo works without a password. This is tested only before an installation, because sudo may report a refusal
 * to the administrator.
 */
export const maySudo = () => spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0

/**
 * Returns the value of the environment variable CXX if the program that it names is on the PATH. The value may include
 * arguments, as in "ccache g++".
 *
 * @param {NodeJS.ProcessEnv} env
 */
const namedCompiler = ({ CXX }) => (CXX && findProgram(CXX.split(' ')[0]) ? CXX : undefined)

/** @param {string} root @param {NodeJS.ProcessEnv} [env] @returns {Machine} */
export function lookAtMachine(root, env = process.env) {
  const { platform, version } = process
  // On a Mac without the command line tools, running c++ opens a dialog. So no compiler is tried on such a Mac.
  const compilers = platform === 'darwin' && !working(['xcode-select'], ['-p']) ? [] : ['c++', 'g++', 'clang++']
  const pythons = [env.npm_config_python, env.PYTHON, 'python3', 'python'].filter((name) => name !== undefined)
  const cmake = working(['cmake'])
  const manager = Object.entries(managers).find(([, { program }]) => findProgram(program))?.[0]
  const openblas = findOpenblas()?.libDir
  return {
    platform,
    node: version,
    compiler: namedCompiler(env) ?? working(compilers),
    make: working(['make']),
    python: working(pythons, ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']),
    cmake,
    ninja: cmake && working(['ninja']),
    nodeGyp: findNodeGyp(root),
    cmakeJs: installedWith(root, 'cmake-js/bin/cmake-js'),
    openblas,
    openblasDirProblem: env.OPENBLAS_DIR && !openblas ? notFound() : undefined,
    manager,
    root: process.getuid?.() === 0,
    sudo: findProgram('sudo') !== undefined,
  }
}

/**
 * Returns a hash of everything that a build depends on. If a build has failed and the hash is unchanged, the build
 * would fail again. The hash includes whether the user is root, because a build that failed for an ordinary user may
 * succeed for root.
 *
 * @param {Machine} machine
 * @param {string} sources
 * @param {NodeJS.ProcessEnv} env
 */
export function fingerprint(machine, sources, env) {
  return sha256(JSON.stringify([machine, sources, env.DESCENT_NO_SYSTEM_PACKAGES ?? '']))
}
