import { createHash } from 'node:crypto'
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'
import { idxFileNames, readIdxFolder } from '#src/data/idx-folder'
import { failure } from '../support/files.js'
import {
  cache,
  emptyFolder,
  findMnist,
  home,
  mirror,
  mnist,
  names,
  servers,
  smallFolder,
} from '../support/mnist-machine.js'

describe('readIdxFolder', () => {
  it('finds each variant of the file names', async () => {
    for (const rename of [
      (name: string) => name,
      (name: string) => `${name}.gz`,
      (name: string) => name.replace('-idx', '.idx'),
      (name: string) => `${name.replace('-idx', '.idx')}.gz`,
    ]) {
      const { training, test } = await readIdxFolder(await smallFolder(rename))
      expect([training.rows, training.width, test.rows, test.width]).toEqual([3, 4, 2, 4])
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
  it('looks at the option, the variable, the working directory, the package and the cache, in that order', async () => {
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
    expect((await mnist()).training.rows).toBe(3)
    // A folder that is named is the only one that counts.
    expect(await findMnist({ folder: emptyFolder() })).toBe(undefined)
  })

  it('skips a folder that has only some of the files', async () => {
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
      `DataError: MNIST is not on this machine (looked in ${join(home, 'work/shared/data/mnist')}, ${join(home, 'project/shared/data/mnist')}, ${cache}): download it with { download: true }, ${byHand()}`,
    )
  })

  it('ignores a relative XDG_CACHE_HOME', async () => {
    vi.stubEnv('XDG_CACHE_HOME', 'relative')
    vi.stubEnv('LOCALAPPDATA', 'relative')
    vi.stubEnv('HOME', join(home, 'user'))
    vi.stubEnv('USERPROFILE', join(home, 'user'))
    expect(await failure(mnist())).toContain(`, ${join(home, 'user', '.cache/descent/mnist')}): download it`)
  })

  it('refuses files in the cache that are not those of MNIST', async () => {
    cpSync(await smallFolder(), cache, { recursive: true })
    // The content of the small file: its header, and three pictures of four pixels.
    const content = Buffer.concat([Buffer.from([0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 28, 0, 0, 0, 28]), Buffer.alloc(12)])
    const got = createHash('sha256').update(content).digest('hex')
    const sentence = `DataError: ${join(cache, idxFileNames[0])} is damaged or not a file of MNIST: the SHA-256 of its content must be ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db, got ${got}; remove it, and { download: true } gets it again`
    for (const options of [{}, { download: true }]) expect(await failure(mnist(options))).toBe(sentence)
    // A folder that is named may have other pictures, such as Fashion-MNIST.
    expect((await mnist({ folder: cache })).training.rows).toBe(3)
  })

  it('says which files are missing in the named folder', async () => {
    const folder = emptyFolder()
    const lacks = `DataError: ${folder} lacks 4 of 4 files: ${idxFileNames.join(', ')} (names like train-images.idx3-ubyte and a .gz at the end count too)`
    expect(await failure(mnist({ folder }))).toBe(lacks)
    vi.stubEnv('DESCENT_MNIST', folder)
    expect(await failure(mnist({ download: true }))).toBe(`${lacks}; the variable DESCENT_MNIST names this folder`)
  })

  it('refuses files with the wrong content, with a reason for each mirror', async () => {
    const mirrors = [
      await mirror((_, response) => response.writeHead(404).end()),
      await mirror((_, response) => response.end(gzipSync('wrong'))),
    ]
    const got = createHash('sha256').update('wrong').digest('hex')
    expect(await failure(mnist({ download: true, mirrors }))).toBe(
      [
        `DataError: cannot download MNIST, no mirror gave ${names[0]}:`,
        `  ${mirrors[0]}${names[0]}: HTTP 404`,
        `  ${mirrors[1]}${names[0]}: the SHA-256 of the uncompressed content must be ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db, got ${got}`,
        `To install it by hand, ${byHand()}`,
      ].join('\n'),
    )
    expect(readdirSync(cache)).toEqual([])
  })

  it('gives the reason if the machine is offline', async () => {
    const closed = await mirror(() => undefined)
    await new Promise((done) => servers.pop()?.close(done))
    const sentence = await failure(mnist({ download: true, mirrors: [closed, 'http://mirror.invalid/'] }))
    const [head, refused, unknown, hand] = sentence.split('\n')
    expect(head).toBe(`DataError: cannot download MNIST, no mirror gave ${names[0]}:`)
    expect(refused).toBe(`  ${closed}${names[0]}: connect ECONNREFUSED ${new URL(closed).host}`)
    expect(unknown).toMatch(
      /^ {2}http:\/\/mirror\.invalid\/train-images-idx3-ubyte\.gz: getaddrinfo \w+ mirror\.invalid$/,
    )
    expect(hand).toBe(`To install it by hand, ${byHand()}`)
  })

  it('stops when the signal is aborted', async () => {
    const asked: string[] = []
    const controller = new AbortController()
    const answer: RequestListener = (request) => {
      asked.push(request.url ?? '')
      controller.abort(new Error('enough'))
    }
    const mirrors = [await mirror(answer), await mirror(answer)]
    expect(await failure(mnist({ download: true, mirrors, signal: controller.signal }))).toBe('Error: enough')
    expect(asked).toEqual([`/mnist/${names[0]}`])
  })

  it('refuses unknown options and wrong values', async () => {
    const says = async (options: object, sentence: string) =>
      expect(await failure(mnist(options))).toBe(`OptionError: ${sentence}`)
    await says({ path: '.' }, 'unknown MNIST option "path"; known: folder, cache, download, mirrors, timeout, signal')
    await says({ folder: 7 }, 'folder must be the path of a folder, not 7')
    await says({ cache: 7 }, 'cache must be the path of a folder, not 7')
    await says({ download: 'yes' }, 'download must be true or false, not "yes"')
    await says({ timeout: 0 }, 'timeout must be a whole number from 1 to 2147483647, not 0')
    await says({ mirrors: [] }, 'mirrors must be a list of http or https addresses, not []')
    await says({ mirrors: ['file:///a'] }, 'mirrors must be a list of http or https addresses, not ["file:///a"]')
    await says({ folder: '.', download: true }, 'folder and download exclude each other: download fills the cache')
  })
})
