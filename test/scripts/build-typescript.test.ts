import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { buildTypescript, typescriptProblem } from '../../scripts/setup/typescript.mjs'
import { buildWasm } from '../../scripts/setup/wasm.mjs'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'descent-typescript-'))
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'))
  mkdirSync(join(root, 'src', 'old'), { recursive: true })
  writeFileSync(
    join(root, 'src', 'index.ts'),
    "import { answer } from './answer.js'\n\nexport const twice = 2 * answer\n",
  )
  writeFileSync(join(root, 'src', 'answer.ts'), 'export const answer: number = 42\n')
  writeFileSync(join(root, 'src', 'old', 'module.ts'), 'export const old = true\n')
  for (const name of ['arrow', 'browser', 'distributed', 'duckdb', 'pictures']) {
    writeFileSync(join(root, 'src', `${name}.ts`), 'export const more = true\n')
  }
  mkdirSync(join(root, 'src', 'cli'))
  writeFileSync(
    join(root, 'src', 'cli', 'main.ts'),
    "import { answer } from '../answer.js'\n\nexport const told = answer\n",
  )
  const compilerOptions = {
    outDir: 'dist',
    rootDir: 'src',
    module: 'nodenext',
    skipLibCheck: true,
    types: [],
    lib: ['es5'],
  }
  writeFileSync(join(root, 'tsconfig.build.json'), JSON.stringify({ compilerOptions, include: ['src'] }))
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }')
})

afterEach(() => rmSync(root, { recursive: true }))

test('builds changed sources, and removes outputs whose source is gone', async () => {
  expect(typescriptProblem(root)).toBe('there is no dist yet')
  expect(await buildTypescript(root)).toBeUndefined()
  expect(readFileSync(join(root, 'dist', 'answer.js'), 'utf8')).toBe('export const answer = 42;\n')
  expect(existsSync(join(root, 'dist', 'old', 'module.js'))).toBe(true)
  expect(typescriptProblem(root)).toBeUndefined()

  rmSync(join(root, 'src', 'old'), { recursive: true })
  expect(typescriptProblem(root)).toBe('the sources have changed')
  expect(await buildTypescript(root)).toBeUndefined()
  expect(existsSync(join(root, 'dist', 'old'))).toBe(false)

  const bundle = join(root, 'dist', 'bundle', 'index.js')
  const chunks = () => readdirSync(join(root, 'dist', 'bundle')).filter((name) => /-[\w-]{8}\.js$/.test(name))
  const [before, chunk] = [chunks(), await import(bundle)]
  expect(chunk.twice).toBe(84)
  expect((await import(join(root, 'dist', 'bundle', 'cli', 'main.js'))).told).toBe(42)
  writeFileSync(join(root, 'src', 'answer.ts'), 'export const answer: number = 43\n')
  expect(await buildTypescript(root)).toBeUndefined()
  // The chunk of the old answer is gone.
  expect(chunks()).toHaveLength(before.length)
  expect(chunks()).not.toEqual(before)

  writeFileSync(join(root, 'dist', 'index.js'), 'export const')
  expect(typescriptProblem(root)).toBe('dist was changed after the last build')
})

test('a compiler error is returned, and the build does not count as done', async () => {
  writeFileSync(join(root, 'src', 'index.ts'), "export const answer: number = 'none'\n")
  expect(await buildTypescript(root)).toBe(
    "src/index.ts(1,14): error TS2322: Type 'string' is not assignable to type 'number'.",
  )
  expect(typescriptProblem(root)).toBe('the sources have changed')
})

test('says that the compiler for WebAssembly is missing, and how to get it', async () => {
  expect(await buildWasm(root)).toBeUndefined()
  mkdirSync(join(root, 'wasm'))
  rmSync(join(root, 'node_modules'))
  expect(await buildWasm(root)).toBe('AssemblyScript, which compiles wasm/, is not installed: run npm ci')
})
