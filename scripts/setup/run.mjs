import { spawn } from 'node:child_process'
import { delimiter, dirname } from 'node:path'

/** @typedef {{ ok: boolean, output: string }} Outcome */

/**
 * Returns the environment for build tools. The folder of the running Node comes first on the PATH, so that tools that
 * start `node` use the same Node. The variables with npm's settings, except `python`, are removed. Otherwise, node-gyp
 * would use the `nodedir` from the user's settings instead of the `nodedir` in its arguments.
 *
 * @param {NodeJS.ProcessEnv} [env]
 */
export function toolEnvironment(env = process.env) {
  const kept = Object.entries(env).filter(([name]) => !/^npm_(config|package_config)_(?!python$)/i.test(name))
  const { NODE_OPTIONS, ...rest } = Object.fromEntries(kept)
  return { ...rest, PATH: [dirname(process.execPath), env.PATH].join(delimiter) }
}

/**
 * Runs a command without a shell and without input. Returns everything that it printed.
 *
 * @param {string[]} command
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, minutes?: number }} [options]
 * @returns {Promise<Outcome>}
 */
export function run([program, ...args], { cwd, env = process.env, minutes = 15 } = {}) {
  return new Promise((resolve) => {
    let output = ''
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: minutes * 60_000 })
    const collect = (/** @type {Buffer} */ chunk) => {
      output += chunk
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.on('error', (error) => resolve({ ok: false, output: `${output}${error.message}\n` }))
    child.on('close', (code, signal) => {
      if (signal) output += `${program} was ended by ${signal}\n`
      resolve({ ok: code === 0, output })
    })
  })
}
