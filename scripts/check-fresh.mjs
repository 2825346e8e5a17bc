/**
 * Runs set-up (scripts/setup.mjs) in fresh clones of the current commit. Each trial has a different environment, such
 * as one without a compiler or one with an old version of Node. Run this script by hand, not in CI, because it takes
 * about ten minutes. It needs Linux and root, because only root can hide tools from a command.
 *
 *   node scripts/check-fresh.mjs              runs all trials
 *   node scripts/check-fresh.mjs bare         runs only trials whose names contain "bare"
 */
import assert from 'node:assert/strict'
import { chmodSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { without } from './check-fresh/hide.mjs'
import { backend, cleanUp, clone, keepFolders, newFolder, quick, setUp, succeed } from './check-fresh/trial.mjs'

const handsOff = { DESCENT_NO_SYSTEM_PACKAGES: '1' }

/** @param {string} folder */
const record = (folder) => JSON.parse(readFileSync(join(folder, 'build', 'Release', 'descent.json'), 'utf8'))

/** @type {Record<string, () => void>} */
const trials = {
  'everything is there': () => {
    const folder = clone('descent')
    succeed(folder, ['npm', 'run', 'setup'])
    assert.equal(backend(folder), 'native')
    assert.equal(record(folder).builder, 'node-gyp')
    quick(succeed(folder, setUp))

    truncateSync(join(folder, 'build', 'Release', 'descent.node'), 5000)
    assert.match(backend(folder), /damaged/)
    assert.match(succeed(folder, setUp).output, /descent\.node has 5000 bytes, not \d+\./)
    assert.equal(backend(folder), 'native')

    rmSync(join(folder, 'node_modules', 'typescript'), { recursive: true })
    assert.match(succeed(folder, setUp).output, /node_modules\/typescript is incomplete/)
    rmSync(join(folder, 'dist', 'index.js'))
    assert.match(succeed(folder, setUp).output, /dist was changed after the last build/)
    quick(succeed(folder, setUp))

    const moved = (/** @type {string[]} */ command) => without(command, ['openblas'])
    assert.match(succeed(folder, moved(setUp), handsOff).output, /cannot be loaded .*libopenblas/)
    assert.match(backend(folder, moved), /libopenblas.*cannot open shared object file/)
    quick(succeed(folder, moved(setUp), handsOff))
    quick(succeed(folder, setUp))
    assert.equal(backend(folder), 'native')
  },

  'bare: no compiler, no Python, no OpenBLAS, hands off the system': () => {
    const folder = clone('descent')
    const bare = (/** @type {string[]} */ command) => without(command, ['compiler', 'python', 'cmake', 'openblas'])
    const first = succeed(folder, bare(setUp), handsOff)
    assert.match(
      first.output,
      /running without the native backend\. This machine lacks a C\+\+ compiler, Python 3 and /,
    )
    assert.match(first.output, /Run `apt-get update && apt-get install -y --no-install-recommends g\+\+ python3 libope/)
    assert.match(backend(folder, bare), /set-up may not install system packages/)
    quick(succeed(folder, bare(setUp), handsOff))
    assert.match(succeed(folder, setUp, handsOff).output, /compiling native\/ with node-gyp/)
    assert.equal(backend(folder), 'native')
  },

  'a plain user without OpenBLAS': () => {
    const folder = clone('descent')
    const home = newFolder('home')
    succeed('/', ['chown', '-R', '65534:65534', join(folder, '..'), home])
    chmodSync(home, 0o755)
    const env = { HOME: home, npm_config_cache: join(home, 'npm') }
    const done = succeed(folder, without(setUp, ['openblas', 'python'], { user: 65534 }), env)
    assert.match(done.output, /lacks OpenBLAS \(its library and header\), and only root may install it\./)
    assert.match(
      done.output,
      /As root, run `apt-get update && apt-get install -y --no-install-recommends libopenblas-dev/,
    )
  },

  'no network for apt': () => {
    const folder = clone('descent')
    succeed(folder, setUp, { DESCENT_SETUP: 'typescript' })
    assert.match(backend(folder), /DESCENT_SETUP=typescript/)
    const offline = without(setUp, ['openblas'], { offline: true })
    const done = succeed(folder, offline)
    assert.match(done.output, /apt-get could not install libopenblas-dev: .*(resolv|connect|fetch)/i)
    quick(succeed(folder, offline))
  },

  'no Python: cmake-js': () => {
    const folder = clone('descent')
    succeed(folder, without(setUp, ['python']), handsOff)
    assert.equal(record(folder).builder, 'cmake-js')
    assert.equal(backend(folder), 'native')
  },

  'a path with spaces': () => {
    const folder = clone('my descent clone')
    succeed(folder, setUp)
    assert.equal(backend(folder), 'native')
    quick(succeed(folder, setUp))
  },

  'installed as a dependency': () => {
    const folder = clone('descent')
    succeed(folder, setUp, { DESCENT_SETUP: 'typescript' })
    const filename =
      succeed(folder, ['npm', 'pack', '--ignore-scripts', '--silent']).output.trim().split('\n').at(-1) ?? ''
    for (const how of [[], ['--ignore-scripts']]) {
      const project = newFolder('project')
      writeFileSync(join(project, 'package.json'), '{ "private": true }')
      succeed(project, ['npm', 'install', '--no-audit', '--no-fund', ...how, join(folder, filename)])
      const installed = join(project, 'node_modules', 'descent-nn')
      // Use an empty cache folder. Otherwise the program could load an addon that an earlier installation left in the
      // user's cache folder.
      const cache = newFolder('cache')
      const withCache = (/** @type {string[]} */ command) => ['env', `XDG_CACHE_HOME=${cache}`, ...command]
      assert.match(backend(installed, withCache), /npx descent-nn build/)
      succeed(project, withCache(['npx', '--no-install', 'descent-nn', 'build']))
      assert.equal(backend(installed, withCache), 'native')
      const required = succeed(project, [process.execPath, '-p', 'typeof require("descent-nn").Network'])
      assert.match(required.output, /function/)
    }
  },
}

for (const [node, npm] of [
  ['20.17.0', '10'],
  ['22', '11'],
  ['24', '12'],
]) {
  trials[`Node ${node} with npm ${npm}`] = () => {
    const folder = clone('descent')
    const tools = newFolder('node')
    succeed(tools, ['npm', 'install', '--no-audit', '--no-fund', `node@${node}`, `npm@${npm}`])
    const bin = join(tools, 'node_modules', 'node', 'bin')
    const env = {
      PATH: `${bin}:${join(tools, 'node_modules', '.bin')}:${process.env.PATH}`,
      DESCENT_EXPECT_NATIVE: '1',
    }
    succeed(folder, ['npm', 'run', 'setup'], env)
    assert.equal(backend(folder, undefined, join(bin, 'node')), 'native')
    quick(succeed(folder, [join(bin, 'node'), 'scripts/setup.mjs']))
    succeed(folder, ['npm', 'test'], env)
  }
}

const wanted = process.argv[2] ?? ''
const failed = []
for (const [name, trial] of Object.entries(trials).filter(([name]) => name.includes(wanted))) {
  const start = performance.now()
  try {
    trial()
    cleanUp()
    console.log(`passed  ${name} (${Math.round((performance.now() - start) / 1000)} s)`)
  } catch (error) {
    failed.push(name)
    console.log(`FAILED  ${name}\n${error instanceof Error ? error.message : error}`)
    console.log(`Its folders are kept: ${keepFolders().join(', ') || 'none'}`)
  }
}
process.exitCode = failed.length > 0 ? 1 : 0
