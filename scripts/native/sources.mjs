/**
 * Knows the native sources, in a clone and in the packed package.
 *
 * The clone has binding.gyp in its own folder. The packed package has it in dist/addon, because npm, pnpm and Yarn
 * compile every package that has a binding.gyp in its own folder, and fail where there is no compiler. dist/addon is
 * written by the build of dist/, so nothing in the clone changes when it is packed.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { filesIn, hashOf, sha256 } from '../setup/hash.mjs'
import { readJson, writeJson } from '../setup/json-file.mjs'

/** The version of Node-API for which the addon is built. */
export const napi = 8

/** The files from which the addon is built, besides binding.gyp. If one of them changes, the addon is out of date. */
const sources = ['native', 'CMakeLists.txt', 'scripts/find-openblas.mjs', 'scripts/native/include-flags.mjs']

const packed = { gyp: 'dist/addon/binding.gyp', description: 'dist/addon/sources.json' }

/** @param {string} root */
const readGyp = (root) =>
  [join(root, 'binding.gyp'), join(root, packed.gyp)].filter(existsSync).map((path) => readFileSync(path))[0]

/** @param {string} root */
export const hashSources = (root) => sha256(`${sha256(readGyp(root) ?? '')}\n${hashOf(root, sources)}`)

/**
 * Copies everything that node-gyp needs into a folder, except Node's headers: the sources, and the headers of
 * node-addon-api, which Yarn may keep in an archive that compilers cannot read.
 *
 * @param {string} root
 * @param {string} folder
 */
export function copySources(root, folder) {
  writeFileSync(join(folder, 'binding.gyp'), readGyp(root) ?? '')
  for (const path of sources.flatMap((source) => filesIn(root, source))) copyFile(join(root, path), join(folder, path))
  const addonApi = dirname(createRequire(import.meta.url).resolve('node-addon-api/package.json'))
  copyFiles(addonApi, join(folder, 'node_modules', 'node-addon-api'), /\.h$|\/package\.json$/)
}

/**
 * Copies the files of a folder whose paths match a pattern. Unlike cpSync, the functions used here can also read the
 * archives in which Yarn keeps packages.
 *
 * @param {string} from
 * @param {string} to
 * @param {RegExp} pattern
 */
export function copyFiles(from, to, pattern = /./) {
  for (const path of filesIn(from, '.').filter((path) => pattern.test(path))) copyFile(join(from, path), join(to, path))
}

/** @param {string} from @param {string} to */
function copyFile(from, to) {
  mkdirSync(dirname(to), { recursive: true })
  writeFileSync(to, readFileSync(from))
}

/**
 * Writes the files in dist/ that the packed package needs to build its addon, and to find one that was built earlier.
 * Does nothing where they are current.
 *
 * @param {string} root
 */
export function writePackedFiles(root) {
  const gyp = readGyp(root)
  const { version } = readJson(join(root, 'package.json'))
  const description = { version, napi, hash: hashSources(root) }
  if (!gyp || JSON.stringify(readJson(join(root, packed.description))) === JSON.stringify(description)) return
  mkdirSync(join(root, dirname(packed.gyp)), { recursive: true })
  writeFileSync(join(root, packed.gyp), gyp)
  writeJson(join(root, packed.description), description)
}

/** Whether `writePackedFiles` writes this file of dist/. @param {string} path */
export const isPackedFile = (path) => Object.values(packed).includes(path)
