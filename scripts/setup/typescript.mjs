/** Checks whether dist/ is current, and builds it with tsc and the bundler. */
import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { isPackedFile, writePackedFiles } from '../native/sources.mjs'
import { bundle } from './bundle.mjs'
import { filesIn, hashOf } from './hash.mjs'
import { readJson, writeJson } from './json-file.mjs'
import { buildPage, pageSources } from './page.mjs'
import { run } from './run.mjs'
import { tail } from './say.mjs'
import { buildWasm, wasmSources } from './wasm.mjs'

const stamp = '.cache/typescript.json'
const compiler = 'node_modules/typescript'

/** @param {string} root */
const sourcesOf = (root) =>
  hashOf(root, [
    'src',
    ...wasmSources,
    ...pageSources,
    'tsconfig.json',
    'tsconfig.build.json',
    'package.json',
    'scripts/setup/bundle.mjs',
    `${compiler}/package.json`,
    'node_modules/rollup/package.json',
    'node_modules/@rollup/plugin-commonjs/package.json',
    'node_modules/commander/package.json',
  ])

/**
 * Returns the hash of what tsc and the bundler wrote. Leaves out the files that `writePackedFiles` writes to dist/,
 * because they describe the native sources.
 *
 * @param {string} root
 */
function hashOutputs(root) {
  const outputs = filesIn(root, 'dist').filter((file) => !isPackedFile(file))
  return hashOf(root, outputs)
}

/** Returns why a build is needed, or undefined if it is not. @param {string} root */
export function typescriptProblem(root) {
  if (!existsSync(join(root, 'dist'))) return 'there is no dist yet'
  const built = readJson(join(root, stamp))
  if (built?.sources !== sourcesOf(root)) return 'the sources have changed'
  // If someone ran tsc by hand or deleted a file, build again.
  if (built.outputs !== hashOutputs(root)) return 'dist was changed after the last build'
}

/** @param {string} folder */
function removeEmptyFolders(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) removeEmptyFolders(join(folder, entry.name))
  if (readdirSync(folder).length === 0) rmdirSync(folder)
}

/**
 * Builds into the existing dist/, so that programs that are already running still find their files. Then removes the
 * outputs of deleted sources, because they must not be tested or shipped.
 *
 * @param {string} root
 * @returns {Promise<string | undefined>} why the build failed, or undefined if it succeeded
 */
export async function buildTypescript(root) {
  const wasmProblem = await buildWasm(root)
  if (wasmProblem) return wasmProblem
  const sources = sourcesOf(root)
  const tsc = join(root, compiler, 'bin', 'tsc')
  const { ok, output } = await run([process.execPath, tsc, '-p', 'tsconfig.build.json', '--listEmittedFiles'], {
    cwd: root,
  })
  const lines = output.split('\n')
  const emitted = new Set(
    lines
      .filter((line) => line.startsWith('TSFILE: '))
      .map((line) => relative(root, line.slice('TSFILE: '.length)).split(sep).join('/')),
  )
  if (!ok) return tail(lines.filter((line) => !line.startsWith('TSFILE: ')).join('\n'))
  const bundled = await bundle(root)
  if ('problem' in bundled) return tail(bundled.problem)
  const page = await buildPage(root)
  if ('problem' in page) return tail(page.problem)
  for (const file of [...bundled.files, ...page.files]) emitted.add(file)
  for (const file of filesIn(root, 'dist')) if (!emitted.has(file) && !isPackedFile(file)) rmSync(join(root, file))
  removeEmptyFolders(join(root, 'dist'))
  writePackedFiles(root)
  writeJson(join(root, stamp), { sources, outputs: hashOutputs(root) })
}
