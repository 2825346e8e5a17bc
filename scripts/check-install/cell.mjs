/** Installs the package in one way, builds its addon, and installs it again. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cleanUp, newFolder } from '../check-fresh/trial.mjs'
import { tail } from '../setup/say.mjs'
import { execute } from './tools.mjs'

/** @typedef {import('./managers.mjs').Manager} Manager */

/**
 * Trains a network, classifies rows on a pool of threads, and draws digits on threads. Prints the backend, and whether
 * something was compiled in the folder of the package.
 */
const program = `
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createPool, Dataset, digits, Network } from 'descent-nn'
const inputs = [[0, 0], [0, 1], [1, 0], [1, 1]]
const network = new Network([2, 8, 2], { seed: 1 })
await network.fit(new Dataset({ inputs, labels: [0, 1, 1, 0] }), { epochs: 400, learningRate: 3, batchSize: 4 })
const pool = createPool(network, { threads: 2 })
const classes = (await pool.classify(inputs)).join('')
await pool.close()
const { rows } = await digits({ count: 200, threads: 2 })
const folder = dirname(createRequire(import.meta.url).resolve('descent-nn/package.json'))
const { name, reason } = network.backend
const built = existsSync(join(folder, 'build'))
console.log(JSON.stringify({ name, reason, classes, rows, built }))
process.exit()
`

/**
 * Runs one cell.
 *
 * @param {Manager} manager
 * @param {string} path the PATH of its commands
 * @param {boolean} compiler whether there is a compiler on it
 * @param {string} registry the URL of the registry
 * @param {NodeJS.ProcessEnv} compilerCache variables for ccache
 * @returns {Promise<{ install: number, again: number }>} the seconds that both installations took
 * @throws Error if anything is not as it should be
 */
export async function runCell(manager, path, compiler, registry, compilerCache) {
  const home = newFolder('install')
  const cwd = join(home, 'project')
  mkdirSync(cwd)
  const dependencies = { 'descent-nn': '*' }
  writeFileSync(
    join(cwd, 'package.json'),
    JSON.stringify({ name: 'project', private: true, type: 'module', dependencies }),
  )
  writeFileSync(join(cwd, 'program.mjs'), program)
  // npm, Yarn 1, pnpm and Bun take the registry from here.
  writeFileSync(join(cwd, '.npmrc'), `registry=${registry}/\n`)
  // Without a lock file in this folder, Yarn 4 looks for a project in the folders above, and takes this folder for a
  // part of that project.
  if (manager.install[0] === 'yarn') writeFileSync(join(cwd, 'yarn.lock'), '')
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS$|DESCENT_|XDG_|CI$)/i.test(name))
  /** @type {NodeJS.ProcessEnv} */
  const env = {
    ...Object.fromEntries(kept),
    PATH: path,
    // All caches are in the cell's own folder, so that no cell sees a package or an addon of another.
    HOME: home,
    XDG_CACHE_HOME: join(home, 'cache'),
    NPM_CONFIG_REGISTRY: `${registry}/`,
    NPM_CONFIG_UPDATE_NOTIFIER: 'false',
    COREPACK_ENABLE_PROJECT_SPEC: '0',
    ...(compiler ? compilerCache : {}),
    ...manager.settings?.(registry),
  }
  const seconds = { install: 0, again: 0 }

  /** @param {string[]} command @param {number} [expected] the exit code */
  async function succeed(command, expected = 0) {
    const start = performance.now()
    const done = await execute(command, { cwd, env })
    if (done.code !== expected) {
      throw new Error(`\`${command.join(' ')}\` ended with ${done.code}:\n${tail(done.output, 12)}`)
    }
    return { ...done, seconds: (performance.now() - start) / 1000 }
  }
  /** @param {string} backend @param {boolean} built */
  async function expectBackend(backend, built) {
    for (const run of manager.run) {
      const { stdout } = await succeed([...run, 'program.mjs'])
      const seen = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
      const wanted = { name: backend, classes: '0110', rows: 200, built }
      for (const [name, value] of Object.entries(wanted)) {
        if (seen[name] !== value) {
          throw new Error(`\`${run.join(' ')}\`: ${name} is ${seen[name]}, not ${value} (${seen.reason})`)
        }
      }
    }
  }

  try {
    seconds.install = (await succeed(manager.install)).seconds
    await expectBackend('wasm', false)
    const { output } = await succeed([...manager.execute, 'descent-nn', 'build'], compiler ? 0 : 1)
    if (!compiler && !/This machine lacks a C\+\+ compiler/.test(output))
      throw new Error(`build says:\n${tail(output)}`)
    await expectBackend(compiler ? 'native' : 'wasm', true)
    for (const name of ['node_modules', '.pnp.cjs', '.pnp.loader.mjs', '.yarn/unplugged']) {
      rmSync(join(cwd, name), { recursive: true, force: true })
    }
    seconds.again = (await succeed(manager.again)).seconds
    await expectBackend(compiler ? 'native' : 'wasm', false)
    return seconds
  } finally {
    cleanUp()
  }
}
