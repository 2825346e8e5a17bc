import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { download } from '#src/data/download'
import { writeIdx } from '#src/data/idx'
import { idxFileNames, readIdxFolder } from '#src/data/idx-folder'
import { failure, openFiles, temporaryFolder } from '../support/files.js'

const packageFolder = resolve(import.meta.dirname, '../..')
const genuine = process.env.DESCENT_MNIST || resolve(packageFolder, '../shared/data/mnist')
const names = idxFileNames.map((name) => `${name}.gz`)
const missing = names.every((name) => existsSync(join(genuine, name))) ? '' : `no MNIST in ${genuine}`
if (missing) process.stderr.write(`skipped: the tests with the real MNIST, ${missing}; DESCENT_MNIST can name it\n`)

const temporary = temporaryFolder()
let folders = 0
/** A new empty folder. */
function emptyFolder(): string {
  const folder = join(temporary, `folder-${folders++}`)
  mkdirSync(folder)
  return folder
}

// Each test has a machine of its own: a package, a working directory and a cache. The real one may have MNIST where the
// package looks for it.
let home: string
let cache: string
let mnist: typeof import('#src/data/mnist').mnist
let findMnist: typeof import('#src/data/mnist').findMnist

beforeEach(async () => {
  home = emptyFolder()
  cache = join(home, 'cache/descent/mnist')
  const copy = join(home, 'project/package')
  // The data room and the leaves beside it: all that it may import.
  for (const entry of ['data', ...readdirSync(join(packageFolder, 'dist')).filter((name) => name.endsWith('.js'))]) {
    cpSync(join(packageFolder, 'dist', entry), join(copy, 'dist', entry), { recursive: true })
  }
  writeFileSync(join(copy, 'package.json'), '{ "type": "module" }')
  const module: typeof import('#src/data/mnist') = await import(pathToFileURL(join(copy, 'dist/data/mnist.js')).href)
  mnist = module.mnist
  findMnist = module.findMnist
  vi.spyOn(process, 'cwd').mockReturnValue(join(home, 'work/here'))
  vi.stubEnv('DESCENT_MNIST', '')
  vi.stubEnv('XDG_CACHE_HOME', join(home, 'cache'))
  vi.stubEnv('LOCALAPPDATA', join(home, 'cache'))
})

const servers: Server[] = []
/** The address of a local mirror that answers like this. */
async function mirror(answer: RequestListener): Promise<string> {
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

/** A folder with four small files in the form of MNIST. */
async function smallFolder(rename: (name: string) => string = (name) => name): Promise<string> {
  const folder = emptyFolder()
  for (const [i, name] of idxFileNames.entries()) {
    const rows = i < 2 ? 3 : 2
    const shape = i % 2 === 0 ? [rows, 2, 2] : [rows]
    const data = new Uint8Array(i % 2 === 0 ? rows * 4 : rows).fill(i)
    await writeIdx(join(folder, rename(name)), { shape, data })
  }
  return folder
}

describe('readIdxFolder', () => {
  it('finds each of the names that the files go by', async () => {
    for (const rename of [
      (name: string) => name,
      (name: string) => `${name}.gz`,
      (name: string) => name.replace('-idx', '.idx'),
      (name: string) => `${name.replace('-idx', '.idx')}.gz`,
    ]) {
      const { training, test } = await readIdxFolder(await smallFolder(rename))
      expect([training.size, training.width, test.size, test.width]).toEqual([3, 4, 2, 4])
      expect([training.inputs[0], training.labels?.[0], test.inputs[0], test.labels?.[0]]).toEqual([0, 1, 2, 3])
    }
  })

  it('says which files are missing', async () => {
    const folder = emptyFolder()
    writeFileSync(join(folder, names[0]), '')
    writeFileSync(join(folder, 't10k-images.idx3-ubyte'), '')
    expect(await failure(readIdxFolder(folder))).toBe(
      `DataError: ${folder} lacks 2 of 4 files: train-labels-idx1-ubyte, t10k-labels-idx1-ubyte (names like train-labels.idx1-ubyte and a .gz at the end count too)`,
    )
    const lost = join(folder, 'lost')
    expect(await failure(readIdxFolder(lost))).toBe(`DataError: cannot read ${lost}: there is no such folder`)
    expect(await failure(readIdxFolder(join(folder, names[0])))).toBe(
      `DataError: cannot read ${join(folder, names[0])}: it is not a folder`,
    )
  })
})

describe('findMnist', () => {
  it('looks where option, variable, working directory, package and cache say, in that order', async () => {
    const folder = await smallFolder()
    expect(await findMnist()).toBe(undefined)
    for (const place of [cache, join(home, 'project/shared/data/mnist'), join(home, 'work/shared/data/mnist')]) {
      cpSync(folder, place, { recursive: true })
      expect(await findMnist()).toBe(place)
    }
    const [named, option] = [await smallFolder(), await smallFolder()]
    vi.stubEnv('DESCENT_MNIST', named)
    expect(await findMnist()).toBe(named)
    expect(await findMnist({ folder: option })).toBe(option)
    expect((await mnist()).training.size).toBe(3)
    // What was named is not replaced by another.
    expect(await findMnist({ folder: emptyFolder() })).toBe(undefined)
  })

  it('passes over a folder that has only some of the files', async () => {
    const folder = await smallFolder()
    cpSync(folder, join(home, 'work/shared/data/mnist'), { recursive: true })
    rmSync(join(home, 'work/shared/data/mnist', idxFileNames[3]))
    expect(await findMnist({ cache: folder })).toBe(folder)
  })
})

describe('mnist', () => {
  const byHand = () => `put ${names.join(', ')} into ${cache}, or set DESCENT_MNIST to the folder that has them`

  it('says where it looked', async () => {
    expect(await failure(mnist())).toBe(
      `DataError: MNIST is not on this machine (looked in ${join(home, 'work/shared/data/mnist')}, ${join(home, 'project/shared/data/mnist')}, ${cache}): fetch it with { fetch: true }, ${byHand()}`,
    )
  })

  it('ignores a relative XDG_CACHE_HOME', async () => {
    vi.stubEnv('XDG_CACHE_HOME', 'relative')
    vi.stubEnv('LOCALAPPDATA', 'relative')
    vi.stubEnv('HOME', join(home, 'user'))
    vi.stubEnv('USERPROFILE', join(home, 'user'))
    expect(await failure(mnist())).toContain(`, ${join(home, 'user', '.cache/descent/mnist')}): fetch it`)
  })

  it('says what the folder lacks that was named', async () => {
    const folder = emptyFolder()
    const lacks = `DataError: ${folder} lacks 4 of 4 files: ${idxFileNames.join(', ')} (names like train-images.idx3-ubyte and a .gz at the end count too)`
    expect(await failure(mnist({ folder }))).toBe(lacks)
    vi.stubEnv('DESCENT_MNIST', folder)
    expect(await failure(mnist({ fetch: true }))).toBe(`${lacks}; the variable DESCENT_MNIST names this folder`)
  })

  it('refuses files that are not genuine, with the reason of each mirror', async () => {
    const mirrors = [
      await mirror((_, response) => response.writeHead(404).end()),
      await mirror((_, response) => response.end(gzipSync('wrong'))),
    ]
    const got = createHash('sha256').update('wrong').digest('hex')
    expect(await failure(mnist({ fetch: true, mirrors }))).toBe(
      [
        `DataError: cannot fetch MNIST, no mirror gave ${names[0]}:`,
        `  ${mirrors[0]}${names[0]}: HTTP 404`,
        `  ${mirrors[1]}${names[0]}: the SHA-256 of the uncompressed content must be ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db, got ${got}`,
        `To have it by hand, ${byHand()}`,
      ].join('\n'),
    )
    expect(readdirSync(cache)).toEqual([])
  })

  it('says that it is offline', async () => {
    const closed = await mirror(() => undefined)
    await new Promise((done) => servers.pop()?.close(done))
    const sentence = await failure(mnist({ fetch: true, mirrors: [closed, 'http://mirror.invalid/'] }))
    const [head, refused, unknown, hand] = sentence.split('\n')
    expect(head).toBe(`DataError: cannot fetch MNIST, no mirror gave ${names[0]}:`)
    expect(refused).toBe(`  ${closed}${names[0]}: connect ECONNREFUSED ${new URL(closed).host}`)
    expect(unknown).toMatch(
      /^ {2}http:\/\/mirror\.invalid\/train-images-idx3-ubyte\.gz: getaddrinfo \w+ mirror\.invalid$/,
    )
    expect(hand).toBe(`To have it by hand, ${byHand()}`)
  })

  it('stops when it is told to', async () => {
    const asked: string[] = []
    const controller = new AbortController()
    const answer: RequestListener = (request) => {
      asked.push(request.url ?? '')
      controller.abort(new Error('enough'))
    }
    const mirrors = [await mirror(answer), await mirror(answer)]
    expect(await failure(mnist({ fetch: true, mirrors, signal: controller.signal }))).toBe('Error: enough')
    expect(asked).toEqual([`/mnist/${names[0]}`])
  })

  it('refuses options that it does not know or cannot use', async () => {
    const says = async (options: object, sentence: string) =>
      expect(await failure(mnist(options))).toBe(`OptionError: ${sentence}`)
    await says({ path: '.' }, 'unknown MNIST option "path"; known: folder, cache, fetch, mirrors, timeout, signal')
    await says({ folder: 7 }, 'folder must be the path of a folder, not 7')
    await says({ cache: 7 }, 'cache must be the path of a folder, not 7')
    await says({ fetch: 'yes' }, 'fetch must be true or false, not "yes"')
    await says({ timeout: 0 }, 'timeout must be a whole number from 1 to 2147483647, not 0')
    await says({ mirrors: [] }, 'mirrors must be a list of http or https addresses, not []')
    await says({ mirrors: ['file:///a'] }, 'mirrors must be a list of http or https addresses, not ["file:///a"]')
    await says({ folder: '.', fetch: true }, 'folder and fetch exclude each other: fetch fills the cache')
  })
})

describe('download', () => {
  const content = 'genuine'
  const sha256 = createHash('sha256').update(content).digest('hex')
  const file = { name: 'file', size: content.length, sha256 }

  it('says for each mirror what was wrong, and leaves nothing in the folder', async () => {
    const packed = gzipSync(content)
    const mirrors = [
      await mirror((_, response) =>
        response.writeHead(200, { 'content-length': 99 }).write('x', () => response.destroy()),
      ),
      await mirror((_, response) => response.end(packed.subarray(0, -3))),
      await mirror((_, response) => response.end(Buffer.concat([packed, Buffer.alloc(2)]))),
      await mirror((_, response) => response.end(gzipSync('genuine!'))),
      await mirror((_, response) => response.end(Buffer.alloc(7 + 65_536 + 1))),
      await mirror((_, response) => response.end()),
      'http://127.0.0.1:9/',
    ]
    const reasons = [
      'other side closed',
      'damaged gzip (unexpected end of file)',
      'the gzip stream ends before the file does',
      'the uncompressed content has more than its 7 bytes',
      'sent more than the 65543 bytes that this file may have',
      `the SHA-256 of the uncompressed content must be ${sha256}, got ${createHash('sha256').digest('hex')}`,
      'bad port',
    ]
    const lines = mirrors.map((address, i) => `\n  ${address}file.gz: ${reasons[i]}`)
    const folder = emptyFolder()
    expect(await failure(download([file], { mirrors, folder, timeout: 10_000 }))).toBe(
      `DataError: no mirror gave file.gz:${lines.join('')}`,
    )
    expect(readdirSync(folder)).toEqual([])
  })

  it('gives up on mirrors that hang, before or after the first bytes, once for all files', async () => {
    let hung = 0
    const mirrors = [
      await mirror(() => hung++),
      await mirror((_, response) => {
        hung++
        response.write('x')
      }),
      await mirror((_, response) => response.end(content)),
    ]
    const folder = emptyFolder()
    const files = ['a', 'b', 'c', 'd'].map((name) => ({ ...file, name }))
    await download(files, { mirrors, folder, timeout: 500 })
    expect(hung).toBe(2)
    expect(readdirSync(folder)).toEqual(['a', 'b', 'c', 'd'])
    expect(await failure(download([file], { mirrors: mirrors.slice(0, 2), folder, timeout: 500 }))).toBe(
      `DataError: no mirror gave file.gz:${mirrors
        .slice(0, 2)
        .map((address) => `\n  ${address}file.gz: not complete within 0.5 s`)
        .join('')}`,
    )
  })

  it('says where it cannot make the folder', async () => {
    const path = join(emptyFolder(), 'file')
    writeFileSync(path, '')
    const folder = join(path, 'cache')
    expect(await failure(download([file], { mirrors: [], folder, timeout: 1 }))).toBe(
      `DataError: cannot make the folder ${folder}: ENOTDIR: not a directory, mkdir '${folder}'`,
    )
  })
})

describe.skipIf(missing)(`the real MNIST${missing && ` (skipped: ${missing})`}`, () => {
  it('has the shapes, labels and pictures that are known', async () => {
    const before = await openFiles()
    let breaths = 0
    const timer = setInterval(() => breaths++, 5)
    const { training, test } = await mnist({ folder: genuine })
    clearInterval(timer)
    expect(breaths, 'turns of the event loop while reading').toBeGreaterThan(5)
    expect([training.size, training.width, training.scale]).toEqual([60_000, 784, 1 / 255])
    expect([test.size, test.width]).toEqual([10_000, 784])
    expect([...(training.labels ?? []).slice(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4])
    expect([...(test.labels ?? []).slice(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9])
    const counts = new Array<number>(10).fill(0)
    for (const label of training.labels ?? []) counts[label]++
    expect(counts).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
    let sum = 0
    for (let i = 0; i < training.inputs.length; i++) sum += training.inputs[i]
    expect((sum / 47_040_000 / 255).toFixed(4)).toBe('0.1307')
    expect(await openFiles()).toBe(before)
  })

  it('is fetched from the first mirror that gives it, kept, and found again', async () => {
    const asked: string[] = []
    const good = await mirror((request, response) => {
      asked.push(`good${request.url}`)
      const content = readFileSync(join(genuine, request.url?.split('/').pop() ?? ''))
      // Compressed anew, or sent plain as a transfer encoding makes it: the content counts.
      if (request.url?.includes('t10k-labels')) response.end(gunzipSync(content))
      else if (request.url?.includes('train-labels')) response.end(gzipSync(gunzipSync(content), { level: 1 }))
      else response.end(content)
    })
    const lost = await mirror((request, response) => {
      asked.push(`lost${request.url}`)
      response.writeHead(500).end()
    })
    // A file that is there already is not fetched again.
    mkdirSync(cache, { recursive: true })
    cpSync(join(genuine, names[2]), join(cache, names[2]))
    const { training, test } = await mnist({ fetch: true, mirrors: [lost, good.slice(0, -1)] })
    expect([training.size, test.size]).toEqual([60_000, 10_000])
    expect(asked).toEqual([`lost/mnist/${names[0]}`, ...[0, 1, 3].map((i) => `good/mnist/${names[i]}`)])
    expect(readdirSync(cache).sort()).toEqual([idxFileNames[3], names[2], names[0], names[1]].sort())
    expect(await findMnist()).toBe(cache)
    const again = await mnist({ fetch: true, mirrors: ['http://mirror.invalid/'] })
    expect(again.test.labels).toEqual(test.labels)
  })
})
