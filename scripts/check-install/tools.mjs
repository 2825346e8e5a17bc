/** Gets versions of Node and package managers from the npm registry, and hides build tools. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { npmCommand } from '../setup/npm.mjs'
import { run } from '../setup/run.mjs'

/** The programs that compile something or find a compiler. Also Node, because each cell has its own version of Node. */
const buildTools =
  /^(c\+\+|g\+\+|gcc|cc|clang|x86_64-linux-gnu-|aarch64-linux-gnu-|g?make$|python|cmake|ninja|ccache|pyenv|node$)/

/**
 * Installs an npm package into a folder, unless it is there, and returns the folder of its programs.
 *
 * @param {string} folder the folder for all tools
 * @param {string} name such as node@22
 */
export async function getTool(folder, name) {
  const place = join(folder, name.replaceAll('/', '-'))
  const modules = join(place, 'node_modules')
  if (!existsSync(join(place, 'complete'))) {
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, 'package.json'), '{ "private": true }')
    const npm = npmCommand() ?? ['npm']
    const flags = ['install', '--no-audit', '--no-fund', '--dangerously-allow-all-scripts', name]
    const { ok, output } = await run([...npm, ...flags], { cwd: place })
    if (!ok) throw new Error(`${name} cannot be installed:\n${output}`)
    writeFileSync(join(place, 'complete'), '')
  }
  return name.startsWith('node@') ? join(modules, 'node', 'bin') : join(modules, '.bin')
}

/** @param {string} programs the folder of the program node @returns {string} */
export const nodeVersion = (programs) => JSON.parse(readFileSync(join(programs, '..', 'package.json'), 'utf8')).version

/** Returns the range of versions of Node on which an installed tool runs. @param {string} folder @param {string} name */
export function nodeRange(folder, name) {
  const path = join(folder, name.replaceAll('/', '-'), 'node_modules', name.replace(/(.)@.*/, '$1'), 'package.json')
  return JSON.parse(readFileSync(path, 'utf8')).engines?.node ?? '*'
}

/**
 * Makes a folder with links to all programs of this machine except build tools. With this folder in place of the user's
 * PATH, commands find no build tools.
 *
 * @param {string} folder
 */
export function makeBarePath(folder) {
  const bare = join(folder, 'bare')
  mkdirSync(bare, { recursive: true })
  symlinkSync(process.execPath, join(bare, 'node'))
  for (const place of (process.env.PATH ?? '').split(delimiter).filter(existsSync)) {
    for (const name of readdirSync(place)) {
      if (!buildTools.test(name) && !existsSync(join(bare, name))) symlinkSync(join(place, name), join(bare, name))
    }
  }
  return bare
}

/**
 * Runs a command and returns what it printed. Unlike `run` of set-up, it keeps stdout apart.
 *
 * @param {string[]} command
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} where
 * @returns {Promise<{ code: number | null, stdout: string, output: string }>}
 */
export function execute([program, ...args], { cwd, env }) {
  return new Promise((resolve) => {
    let stdout = ''
    let output = ''
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 20 * 60_000 })
    child.stdout.on('data', (chunk) => {
      stdout += chunk
      output += chunk
    })
    child.stderr.on('data', (chunk) => {
      output += chunk
    })
    child.on('error', (error) => resolve({ code: null, stdout, output: `${output}${error.message}` }))
    child.on('close', (code) => resolve({ code, stdout, output }))
  })
}
