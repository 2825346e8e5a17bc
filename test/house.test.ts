import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const source = join(root, 'src')

const files = (folder: string, ending: RegExp): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => join(root, folder, name))

/** Which files of src each file imports. */
const imports = new Map(
  files('src', /\.ts$/).map((file) => {
    const text = readFileSync(file, 'utf8')
    const names = [...text.matchAll(/(?:from|import\(|import) ?'(\.[^']*)\.js'/g)].map(([, name]) =>
      join(dirname(file), `${name}.ts`),
    )
    return [file, names] as const
  }),
)

/** The room of a file: its folder in src, or its own name. `network.ts` and the folder `network` are one room. */
function roomOf(file: string): string {
  const [first] = relative(source, file).split('/')
  return first.replace(/\.ts$/, '')
}

/** The rooms that each room may use. Leaves use nothing. */
const leaves = [
  'errors',
  'checks',
  'elementary',
  'random',
  'memory',
  'files',
  'byte-order',
  'package-folder',
  'builtin',
  'breathe',
]
const allowed: Record<string, string[]> = {
  // DuckDB and what decodes pictures are loaded where they are asked for.
  cli: ['index', 'duckdb', 'pictures'],
  duckdb: ['data'],
  arrow: ['data'],
  pictures: ['network'],
  index: ['network', 'model', 'compile', 'backend', 'data', 'program'],
  // What of index does not need Node.
  browser: ['network', 'model', 'compile', 'backend', 'data', 'program'],
  network: ['model', 'compile', 'backend', 'data', 'program'],
  model: [],
  compile: ['program'],
  // Of data, the backend interface knows the type of a dataset's arrays.
  backend: ['program', 'data'],
  data: [],
  program: [],
}

describe('the rooms', () => {
  it('import in one direction only', () => {
    const wrong: string[] = []
    for (const [file, names] of imports) {
      const room = roomOf(file)
      for (const name of names) {
        const other = roomOf(name)
        if (other === room || (leaves.includes(other) && !leaves.includes(room))) continue
        if (leaves.includes(room) && ['errors', 'elementary', 'builtin'].includes(other)) continue
        if (!allowed[room]?.includes(other)) wrong.push(`${relative(root, file)} imports ${relative(root, name)}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('know no cycle', () => {
    const finished = new Set<string>()
    const walk = (file: string, path: string[]): string[] | undefined => {
      if (path.includes(file)) return [...path, file]
      if (finished.has(file)) return undefined
      for (const name of imports.get(file) ?? []) {
        const cycle = walk(name, [...path, file])
        if (cycle) return cycle
      }
      finished.add(file)
      return undefined
    }
    for (const file of imports.keys()) expect(walk(file, [])?.map((name) => relative(root, name))).toBeUndefined()
  })

  it('import only files that are there', () => {
    for (const [file, names] of imports) {
      for (const name of names) expect(imports.has(name), `${relative(root, file)} imports ${name}`).toBe(true)
    }
  })

  it('let only select.ts know the backends', () => {
    const implementations = /backend\/(native|typescript)\//
    for (const [file, names] of imports) {
      const own = implementations.exec(file)?.[1]
      for (const name of names) {
        const theirs = implementations.exec(name)?.[1]
        if (theirs && theirs !== own) expect(relative(source, file)).toBe('backend/select.ts')
      }
    }
  })

  it('let no module that browsers load import a module of Node or a package', () => {
    const seen = new Set<string>()
    const wrong: string[] = []
    const walk = (file: string): void => {
      if (seen.has(file)) return
      seen.add(file)
      const text = readFileSync(file, 'utf8')
      // Types are gone when it runs.
      const statements =
        /^(?:import|export) (?!type )(?:[\w*, ]|\{[^}]*\})*?(?:from )?'([^.'][^']*)'|[^.\w]import\('([^.'][^']*)'\)(?!\.|\n)/gm
      for (const [, name, onUse] of text.matchAll(statements)) {
        wrong.push(`${relative(root, file)} imports ${name ?? onUse}`)
      }
      for (const name of imports.get(file) ?? []) walk(name)
    }
    walk(join(source, 'browser.ts'))
    expect(seen.size).toBeGreaterThan(100)
    expect(wrong).toEqual([])
  })

  it('let only addon.cc and background know Node-API', () => {
    for (const file of files('native', /\.(cc|h)$/)) {
      if (/#include <(napi|node_api|uv)/.test(readFileSync(file, 'utf8'))) {
        expect(['addon.cc', 'background.cc', 'background.h'].map((name) => `native/${name}`)).toContain(
          relative(root, file),
        )
      }
    }
  })

  it('have no file of more than 250 lines that is not a table', () => {
    // network.ts is one: the facade has a method for each thing that a network does, and no work of its own.
    const tables = ['src/program/kernels.ts', 'src/data/digits/skeletons.ts', 'src/network.ts']
    const code = ['src', 'native', 'scripts', 'bench', 'examples', 'test'].flatMap((folder) =>
      files(folder, /\.(ts|mts|mjs|cjs|cc|h)$/),
    )
    const long = code
      .filter((file) => readFileSync(file, 'utf8').split('\n').length > 251)
      .map((file) => relative(root, file))
    expect(long.filter((file) => !tables.includes(file))).toEqual([])
  })
})
