/**
 * Bundles a program with the installed package. Runs the bundle in its project, and then a copy of the bundle in a
 * folder that has nothing else. Also collects the files of the program with the tool of Next.js and Vercel, and runs
 * the program from these files.
 */
import { copyFileSync, cpSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { cleanUp, newFolder } from '../check-fresh/trial.mjs'
import { tail } from '../setup/say.mjs'
import { execute } from './tools.mjs'

const packages = ['esbuild', 'rollup', '@rollup/plugin-node-resolve', 'webpack', 'vite@6', '@vercel/nft']

/** CommonJS has no await at the top level, so the program has none. */
const program = `
import { createPool, digits, Network } from 'descent-nn'
async function main() {
  const network = new Network([2, 2], { seed: 1 })
  const answer = async () => {
    const pool = createPool(network, { threads: 1 })
    const { length } = await pool.classify([[0, 1]])
    await pool.close()
    return length
  }
  const pool = await answer().catch(({ message }) => message)
  const { rows } = await digits({ count: 200 })
  const { name, reason } = network.backend
  console.log(JSON.stringify({ name, reason, pool, rows }))
}
main()
`

const here = { name: 'native', reason: 'the native addon loads on this machine', pool: 1, rows: 200 }
const alone = {
  name: 'wasm',
  reason: 'the native addon cannot be found: the package descent-nn is not in node_modules next to this program',
  pool: 'cannot find dist/pool/worker.js of the package descent-nn: a program that bundles descent needs it in node_modules too',
  rows: 200,
}

/**
 * Each function bundles program.mjs of a project into its folder `out`, and returns the path of the bundle.
 *
 * @typedef {(load: (name: string) => Promise<any>, project: string, out: string) => Promise<string>} Bundle
 * @type {Record<string, Bundle>}
 */
const bundlers = {
  'esbuild, ES module': (load, project, out) => esbuild(load, project, join(out, 'bundle.mjs'), 'esm'),
  'esbuild, CommonJS': (load, project, out) => esbuild(load, project, join(out, 'bundle.cjs'), 'cjs'),
  async rollup(load, project, out) {
    const { nodeResolve } = await load('@rollup/plugin-node-resolve')
    const { rollup } = await load('rollup')
    const plugins = [nodeResolve({ exportConditions: ['node'] })]
    const bundle = await rollup({ input: join(project, 'program.mjs'), plugins, onwarn() {} })
    await bundle.write({ dir: out, format: 'es', entryFileNames: 'bundle.mjs', chunkFileNames: '[name].mjs' })
    return join(out, 'bundle.mjs')
  },
  async webpack(load, project, out) {
    const webpack = (await load('webpack')).default
    const output = { path: out, filename: 'bundle.cjs', chunkFilename: '[name].cjs' }
    const settings = { mode: 'production', target: 'node20', context: project, entry: './program.mjs', output }
    const stats = await new Promise((resolve, reject) => {
      webpack(settings, (/** @type {unknown} */ error, /** @type {any} */ result) =>
        error ? reject(error) : resolve(result),
      )
    })
    if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }))
    return join(out, 'bundle.cjs')
  },
  async vite(load, project, out) {
    const { build } = await load('vite')
    const rollupOptions = { output: { entryFileNames: 'bundle.mjs', chunkFileNames: '[name].mjs' } }
    await build({
      root: project,
      configFile: false,
      logLevel: 'error',
      ssr: { noExternal: true },
      build: { ssr: join(project, 'program.mjs'), outDir: out, rollupOptions },
    })
    return join(out, 'bundle.mjs')
  },
}

/** @param {Parameters<Bundle>[0]} load @param {string} project @param {string} outfile @param {'esm' | 'cjs'} format */
async function esbuild(load, project, outfile, format) {
  const { build } = await load('esbuild')
  const entryPoints = [join(project, 'program.mjs')]
  await build({ entryPoints, outfile, format, bundle: true, platform: 'node', logLevel: 'error' })
  return outfile
}

/** @param {string} file @param {object} expected */
async function expectPrinted(file, expected) {
  const kept = Object.entries(process.env).filter(([name]) => !/^(DESCENT_|XDG_|NODE_OPTIONS$)/.test(name))
  const env = { ...Object.fromEntries(kept), XDG_CACHE_HOME: newFolder('cache') }
  const { code, output } = await execute([process.execPath, file], { cwd: dirname(file), env })
  if (code !== 0) throw new Error(`${file} ended with ${code}:\n${tail(output)}`)
  if (output.trim() !== JSON.stringify(expected)) {
    throw new Error(`${file} must print\n${JSON.stringify(expected)}\nand printed\n${tail(output)}`)
  }
}

/** @param {string} folder @param {string[]} command @param {Record<string, string>} env */
async function succeed(folder, command, env) {
  const { code, output } = await execute(command, { cwd: folder, env: { ...process.env, ...env } })
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}:\n${tail(output)}`)
}

/**
 * Installs the bundlers, and the package with its addon. Returns a check for each bundler, by its name.
 *
 * @param {string} work an empty folder
 * @param {string} tools the folder where the bundlers are kept
 * @param {string} registry the URL of the registry
 * @param {Record<string, string>} compilerCache variables for ccache
 * @returns {Promise<Record<string, () => Promise<string>>>}
 */
export async function bundlerChecks(work, tools, registry, compilerCache) {
  const bundlersFolder = join(tools, 'bundlers')
  const project = join(work, 'project')
  const env = { npm_config_registry: `${registry}/`, XDG_CACHE_HOME: join(work, 'cache'), ...compilerCache }
  const npmInstall = ['npm', 'install', '--no-audit', '--no-fund']
  for (const folder of [bundlersFolder, project]) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  }
  await succeed(bundlersFolder, [...npmInstall, ...packages], {})
  await succeed(project, [...npmInstall, 'descent-nn'], env)
  await succeed(project, ['npx', '--no-install', 'descent-nn', 'build'], env)
  const { resolve } = createRequire(join(bundlersFolder, 'package.json'))
  const load = (/** @type {string} */ name) => import(pathToFileURL(resolve(name)).href)
  writeFileSync(join(project, 'program.mjs'), program)
  /** @type {Record<string, () => Promise<string>>} */
  const checks = {}
  for (const [name, bundle] of Object.entries(bundlers)) {
    checks[name] = async () => {
      const out = join(project, `out-${name.replaceAll(/\W+/g, '-')}`)
      const file = await bundle(load, project, out)
      await expectPrinted(file, here)
      const elsewhere = newFolder('moved')
      cpSync(out, elsewhere, { recursive: true })
      // Hide the package in the project. webpack writes the paths of modules into the bundle, so the copy could still
      // find the package there.
      renameSync(join(project, 'node_modules'), join(project, 'hidden'))
      try {
        await expectPrinted(file.replace(out, elsewhere), alone)
      } finally {
        renameSync(join(project, 'hidden'), join(project, 'node_modules'))
        cleanUp()
      }
      return 'passed'
    }
  }
  checks['@vercel/nft'] = async () => {
    const { nodeFileTrace } = await load('@vercel/nft')
    const { fileList } = await nodeFileTrace([join(project, 'program.mjs')], { base: project })
    const deployed = newFolder('deployed')
    for (const path of fileList) {
      mkdirSync(dirname(join(deployed, path)), { recursive: true })
      copyFileSync(join(project, path), join(deployed, path))
    }
    await expectPrinted(join(deployed, 'program.mjs'), here)
    cleanUp()
    return 'passed'
  }
  return checks
}
