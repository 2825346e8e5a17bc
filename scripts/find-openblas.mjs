/**
 * Finds OpenBLAS and prints the flags with which to compile and link against it. binding.gyp and CMakeLists.txt both
 * call this script, so that both use the same OpenBLAS.
 *
 *   node scripts/find-openblas.mjs compile-flags     prints, for example, -isystem /usr/include/openblas
 *   node scripts/find-openblas.mjs link-flags        prints, for example, -L/usr/lib64 -lopenblasp
 *   node scripts/find-openblas.mjs source            prints where OpenBLAS was found
 *
 * If OPENBLAS_DIR is set, the script looks only in that folder, which must have include/ and lib/. Otherwise the script
 * tries the pkg-config modules openblas and openblas-pthread, and then the folders where Debian, Fedora, Alpine, Arch
 * and Homebrew install OpenBLAS. The script ignores builds with 64-bit integers (openblas64), because their functions
 * have the same names but different signatures.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * @typedef {{ source: string, includeDirs: string[], libDirs: string[] }} Place folders where OpenBLAS may be installed
 * @typedef {{ source: string, includeDir: string, libDir: string, name: string }} OpenBlas an installed OpenBLAS
 * @typedef {object} Look gives access to the settings and files of the machine. Tests replace it
 * @property {Record<string, string | undefined>} env
 * @property {string} platform
 * @property {string} arch
 * @property {(path: string) => boolean} isFile whether the path is a file that is not empty
 * @property {(path: string) => string} read returns the text of a file, or '' if it cannot be read
 * @property {(name: string, variable: string) => string} pkgConfig returns a variable of a pkg-config module, or ''
 */

/**
 * The names of the library, in order of preference. The threaded library comes first, because Fedora's plain `openblas`
 * is the serial build, which is not thread-safe.
 */
const names = ['openblasp', 'openblas']

/**
 * The include folders that the compiler searches by default. This script prints no flag for them, because the flag
 * -isystem /usr/include breaks #include_next.
 */
const ownIncludeDirs = /^\/usr\/(local\/)?include(\/[a-z0-9_]+-linux-[a-z0-9]+)?$/

/** The library folders that the dynamic loader searches by default. Libraries in other folders need an rpath. */
const ownLibDirs = /^(\/usr)?\/lib(64)?(\/|$)|^\/usr\/local\/lib(64)?$/

/** @type {Record<string, string>} */
const multiarch = {
  x64: 'x86_64-linux-gnu',
  arm64: 'aarch64-linux-gnu',
  arm: 'arm-linux-gnueabihf',
  ppc64: 'powerpc64le-linux-gnu',
  s390x: 's390x-linux-gnu',
  riscv64: 'riscv64-linux-gnu',
}

/** @type {(source: string, prefix: string) => Place} */
const prefix = (source, prefix) => ({
  source,
  includeDirs: [join(prefix, 'include'), join(prefix, 'include', 'openblas')],
  libDirs: [join(prefix, 'lib'), join(prefix, 'lib64')],
})

/**
 * Whether a path has a space. Such a path cannot be used, because gyp's makefiles and CMake's flags do not support
 * spaces in paths.
 *
 * @param {string} path
 */
const hasSpace = (path) => /\s/.test(path)

/** @param {Look} look @returns {Place[]} */
export function places(look) {
  const { env, platform, arch, pkgConfig } = look
  // If OPENBLAS_DIR is set, use only that folder, because the user does not expect a different OpenBLAS.
  if (env.OPENBLAS_DIR) return [prefix(`OPENBLAS_DIR (${env.OPENBLAS_DIR})`, env.OPENBLAS_DIR)]
  const list = []
  for (const name of ['openblas', 'openblas-pthread']) {
    const libDir = pkgConfig(name, 'libdir')
    const includeDir = pkgConfig(name, 'includedir')
    if (libDir && includeDir) list.push({ source: `pkg-config ${name}`, includeDirs: [includeDir], libDirs: [libDir] })
  }
  if (platform === 'darwin') {
    list.push(prefix('Homebrew', arch === 'arm64' ? '/opt/homebrew/opt/openblas' : '/usr/local/opt/openblas'))
    return list
  }
  const triple = multiarch[arch]
  if (triple) {
    for (const folder of ['', '/openblas-pthread', '/openblas-openmp'])
      list.push({
        source: `/usr/lib/${triple}${folder}`,
        includeDirs: [`/usr/include/${triple}${folder}`],
        libDirs: [`/usr/lib/${triple}${folder}`],
      })
  }
  const includeDirs = ['/usr/include/openblas', '/usr/include']
  for (const libDir of ['/usr/lib64', '/usr/lib']) list.push({ source: libDir, includeDirs, libDirs: [libDir] })
  list.push(prefix('/usr/local', '/usr/local'), prefix('/opt/OpenBLAS', '/opt/OpenBLAS'))
  list.push(prefix('Homebrew', '/home/linuxbrew/.linuxbrew/opt/openblas'))
  return list
}

/** @param {Place} place @param {Look} look @returns {OpenBlas | undefined} */
function lookAt({ source, includeDirs, libDirs }, { isFile, read, platform }) {
  if (libDirs.some(hasSpace)) return
  const extension = platform === 'darwin' ? 'dylib' : 'so'
  const includeDir = includeDirs.find((folder) => isFile(join(folder, 'cblas.h')))
  if (!includeDir || /#\s*define\s+OPENBLAS_USE64BITINT\b/.test(read(join(includeDir, 'openblas_config.h')))) return
  for (const libDir of libDirs) {
    const name = names.find((name) => isFile(join(libDir, `lib${name}.${extension}`)))
    if (name) return { source, includeDir, libDir, name }
  }
}

/** @param {Look} [look] @returns {OpenBlas | undefined} */
export function findOpenblas(look = theMachine()) {
  for (const place of places(look)) {
    const found = lookAt(place, look)
    if (found) return found
  }
}

/** Returns a sentence for the build log that says why OpenBLAS was not found. @param {Look} [look] */
export function notFound(look = theMachine()) {
  if (hasSpace(look.env.OPENBLAS_DIR ?? ''))
    return `OPENBLAS_DIR must be a path without spaces, which compiler flags cannot contain, not ${look.env.OPENBLAS_DIR}.`
  const searched = places(look).map(({ source }) => source)
  return `OpenBLAS was not found: looked for cblas.h and libopenblas in ${searched.join(', ')}.`
}

/** @param {OpenBlas} found */
export function compileFlags({ includeDir }) {
  const folder = includeDir.replace(/\/+$/, '')
  return ownIncludeDirs.test(folder) ? '' : `-isystem ${folder}`
}

/** @param {OpenBlas} found */
export function linkFlags({ libDir, name }) {
  const folder = libDir.replace(/\/+$/, '')
  const flags = [`-L${folder}`, `-l${name}`]
  if (!ownLibDirs.test(folder)) flags.push(`-Wl,-rpath,${folder}`)
  return flags.join(' ')
}

/** @returns {Look} */
function theMachine() {
  return {
    env: process.env,
    platform: process.platform,
    arch: process.arch,
    isFile(path) {
      try {
        const stat = statSync(path)
        return stat.isFile() && stat.size > 0
      } catch {
        return false
      }
    },
    read(path) {
      try {
        return readFileSync(path, 'utf8')
      } catch {
        return ''
      }
    },
    pkgConfig(name, variable) {
      const { status, stdout } = spawnSync('pkg-config', [`--variable=${variable}`, name], { encoding: 'utf8' })
      return status === 0 ? stdout.trim() : ''
    },
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const found = findOpenblas()
  const print = {
    'compile-flags': compileFlags,
    'link-flags': linkFlags,
    source: (/** @type {OpenBlas} */ f) => f.source,
  }
  const [, , wanted] = process.argv
  if (!(wanted === 'compile-flags' || wanted === 'link-flags' || wanted === 'source')) {
    console.error(`usage: node scripts/find-openblas.mjs compile-flags | link-flags | source`)
    process.exitCode = 2
  } else if (!found) {
    console.error(notFound())
    process.exitCode = 1
  } else {
    console.log(print[wanted](found))
  }
}
