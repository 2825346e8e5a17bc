import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, vi } from 'vitest'
import { writeIdx } from '#src/data/idx'
import { idxFileNames } from '#src/data/idx-folder'
import { temporaryFolder } from './files.js'

export const packageFolder = resolve(import.meta.dirname, '../..')
export const genuine = process.env.DESCENT_MNIST || resolve(packageFolder, '../shared/data/mnist')
export const names = idxFileNames.map((name) => `${name}.gz`)
export const missing = names.every((name) => existsSync(join(genuine, name))) ? '' : `no MNIST in ${genuine}`
if (missing) process.stderr.write(`skipped: the tests with the real MNIST, ${missing}; DESCENT_MNIST can name it\n`)

export const temporary = temporaryFolder()
export let folders = 0
/** Creates an empty folder. */
export function emptyFolder(): string {
  const folder = join(temporary, `folder-${folders++}`)
  mkdirSync(folder)
  return folder
}

// Each test has its own simulated machine: a package, a working directory and a cache. The real machine may have MNIST where the
// package looks for it.
export let home: string
export let cache: string
export let mnist: typeof import('#src/data/mnist').mnist
export let findMnist: typeof import('#src/data/mnist').findMnist

beforeEach(async () => {
  home = emptyFolder()
  cache = join(home, 'cache/descent/mnist')
  const copy = join(home, 'project/package')
  // Everything that src/data may import.
  for (const entry of ['data', 'base']) {
    cpSync(join(packageFolder, 'dist', entry), join(copy, 'dist', entry), { recursive: true })
  }
  writeFileSync(
    join(copy, 'package.json'),
    '{ "name": "descent-nn", "type": "module", "exports": { "./package.json": "./package.json" } }',
  )
  const module: typeof import('#src/data/mnist') = await import(pathToFileURL(join(copy, 'dist/data/mnist.js')).href)
  mnist = module.mnist
  findMnist = module.findMnist
  vi.spyOn(process, 'cwd').mockReturnValue(join(home, 'work/here'))
  vi.stubEnv('DESCENT_MNIST', '')
  vi.stubEnv('XDG_CACHE_HOME', join(home, 'cache'))
  vi.stubEnv('LOCALAPPDATA', join(home, 'cache'))
})

export const servers: Server[] = []
/** Starts a local mirror and returns its address. */
export async function mirror(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mnist/`
}

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  for (const server of servers.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
  rmSync(home, { recursive: true })
})

/** A folder with four small files in the format of MNIST. */
export async function smallFolder(rename: (name: string) => string = (name) => name): Promise<string> {
  const folder = emptyFolder()
  for (const [i, name] of idxFileNames.entries()) {
    const rows = i < 2 ? 3 : 2
    const shape = i % 2 === 0 ? [rows, 2, 2] : [rows]
    const data = new Uint8Array(i % 2 === 0 ? rows * 4 : rows).fill(i)
    await writeIdx(join(folder, rename(name)), { shape, data })
  }
  return folder
}
