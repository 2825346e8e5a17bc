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

/** The files of src that each file imports. */
const imports = new Map(
  files('src', /\.ts$/).map((file) => {
    const text = readFileSync(file, 'utf8')
    const names = [...text.matchAll(/(?:from|import\(|import) ?'(\.[^']*)\.js'/g)].map(([, name]) =>
      join(dirname(file), `${name}.ts`),
    )
    return [file, names] as const
  }),
)

/**
 * The rooms, from the top floor to the ground. A room is a folder of src, without the folders in it, or a file by its name. A
 * file may import from its own room and from lower floors; rooms on one floor do not know each other.
 */
const floors = [
  ['cli'],
  ['cli/commands'],
  ['cli/run', 'cli/bench', 'cli/book', 'cli/report', 'cli/launch'],
  ['cli/options', 'cli/output'],
  ['cli/input'],
  ['cli/terminal', 'cli/parsing'],
  ['see'],
  ['index.ts', 'browser.ts', 'duckdb.ts', 'arrow.ts', 'pictures.ts', 'distributed.ts'],
  ['common.ts'],
  ['pool', 'exchange', 'pictures', 'tables'],
  ['network'],
  ['training', 'streams', 'perceptron'],
  ['engine', 'distributed'],
  ['schema'],
  ['backend/select.ts'],
  ['backend/wasm'],
  ['readers', 'metrics', 'compile', 'backend/native', 'backend/typescript'],
  ['readers/arrow', 'readers/csv', 'readers/duckdb', 'readers/ndjson', 'readers/npy', 'readers/zip', 'backend'],
  ['readers/text'],
  ['readers/columns', 'data/augment', 'data/digits', 'formats/javascript', 'formats/onnx'],
  ['data', 'program', 'formats', 'drawing'],
  ['base'],
]
const floorOf = new Map(floors.flatMap((rooms, floor) => rooms.map((room) => [room, floor] as const)))

function roomOf(file: string): string {
  const name = relative(source, file)
  return floorOf.has(name) ? name : dirname(name)
}

/** What the command line may use of the library: what any program may, the pictures and their server, and the ground floor. */
const publicRooms = ['see', 'drawing', 'index.ts', 'duckdb.ts', 'pictures.ts', 'distributed.ts', 'base']

describe('the rooms', () => {
  it('have each a floor, and each a file', () => {
    const rooms = new Set([...imports.keys()].map(roomOf))
    expect([...rooms].sort()).toEqual([...floorOf.keys()].sort())
  })

  it('import in one direction only', () => {
    const wrong: string[] = []
    for (const [file, names] of imports) {
      const room = roomOf(file)
      for (const name of names) {
        const other = roomOf(name)
        const isLower = Number(floorOf.get(other)) > Number(floorOf.get(room))
        const isForeign = room.startsWith('cli') && !other.startsWith('cli') && !publicRooms.includes(other)
        if (room !== other && (!isLower || isForeign)) {
          wrong.push(`${relative(root, file)} imports ${relative(root, name)}`)
        }
      }
    }
    expect(wrong).toEqual([])
  })

  it('are mirrored by the folders of tests', () => {
    const others = ['bench', 'browser', 'fixtures', 'packaging', 'scripts', 'soak', 'support', 'web']
    const folders = new Set([...imports.keys()].flatMap((file) => parents(relative(source, file))))
    const wrong = files('test', /\.ts$/)
      .map((file) => relative(join(root, 'test'), dirname(file)))
      .filter((folder) => folder !== '' && !folders.has(folder) && !others.includes(folder.split('/')[0]))
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

  it('import only files that exist', () => {
    for (const [file, names] of imports) {
      for (const name of names) expect(imports.has(name), `${relative(root, file)} imports ${name}`).toBe(true)
    }
  })

  it('let only select.ts know the backends, but wasm is the TypeScript backend with other products', () => {
    const implementations = /backend\/(native|wasm|typescript)\//
    for (const [file, names] of imports) {
      const own = implementations.exec(file)?.[1]
      for (const name of names) {
        const theirs = implementations.exec(name)?.[1]
        if (own === 'wasm' && theirs === 'typescript') continue
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
        /^(?:import|export) (?!type |class )(?:[\w*, ]|\{[^}]*\})*?(?:from )?'([^.'][^']*)'|[^.\w]import\('([^.'][^']*)'\)(?!\.|\n)/gm
      for (const [, name, onUse] of text.matchAll(statements)) {
        wrong.push(`${relative(root, file)} imports ${name ?? onUse}`)
      }
      for (const name of imports.get(file) ?? []) walk(name)
    }
    walk(join(source, 'browser.ts'))
    expect(seen.size).toBeGreaterThan(100)
    expect(wrong).toEqual([])
  })

  it('let only addon.cc, background and communicator_object know Node-API', () => {
    for (const file of files('native', /\.(cc|h)$/)) {
      if (/#include <(napi|node_api|uv)/.test(readFileSync(file, 'utf8'))) {
        expect(['addon', 'background', 'mpi/communicator_object'].map((name) => `native/${name}`)).toContain(
          relative(root, file).replace(/\.(cc|h)$/, ''),
        )
      }
    }
  })
})

/** `a/b/c.ts` is in `a/b` and in `a`. */
function parents(name: string): string[] {
  const folder = dirname(name)
  return folder === '.' ? [] : [folder, ...parents(folder)]
}
