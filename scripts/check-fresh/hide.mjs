/**
 * Hides tools of this machine from one command. The command runs in its own mount namespace, where empty files and
 * folders are mounted over the compiler, Python, CMake or OpenBLAS. The rest of the machine is not affected. This works
 * only on Linux and as root.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { newFolder } from './trial.mjs'

/** @typedef {'compiler' | 'python' | 'cmake' | 'openblas'} Hidden */

/** @type {Record<Hidden, string[]>} */
const programs = {
  compiler: ['c++', 'g++', 'clang++', 'cc', 'gcc', 'clang'],
  python: ['python3', 'python'],
  cmake: ['cmake'],
  openblas: ['pkg-config'],
}

/**
 * Returns the folders of OpenBLAS for each architecture that Debian has installed, such as
 * /usr/lib/x86_64-linux-gnu/openblas-pthread.
 */
const openblasFolders = () =>
  ['/usr/include', '/usr/lib']
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.endsWith('-linux-gnu'))
        .flatMap((name) =>
          ['openblas-pthread', 'openblas-openmp', 'openblas-serial'].map((kind) => join(folder, name, kind)),
        )
        .filter((path) => existsSync(path)),
    )

/** @param {string} name */
const onPath = (name) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .filter((path) => existsSync(path))
    .map((path) => realpathSync(path))

const dpkgStatus = '/var/lib/dpkg/status'

/**
 * Returns the mount commands that make apt believe that OpenBLAS is not installed.
 *
 * @param {string} empty an empty folder
 */
function forgetPackages(empty) {
  if (!existsSync(dpkgStatus)) return []
  const packages = readFileSync(dpkgStatus, 'utf8').split('\n\n')
  const status = join(empty, '..', 'status')
  writeFileSync(status, packages.filter((text) => !/^Package: libopenblas/m.test(text)).join('\n\n'))
  return [`mount --bind ${status} ${dpkgStatus}`, `mount --bind ${empty} /var/cache/apt/archives`]
}

/**
 * Wraps a command so that it does not see the hidden tools.
 *
 * @param {string[]} command
 * @param {Hidden[]} hidden
 * @param {{ user?: number, offline?: boolean }} [how] the id of a user to run the command as, and whether to run it
 * without a network
 */
export function without(command, hidden, { user, offline } = {}) {
  const files = new Set(hidden.flatMap((thing) => programs[thing].flatMap(onPath)))
  const mounts = [...files].map((file) => `mount --bind /dev/null ${file}`)
  if (hidden.includes('openblas')) {
    const folder = newFolder('hidden')
    const empty = join(folder, 'empty')
    mkdirSync(empty)
    mounts.push(...openblasFolders().map((path) => `mount --bind ${empty} ${path}`))
    if (offline) mounts.push(...forgetPackages(empty))
  }
  const asUser = user === undefined ? [] : ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups']
  const script = [...mounts, 'exec "$@"'].join(' && ')
  return ['unshare', '--mount', ...(offline ? ['--net'] : []), 'sh', '-c', script, 'sh', ...asUser, ...command]
}
