/**
 * Installs the packed package with many package managers and versions of Node, with and without a compiler, from a
 * registry on this machine. In each cell of the table it installs the package, runs a program with the WebAssembly
 * backend, builds the addon, runs the program with the native backend, installs again from the lock file, and runs the
 * program once more. Without a compiler, the addon cannot be built, and the program must keep the WebAssembly backend.
 * Prints the table as Markdown. The exit code is 1 if anything went wrong.
 *
 *   node scripts/check-install.mjs                     runs all cells, which takes an hour or more
 *   node scripts/check-install.mjs pnpm "Node 22"      runs the cells whose names contain each of these texts
 *   node scripts/check-install.mjs --short             runs two cells with this Node and its npm, for CI
 *   node scripts/check-install.mjs --bundlers          bundles programs with the packed package instead, and runs them
 *   node scripts/check-install.mjs --tools <folder>    keeps the package managers and versions of Node in this folder
 *
 * It needs a built dist/. With ccache on the PATH, the sources are compiled only once.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { bundlerChecks } from './check-install/bundlers.mjs'
import { runCell } from './check-install/cell.mjs'
import { managers, ownNpm } from './check-install/managers.mjs'
import { startRegistry } from './check-install/registry.mjs'
import { getTool, makeBarePath, nodeRange, nodeVersion } from './check-install/tools.mjs'
import { findProgram } from './setup/find-program.mjs'
import { npmCommand, npmFolders } from './setup/npm.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const nodes = ['20.17', '22', '24', '26']
const compilers = ['with a compiler', 'without a compiler']

/** Packs the package, without building dist/ again. @param {string} folder @returns {string} the path of the tarball */
function pack(folder) {
  const [npm, ...first] = npmCommand() ?? ['npm']
  const command = [...first, 'pack', '--ignore-scripts', '--json', '--pack-destination', folder]
  const [{ filename }] = Object.values(JSON.parse(execFileSync(npm, command, { cwd: root, encoding: 'utf8' })))
  return join(folder, filename)
}

const { values: options, positionals: words } = parseArgs({
  allowPositionals: true,
  options: { short: { type: 'boolean' }, bundlers: { type: 'boolean' }, tools: { type: 'string' } },
})
const work = mkdtempSync(join(tmpdir(), 'descent-check-install-'))
const tools = options.tools ?? join(work, 'tools')
const packed = pack(work)
const description = JSON.parse(
  execFileSync('tar', ['-xzOf', packed, 'package/package.json'], { encoding: 'utf8', maxBuffer: 2 ** 24 }),
)
const [npm, ...npmArguments] = npmCommand() ?? ['npm']
const upstream = execFileSync(npm, [...npmArguments, 'config', 'get', 'registry'], { encoding: 'utf8' }).trim()
const registry = await startRegistry({ packed, description, upstream })
// ccache must find the sources again although each build has a folder of its own.
/** @type {Record<string, string>} */
const compilerCache = findProgram('ccache')
  ? { CXX: 'ccache c++', CCACHE_DIR: join(tools, 'ccache'), CCACHE_BASEDIR: tmpdir(), CCACHE_NOHASHDIR: '1' }
  : {}
/** The PATH of the cells with a compiler, and of those without. */
const paths = [[dirname(process.execPath), process.env.PATH].join(delimiter), makeBarePath(work)]
const [npmFolder] = npmFolders()
const { satisfies } = createRequire(join(npmFolder, 'package.json'))('semver')

/** @type {Map<string, string>} what each cell showed */
const results = new Map()
/** @type {string[]} */
const faults = []

/**
 * @param {string} name
 * @param {() => Promise<string>} cell
 */
async function report(name, cell) {
  if (!words.every((word) => name.includes(word))) return
  try {
    results.set(name, await cell())
  } catch (error) {
    faults.push(`${name}: ${error instanceof Error ? error.message : error}`)
    results.set(name, `FAULT ${faults.length}`)
  }
  console.error(`${name}: ${results.get(name)}${results.get(name)?.startsWith('FAULT') ? `\n${faults.at(-1)}` : ''}`)
}

/** @param {{ install: number, again: number }} seconds */
const took = ({ install, again }) => `${install.toFixed(0)} s, ${again.toFixed(0)} s`

/**
 * Returns a table of the cells that were run. Each of `rows` has a line with a compiler and a line without one.
 *
 * @param {string[]} rows
 * @param {string[]} columns
 */
function table(rows, columns) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |`
  const lines = [line(['', ...columns]), line(['---', ...columns.map(() => '---')])]
  for (const row of rows.flatMap((row) => compilers.map((compiler) => `${row}, ${compiler}`))) {
    const cells = columns.map((column) => results.get(`${row}, ${column}`) ?? '')
    if (cells.some(Boolean)) lines.push(line([row, ...cells]))
  }
  return lines.join('\n')
}

try {
  if (options.bundlers) {
    const checks = await bundlerChecks(work, tools, registry.url, compilerCache)
    for (const [name, check] of Object.entries(checks)) await report(name, check)
    console.log([...results].map(([name, result]) => `- ${name}: ${result}`).join('\n'))
  } else if (options.short) {
    const column = `Node ${process.versions.node}`
    for (const [i, compiler] of compilers.entries()) {
      const cell = async () => took(await runCell(ownNpm, paths[i], i === 0, registry.url, compilerCache))
      await report(`npm, ${compiler}, ${column}`, cell)
    }
    console.log(table(['npm'], [column]))
  } else {
    for (const node of nodes) {
      for (const [name, manager] of Object.entries(managers)) {
        for (const [i, compiler] of compilers.entries()) {
          const cell = async () => {
            const nodeFolder = await getTool(tools, `node@${node}`)
            const own = await getTool(tools, manager.needs)
            if (!satisfies(nodeVersion(nodeFolder), nodeRange(tools, manager.needs))) return 'needs a newer Node'
            const path = [nodeFolder, own, paths[i]].join(delimiter)
            return took(await runCell(manager, path, i === 0, registry.url, compilerCache))
          }
          await report(`${name}, ${compiler}, Node ${node}`, cell)
        }
      }
    }
    const columns = nodes.map((node) => `Node ${node}`)
    console.log(table(Object.keys(managers), columns))
  }
} finally {
  registry.close()
  rmSync(work, { recursive: true, force: true })
}
if (faults.length > 0) process.exitCode = 1
