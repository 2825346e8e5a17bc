// Checks the type declarations of the package by compiling programs that use it. The examples of the README and some
// other correct programs must compile with strict settings. Each program with a mistake must cause exactly one error,
// which names the mistake. `node scripts/check-types.mjs` installs TypeScript 5.0, 5.6 and the newest version in a
// temporary folder. With --short, the script uses the version in node_modules instead.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { npmCommand } from './setup/npm.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const isShort = process.argv.includes('--short')

/** Maps each tested setting of `moduleResolution` to the setting of `module` that it needs. */
const resolutions = { node16: 'node16', nodenext: 'nodenext', bundler: 'es2022' }

/** Declares the names that the examples of the README use without declaring them. */
const surroundings = `
  import type { Writable } from 'node:stream'
  import type * as library from 'descent-nn'
  import type * as duckdb from 'descent-nn/duckdb'
  declare global {
    const pipeline: typeof import('node:stream/promises').pipeline
    const training: library.Dataset, test: library.Dataset, batch: library.Dataset
    const network: library.Network
    const x: number[][], y: number[][], rows: number[][], batches: number[][][]
    const values: number[], learningRate: number, inputs: number[][], labels: number[], width: number
    const count: number, seed: number, labelNames: string[]
    const options: { learningRate: number }
    const sink: Writable
    const use: (classes: Int32Array) => void
    const streamParquet: typeof duckdb.streamParquet
NAMES
  }`

const right = {
  networks: `
    import { createTimeline, dense, dropout, type Epoch, Network, type TrainOptions } from 'descent-nn'
    import { Dataset } from 'descent-nn'
    const dataset = new Dataset({ inputs: [[0, 1], [1, 0]], labels: [0, 1] })
    const network = new Network({ inputs: 2, layers: [dense(3, 'relu'), dropout(0.5), dense(2, 'softmax')] }, { seed: 1 })
    const options: TrainOptions = { learningRate: 1, optimizer: { name: 'adam', beta1: 0.8 }, schedule: { name: 'step', epochs: 5 } }
    const epochs: Epoch[] = await network.fit(dataset, options)
    await network.fit(dataset)
    for await (const epoch of network.train(dataset, { learningRate: 1, optimizer: 'sgd', schedule: 'cosine' })) {
      const cost: number = epoch.cost
      const accuracy: number | undefined = epoch.validation?.accuracy
    }
    for await (const result of network.train(dataset, { ...options, yieldEvery: () => 2 })) {
      if ('done' in result) {
        const batches: number = result.batches
        const next: Uint32Array | undefined = result.nextRows
      } else {
        const number: number = result.number
      }
    }
    createTimeline(network, { maxBytes: 1e6 }).add({ epoch: 1, batches: 0 })
    // @ts-expect-error: fit returns epochs only
    await network.fit(dataset, { yieldEvery: 2 })
    const classes: Int32Array = await network.classify([[0, 1]])
    const delta: Float32Array | Float64Array = network.activations([[0, 1]], [1]).layers[0].delta
    const { inputs, layers } = network.activations(dataset)
    const z: Float32Array | Float64Array = layers[0].z
    // @ts-expect-error: without desired outputs there are no errors
    layers[0].delta`,
  sources: `
    import { Network, streamCsv } from 'descent-nn'
    const network = new Network([4, 3])
    await network.fit(() => streamCsv('a.csv', { label: 'class', batchSize: 100 }), { learningRate: 1, rows: 1000 })`,
  browser: `
    import { digits, Network } from 'descent-nn/browser'
    const { accuracy } = await new Network([784, 10]).evaluate(await digits({ count: 10 }))`,
  tables: `
    import { readArrow } from 'descent-nn/arrow'
    import { streamParquet } from 'descent-nn/duckdb'
    import { readDigits } from 'descent-nn/pictures'
    import { Network } from 'descent-nn'
    const network = new Network([784, 10])
    await network.fit(() => streamParquet('a.parquet', { label: 'digit' }), { learningRate: 1 })
    await network.evaluate(await readArrow('a.arrow', { label: 'digit' }))
    const text: string = (await readDigits(network, 'a.jpg')).text`,
}

/**
 * A CommonJS program. With `module` set to node16, TypeScript lets it load an ES module with import() only, as Node
 * 20.17 does.
 */
const commonJs = `
  async function main(): Promise<void> {
    const { digits, Network } = await import('descent-nn')
    const training = await digits({ count: 100, seed: 1 })
    const network = new Network([784, 30, 10], { seed: 1 })
    for await (const epoch of network.train(training, { epochs: 1, validation: training })) {
      const correct: number | undefined = epoch.validation?.correct
    }
  }
  void main()`

/**
 * Training options with one mistake each. `names` is the name of the wrong option. If `says` is given, the compiler's
 * error must contain that text. Otherwise, the error must say that the option does not exist.
 */
const wrong = {
  'an optimizer': { options: `learningRate: 1, optimizer: { name: 'adam', beta3: 1 }`, names: 'beta3' },
  'a schedule': { options: `learningRate: 1, schedule: { name: 'step', epoch: 5 }`, names: 'epoch' },
  'an option': { options: `learningRate: 1, epoch: 5`, names: 'epoch' },
  'a type': {
    options: `learningRate: '1'`,
    names: 'learningRate',
    says: "Type 'string' is not assignable to type 'number'",
  },
}

/** Creates a project in which the package is installed. @param {string} folder @returns {Promise<void>} */
async function makeProject(folder) {
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, 'descent-nn'), { recursive: true })
  mkdirSync(join(modules, '@types'))
  cpSync(join(root, 'package.json'), join(modules, 'descent-nn/package.json'))
  for (const name of readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.d.ts')) cpSync(join(root, 'dist', name), join(modules, 'descent-nn/dist', name))
  }
  for (const name of ['@types/node', '@duckdb', 'apache-arrow', 'sharp']) {
    symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const examples = [...readme.matchAll(/^```[jt]s\n(.*?)^```$/gms)].map(([, text]) => text)
  examples.forEach((text, i) => {
    writeFileSync(join(folder, `readme-${i + 1}.ts`), `${text}\nexport {}\n`)
  })
  const names = Object.keys(await import('../dist/index.js'))
  const values = names.map((name) => `    const ${name}: typeof library.${name}`).join('\n')
  writeFileSync(join(folder, 'surroundings.d.ts'), surroundings.replace('NAMES', values))
  for (const [name, text] of Object.entries(right)) writeFileSync(join(folder, `right-${name}.ts`), text)
  writeFileSync(join(folder, 'right-commonjs.cts'), commonJs)
  for (const [name, { options }] of Object.entries(wrong)) writeFileSync(join(folder, fileOf(name)), program(options))
}

/** @param {string} name */
function fileOf(name) {
  return `wrong-${name.replaceAll(' ', '-')}.ts`
}

/** Returns a program with the given training options on its fourth line. @param {string} options */
function program(options) {
  return `import { Dataset, Network } from 'descent-nn'
const dataset = new Dataset({ inputs: [[1]], targets: [[0]] })
for await (const epoch of new Network([1, 1]).train(dataset, {
  ${options}
})) epoch.cost
`
}

/**
 * Compiles the programs in a folder.
 *
 * @param {string} compiler
 * @param {string} folder
 * @param {string} resolution
 * @param {string} module
 * @returns {{ file: string, line: number, message: string }[]} the errors in these programs and in the declarations of
 * the package
 */
function compile(compiler, folder, resolution, module) {
  const compilerOptions = {
    ...{ strict: true, noEmit: true, target: 'es2022', lib: ['es2023'], types: ['node'] },
    ...{ module, moduleResolution: resolution },
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts', '*.cts'] }))
  const { stdout } = spawnSync(process.execPath, [compiler, '--pretty', 'false'], { cwd: folder, encoding: 'utf8' })
  const errors = []
  // A message may have several lines. All lines after the first are indented, so the pattern also matches indented
  // lines.
  for (const [, file, line, message] of stdout.matchAll(/^(\S+)\((\d+),\d+\): (error .*(?:\n .*)*)/gm)) {
    if (!file.startsWith('node_modules') || file.includes('descent-nn'))
      errors.push({ file, line: Number(line), message })
  }
  if (stdout !== '' && !/^\S+\(\d+,\d+\): error/m.test(stdout)) throw new Error(stdout)
  return errors
}

/**
 * Compares the compiler's errors with the expected ones.
 *
 * @param {ReturnType<typeof compile>} errors
 * @param {string} version
 * @returns {string[]} a description of each difference
 */
function judge(errors, version) {
  const problems = errors
    .filter(({ file }) => !file.startsWith('wrong-'))
    .map(({ file, line, message }) => `${file}, line ${line}: ${message}`)
  for (const [name, mistake] of Object.entries(wrong)) {
    const own = errors.filter(({ file }) => file === fileOf(name))
    const said = own.map(({ line, message }) => `line ${line}: ${message}`).join('\n') || 'nothing'
    const expected = 'says' in mistake ? mistake.says : `'${mistake.names}' does not exist in type`
    // The message of TypeScript 5.0 does not always say which option is wrong, so any message of this version is accepted.
    const isNamed = own[0]?.message.includes(expected) || version.startsWith('5.0.')
    const isExact = own.length === 1 && own[0].line === 4 && isNamed
    if (!isExact || /overload|BatchSource|SourceOptions/.test(said)) {
      problems.push(`${name} that is wrong: the error must be one, on line 4, with "${expected}", not ${said}`)
    }
  }
  return problems
}

/** @param {string} folder @returns {Record<string, string>} the paths of the compilers to run, by version */
function findCompilers(folder) {
  const versionOf = (/** @type {string} */ path) => JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')).version
  const here = join(root, 'node_modules/typescript')
  if (isShort) return { [versionOf(here)]: join(here, 'bin/tsc') }
  const npm = npmCommand()
  if (!npm) throw new Error('npm is needed to install versions of TypeScript, and is not here')
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{}')
  const wanted = ['5.0', '5.6', 'latest'].map((version) => `ts-${version}@npm:typescript@${version}`)
  const flags = ['install', '--no-audit', '--no-fund', '--loglevel=error']
  const { status } = spawnSync(npm[0], [...npm.slice(1), ...flags, ...wanted], { cwd: folder, stdio: 'inherit' })
  if (status !== 0) throw new Error('the versions of TypeScript cannot be installed')
  const paths = ['5.0', '5.6', 'latest'].map((version) => join(folder, 'node_modules', `ts-${version}`))
  return Object.fromEntries(paths.map((path) => [versionOf(path), join(path, 'bin/tsc')]))
}

const folder = mkdtempSync(join(tmpdir(), 'descent-types-'))
try {
  const project = join(folder, 'project')
  await makeProject(project)
  for (const [version, compiler] of Object.entries(findCompilers(join(folder, 'compilers')))) {
    for (const [resolution, module] of Object.entries(resolutions)) {
      const problems = judge(compile(compiler, project, resolution, module), version)
      console.log(`TypeScript ${version}, ${resolution}: ${problems.length === 0 ? 'as it should be' : 'WRONG'}`)
      for (const problem of problems) console.log(`  ${problem.replaceAll('\n', '\n  ')}`)
      if (problems.length > 0) process.exitCode = 1
    }
  }
} finally {
  rmSync(folder, { recursive: true })
}
