/** The package as its users have it: packed by npm, and unpacked where npm would put it. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

let project: string
let installed: string
/** The files that npm packed, by its own report. */
let files: string[]

beforeAll(() => {
  // The addon that an earlier installation left in the cache would be loaded.
  vi.stubEnv('XDG_CACHE_HOME', '/nowhere')
  vi.stubEnv('LOCALAPPDATA', '/nowhere')
  project = realpathSync(mkdtempSync(join(tmpdir(), 'descent-installed-')))
  installed = join(project, 'node_modules', 'descent-nn')
  mkdirSync(installed, { recursive: true })
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', project]
  const output = execFileSync('npm', pack, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  // npm 10 and 11 print an array of packages, npm 12 an object.
  const [packed] = Object.values<{ filename: string; files: { path: string }[] }>(JSON.parse(output))
  files = packed.files.map(({ path }) => path)
  execFileSync('tar', ['-xzf', join(project, packed.filename), '-C', installed, '--strip-components=1'])
})

afterAll(() => rmSync(project, { recursive: true }))

/** Runs a program in the project. Returns what it prints, or its stderr if it fails. */
function run(program: string, flags: readonly string[] = []): string {
  const command = [...flags, '--input-type=module', '--eval', program]
  try {
    return execFileSync(process.execPath, command, { cwd: project, encoding: 'utf8', stdio: 'pipe' })
  } catch (error) {
    return (error as { stderr: string }).stderr
  }
}

describe('the installed package', () => {
  it('contains everything that it needs to run and to build its addon, and nothing for development', () => {
    const { exports, bin } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
    for (const needed of [
      'LICENSE',
      'README.md',
      'CHANGELOG.md',
      'docs/README.md',
      'docs/guides/models.md',
      'docs/charts/training-784-30-10.svg',
      'examples/README.md',
      'package.json',
      'dist/addon/binding.gyp',
      'dist/addon/sources.json',
      'CMakeLists.txt',
      exports['.'].default.slice(2),
      'dist/data/augment/worker.js',
      'dist/data/digits/worker.js',
      'dist/index.d.ts',
      bin.descent,
      'native/addon.cc',
      'scripts/build-native.mjs',
      'scripts/find-openblas.mjs',
      'scripts/native/include-flags.mjs',
      'scripts/native/node-headers.mjs',
    ]) {
      expect(files).toContain(needed)
    }
    // Package managers compile a package that has a binding.gyp in its own folder, and fail where they cannot.
    expect(files.filter((file) => file.endsWith('.gyp'))).toEqual(['dist/addon/binding.gyp'])
    const folders = new Set(files.filter((file) => file.includes('/')).map((file) => file.split('/')[0]))
    expect([...folders].sort()).toEqual(['dist', 'docs', 'examples', 'native', 'scripts', 'src'])
    expect(
      files.filter((file) => /scripts\/check-|plant-errors|print-kernels|tsconfig|\.node$|\.test\./.test(file)),
    ).toEqual([])
  })

  it('trains on digits that threads draw and augment, with the same result as in a clone', async () => {
    const program = `
      import { createHash } from 'node:crypto'
      import { augment, digits, Network } from 'descent-nn'
      const dataset = await digits({ count: 300, threads: 2 })
      const augmentation = augment(dataset, { rotation: 10, threads: 2 })
      const { inputs } = await augmentation.epoch(1)
      augmentation.close()
      const network = new Network([784, 10], { seed: 1, backend: 'typescript' })
      await network.fit(dataset, { epochs: 1, learningRate: 1 })
      const hash = (numbers) => createHash('sha256').update(numbers).digest('hex')
      console.log(hash(dataset.inputs), hash(inputs), hash(network.parameters))`
    const printed = run(program)
    expect(printed).toMatch(/^([0-9a-f]{64} ){2}[0-9a-f]{64}\n$/)
    const inClone = program.replace(
      "'descent-nn'",
      JSON.stringify(new URL('../../dist/index.js', import.meta.url).href),
    )
    expect(inClone).not.toBe(program)
    expect(printed).toBe(run(inClone))
  })

  it('looks for the addon in its own folder', () => {
    const program = `
      import { Network } from 'descent-nn'
      console.log(new Network([1, 1]).backend.reason)`
    expect(run(program)).toBe('the native addon has not been built: run "npx descent-nn build" to build it\n')
    mkdirSync(join(installed, 'build'))
    try {
      execFileSync(process.execPath, [
        '--input-type=module',
        '--eval',
        `import { recordFailure } from ${JSON.stringify(new URL('../../scripts/native/record.mjs', import.meta.url).href)}
         recordFailure(${JSON.stringify(installed)}, { reason: 'There is no compiler.', remedy: 'Get one.' })`,
      ])
      expect(run(program)).toBe('the native addon could not be built: There is no compiler. Get one.\n')
    } finally {
      rmSync(join(installed, 'build'), { recursive: true })
    }
  })

  it('has a command that knows its version and finds its scripts', () => {
    const { bin, version } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
    const command = join(installed, bin.descent)
    expect(execFileSync(process.execPath, [command, '--version'], { encoding: 'utf8' })).toBe(`${version}\n`)
    expect(existsSync(join(installed, 'scripts/build-native.mjs'))).toBe(true)
  })

  it('reports errors with lines of the sources that come with it', () => {
    const program = `
      import { Network } from 'descent-nn'
      new Network([1, 1], { seed: -1 })`
    const trace = run(program, ['--enable-source-maps'])
    const [, path, line] = /at checkNetworkOptions \((.*):(\d+):\d+\)/.exec(trace) ?? []
    expect(path).toBe(join(installed, 'src/engine/network-options.ts'))
    expect(readFileSync(path, 'utf8').split('\n')[Number(line) - 1]).toContain('checkInteger({ seed }, 0)')
  })

  it('keeps the names of classes and errors', () => {
    const program = `
      import * as descent from 'descent-nn'
      const classes = Object.entries(descent).filter(([name]) => /^[A-Z]/.test(name))
      console.log(classes.length > 10, classes.filter(([name, { name: own }]) => own !== name).map(([name]) => name))`
    expect(run(program)).toBe('true []\n')
  })

  it('has no source map that names a missing file', () => {
    const names = execFileSync('find', [join(installed, 'dist/bundle'), '-name', '*.map'], { encoding: 'utf8' })
    const maps = names.trim().split('\n')
    expect(maps.length).toBeGreaterThan(2)
    for (const map of maps) {
      const { sources } = JSON.parse(readFileSync(map, 'utf8'))
      for (const source of sources) expect(existsSync(join(map, '..', source)), `${map}: ${source}`).toBe(true)
    }
  })
})
