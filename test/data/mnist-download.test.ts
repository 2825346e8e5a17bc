import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { download } from '#src/data/download'
import { idxFileNames } from '#src/data/idx-folder'
import { failure, openFiles } from '../support/files.js'
import { cache, emptyFolder, findMnist, genuine, mirror, missing, mnist, names } from '../support/mnist-machine.js'

describe('download', () => {
  const content = 'genuine'
  const sha256 = createHash('sha256').update(content).digest('hex')
  const file = { name: 'file', size: content.length, sha256 }

  it('says what was wrong with each mirror, and leaves nothing in the folder', async () => {
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

  it('waits only once for mirrors that hang, before or after the first bytes', async () => {
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

  it('says that it cannot create the folder', async () => {
    const path = join(emptyFolder(), 'file')
    writeFileSync(path, '')
    const folder = join(path, 'cache')
    expect(await failure(download([file], { mirrors: [], folder, timeout: 1 }))).toBe(
      `DataError: cannot create the folder ${folder}: ENOTDIR: not a directory, mkdir '${folder}'`,
    )
  })
})

describe.skipIf(missing)(`the real MNIST${missing && ` (skipped: ${missing})`}`, () => {
  it('has the known shapes, labels and pictures', async () => {
    const before = await openFiles()
    let breaths = 0
    const timer = setInterval(() => breaths++, 5)
    const { training, test } = await mnist({ folder: genuine })
    clearInterval(timer)
    expect(breaths, 'turns of the event loop while reading').toBeGreaterThan(5)
    expect([training.rows, training.width, training.scale]).toEqual([60_000, 784, 1 / 255])
    expect([test.rows, test.width]).toEqual([10_000, 784])
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

  it('is downloaded from the first mirror that sends it, and found in the cache afterwards', async () => {
    const asked: string[] = []
    const good = await mirror((request, response) => {
      asked.push(`good${request.url}`)
      const content = readFileSync(join(genuine, request.url?.split('/').pop() ?? ''))
      // A mirror may compress it differently, or send it uncompressed: only the content matters.
      if (request.url?.includes('t10k-labels')) response.end(gunzipSync(content))
      else if (request.url?.includes('train-labels')) response.end(gzipSync(gunzipSync(content), { level: 1 }))
      else response.end(content)
    })
    const lost = await mirror((request, response) => {
      asked.push(`lost${request.url}`)
      response.writeHead(500).end()
    })
    // An existing file is not downloaded again.
    mkdirSync(cache, { recursive: true })
    cpSync(join(genuine, names[2]), join(cache, names[2]))
    const { training, test } = await mnist({ download: true, mirrors: [lost, good.slice(0, -1)] })
    expect([training.rows, test.rows]).toEqual([60_000, 10_000])
    expect(asked).toEqual([`lost/mnist/${names[0]}`, ...[0, 1, 3].map((i) => `good/mnist/${names[i]}`)])
    expect(readdirSync(cache).sort()).toEqual([idxFileNames[3], names[2], names[0], names[1]].sort())
    expect(await findMnist()).toBe(cache)
    const again = await mnist({ download: true, mirrors: ['http://mirror.invalid/'] })
    expect(again.test.labels).toEqual(test.labels)
    // A label is changed: the last byte of the uncompressed file.
    const path = join(cache, idxFileNames[3])
    const bytes = readFileSync(path)
    bytes[bytes.length - 1] ^= 1
    writeFileSync(path, bytes)
    const got = createHash('sha256').update(bytes).digest('hex')
    expect(await failure(mnist())).toBe(
      `DataError: ${path} is damaged or not a file of MNIST: the SHA-256 of its content must be ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2, got ${got}; remove it, and { download: true } gets it again`,
    )
  })
})
