import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import promises from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { DataError, ModelError } from '#src/base/errors'
import { bufferReads, openFile } from '#src/base/files'
import { writeFile, writeFileAtomic } from '#src/base/write-file'
import { failure, openFiles, temporaryFolder } from '../support/files.js'

const folder = temporaryFolder()
const bytes = (text: string) => new TextEncoder().encode(text)
const isWindows = process.platform === 'win32'

/** Root ignores permissions, so tests of permissions run as another user. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work()
  process.seteuid?.(65534)
  try {
    return await work()
  } finally {
    process.seteuid?.(0)
  }
}

function newFolder(name: string): string {
  const path = join(folder, name)
  mkdirSync(path)
  return path
}

describe('writeFileAtomic', () => {
  it('writes all chunks in order and leaves nothing else in the folder', async () => {
    const home = newFolder('order')
    await writeFileAtomic(join(home, 'a'), [bytes('one '), bytes(''), bytes('two')], DataError)
    expect(readFileSync(join(home, 'a'), 'utf8')).toBe('one two')
    expect(readdirSync(home)).toEqual(['a'])
  })

  it('writes views of shared memory', async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(8)).fill(65)
    await writeFileAtomic(join(folder, 'shared'), [shared.subarray(2, 5)], DataError)
    expect(readFileSync(join(folder, 'shared'), 'utf8')).toBe('AAA')
  })

  it('shows the old content until all of the new content is written', async () => {
    const path = join(folder, 'seen')
    writeFileSync(path, 'old')
    const seen: string[] = []
    async function* chunks() {
      yield bytes('n')
      seen.push(readFileSync(path, 'utf8'))
      yield bytes('ew')
      seen.push(readFileSync(path, 'utf8'))
    }
    await writeFileAtomic(path, chunks(), DataError)
    expect(seen).toEqual(['old', 'old'])
    expect(readFileSync(path, 'utf8')).toBe('new')
  })

  it('leaves the old file, no temporary file and no open handle when a chunk fails', async () => {
    const home = newFolder('broken')
    const path = join(home, 'a')
    writeFileSync(path, 'old')
    const before = await openFiles()
    function* chunks() {
      yield bytes('new')
      throw new RangeError('no more')
    }
    expect(await failure(writeFileAtomic(path, chunks(), DataError))).toBe('RangeError: no more')
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(readdirSync(home)).toEqual(['a'])
    expect(await openFiles()).toBe(before)
  })

  it('lets one of several writers win, with its whole content', async () => {
    const home = newFolder('many')
    const texts = Array.from({ length: 8 }, (_, i) => String(i).repeat(100_000))
    await Promise.all(texts.map((text) => writeFileAtomic(join(home, 'a'), [bytes(text), bytes(text)], DataError)))
    const text = readFileSync(join(home, 'a'), 'utf8')
    expect(text).toBe(text[0].repeat(200_000))
    expect(readdirSync(home)).toEqual(['a'])
  })

  it('writes a name as long as the file system allows', async () => {
    const path = join(folder, 'n'.repeat(255))
    await writeFileAtomic(path, [bytes('long')], DataError)
    expect(readFileSync(path, 'utf8')).toBe('long')
  })

  it.skipIf(isWindows)(
    'keeps the permissions of the file it replaces, and gives a new file the default ones',
    async () => {
      const [old, fresh] = [join(folder, 'old'), join(folder, 'fresh')]
      writeFileSync(old, 'old')
      chmodSync(old, 0o4662)
      await writeFileAtomic(old, [bytes('new')], DataError)
      await writeFileAtomic(fresh, [bytes('new')], DataError)
      expect((statSync(old).mode & 0o7777).toString(8)).toBe('662')
      expect(statSync(fresh).mode & 0o777).toBe(0o666 & ~process.umask())
    },
  )

  it.skipIf(isWindows)('writes through a symbolic link', async () => {
    const home = newFolder('linked')
    writeFileSync(join(home, 'target'), 'old')
    symlinkSync('target', join(home, 'link'))
    await writeFileAtomic(join(home, 'link'), [bytes('new')], DataError)
    expect(lstatSync(join(home, 'link')).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(home, 'target'), 'utf8')).toBe('new')
  })

  it('says why it cannot write', async () => {
    const home = newFolder('refused')
    writeFileSync(join(home, 'file'), '')
    const write = (path: string) => failure(writeFileAtomic(path, [bytes('x')], ModelError))
    expect(await write(home)).toBe(`ModelError: cannot write ${home}: it is a folder`)
    const lost = join(home, 'no', 'a')
    expect(await write(lost)).toBe(`ModelError: cannot write ${lost}: there is no folder ${join(home, 'no')}`)
    const below = join(home, 'file', 'a')
    expect(await write(below)).toBe(`ModelError: cannot write ${below}: ${join(home, 'file')} is not a folder`)
    // @ts-expect-error: the type forbids it
    expect(await write(7)).toBe('OptionError: path must be the path of a file, not 7')
    expect(readdirSync(home)).toEqual(['file'])
  })

  it.skipIf(isWindows)('never replaces a pipe or a device', async () => {
    const path = join(newFolder('pipes'), 'pipe')
    execFileSync('mkfifo', [path])
    expect(await failure(writeFileAtomic(path, [bytes('x')], ModelError))).toBe(
      `ModelError: cannot write ${path}: it is not a regular file`,
    )
    expect(statSync(path).isFIFO()).toBe(true)
  })

  it.skipIf(isWindows)('respects permissions of folders and files', async () => {
    const [closed, open] = [newFolder('closed'), newFolder('open')]
    const path = join(open, 'protected')
    writeFileSync(path, 'old')
    chmodSync(path, 0o444)
    chmodSync(folder, 0o755)
    chmodSync(open, 0o777)
    chmodSync(closed, 0o555)
    expect(await asNobody(() => failure(writeFileAtomic(join(closed, 'a'), [bytes('x')], DataError)))).toBe(
      `DataError: cannot write ${join(closed, 'a')}: no permission to create a file in ${closed}`,
    )
    expect(await asNobody(() => failure(writeFileAtomic(path, [bytes('x')], DataError)))).toBe(
      `DataError: cannot write ${path}: the file is protected against writing`,
    )
    expect(readdirSync(open)).toEqual(['protected'])
  })
})

describe('a file that cannot be replaced in one step', () => {
  const refuse = (method: 'open' | 'rename', code: string) =>
    vi.spyOn(promises, method).mockRejectedValueOnce(Object.assign(new Error(`${code}: refused`), { code }))
  const otherwise = 'or write to another folder and copy the file'
  const inPlace = 'or pass { atomic: false } to overwrite the file in place'

  afterEach(() => vi.restoreAllMocks())

  it('stays whole where it is mounted, and the error says what to do', async () => {
    const home = newFolder('mounted')
    const path = join(home, 'a')
    writeFileSync(path, 'old')
    const mounted = `cannot write ${path}: it is mounted and cannot be replaced: mount its folder instead`
    refuse('rename', 'EBUSY')
    expect(await failure(writeFileAtomic(path, [bytes('new')], DataError))).toBe(`DataError: ${mounted}, ${otherwise}`)
    refuse('rename', 'EBUSY')
    expect(await failure(writeFile(path, [bytes('new')], ModelError))).toBe(`ModelError: ${mounted}, ${inPlace}`)
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(readdirSync(home)).toEqual(['a'])
  })

  it.skipIf(isWindows)('stays whole where its folder is protected, and can be overwritten in place', async () => {
    const home = newFolder('protected-folder')
    const path = join(home, 'a')
    writeFileSync(path, 'something old')
    chmodSync(path, 0o666)
    chmodSync(folder, 0o755)
    chmodSync(home, 0o555)
    expect(await asNobody(() => failure(writeFile(path, [bytes('new')], ModelError)))).toBe(
      `ModelError: cannot write ${path}: no permission to create a file in ${home}, ${inPlace}`,
    )
    expect(readFileSync(path, 'utf8')).toBe('something old')
    await asNobody(() => writeFile(path, [bytes('n'), bytes('ew')], ModelError, { atomic: false }))
    expect(readFileSync(path, 'utf8')).toBe('new')
    chmodSync(home, 0o755)
  })

  it('is not touched if the new content cannot be made', async () => {
    const path = join(newFolder('unmade'), 'a')
    writeFileSync(path, 'old')
    function* chunks() {
      yield bytes('new')
      throw new RangeError('no more')
    }
    expect(await failure(writeFile(path, chunks(), DataError, { atomic: false }))).toBe('RangeError: no more')
    expect(readFileSync(path, 'utf8')).toBe('old')
  })

  it('is compared with what was written', async () => {
    const path = join(newFolder('compared'), 'a')
    const { open } = promises
    vi.spyOn(promises, 'open').mockImplementationOnce(async (...args) => {
      const handle = await open(...args)
      vi.spyOn(handle, 'write').mockResolvedValueOnce({ bytesWritten: 3, buffer: 'new' })
      return handle
    })
    expect(await failure(writeFile(path, [bytes('new')], ModelError, { atomic: false }))).toBe(
      `ModelError: cannot write ${path}: its content is not what was written`,
    )
  })

  it('has options that are checked', async () => {
    const path = join(newFolder('options'), 'a')
    // @ts-expect-error: the type forbids it
    expect(await failure(writeFile(path, [], ModelError, { atomic: 'no' }))).toBe(
      'OptionError: atomic must be true or false, not "no"',
    )
    // @ts-expect-error: the type forbids it
    expect(await failure(writeFile(path, [], ModelError, { atmic: false }))).toBe(
      'OptionError: unknown save option "atmic"; known: atomic',
    )
  })

  it("is written as far as Node's permission model allows", () => {
    const home = newFolder('permission')
    const files = new URL('../../dist/base/write-file.js', import.meta.url).href
    const program = `
      import { ModelError } from ${JSON.stringify(new URL('../../dist/base/errors.js', import.meta.url).href)}
      import { writeFile } from ${JSON.stringify(files)}
      const [path, atomic] = process.argv.slice(1)
      const answer = writeFile(path, [Buffer.from('new')], ModelError, { atomic: atomic === 'true' })
      console.log(String(await answer.then(() => 'written', (error) => error.message)))`
    const permission = process.allowedNodeEnvironmentFlags.has('--permission')
      ? '--permission'
      : '--experimental-permission'
    const write = (name: string, allowed: string, atomic: boolean) =>
      execFileSync(
        process.execPath,
        [
          ...['--no-warnings', permission, '--allow-fs-read=*', `--allow-fs-write=${allowed}`],
          ...['--input-type=module', '--eval', program, join(home, name), String(atomic)],
        ],
        { encoding: 'utf8' },
      ).trim()
    const path = join(home, 'a')
    writeFileSync(path, 'old')
    expect(write('a', path, true)).toBe(
      `cannot write ${path}: this process may not create a file in ${home}: start it with --allow-fs-write=${join(home, '*')}, ${inPlace}`,
    )
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(write('a', path, false)).toBe('written')
    expect(write('b', join(home, '*'), true)).toBe('written')
    expect(['a', 'b'].map((name) => readFileSync(join(home, name), 'utf8'))).toEqual(['new', 'new'])
    expect(readdirSync(home)).toEqual(['a', 'b'])
  })
})

describe('openFile', () => {
  it('knows the size of the file and returns how many bytes it read', async () => {
    const path = join(folder, 'five')
    writeFileSync(path, 'abcde')
    const file = await openFile(path, DataError)
    const target = new Uint8Array(new SharedArrayBuffer(4))
    expect(file.size).toBe(5)
    expect(await file.read(target, 0)).toBe(4)
    expect(await file.read(target, 3)).toBe(2)
    expect(String.fromCharCode(...target)).toBe('decd')
    await file.close()
  })

  it('says why it cannot read', async () => {
    const open = (path: string) => failure(openFile(path, DataError))
    const lost = join(folder, 'lost')
    expect(await open(lost)).toBe(`DataError: cannot read ${lost}: there is no such file`)
    expect(await open(folder)).toBe(`DataError: cannot read ${folder}: it is a folder`)
    writeFileSync(join(folder, 'plain'), '')
    const below = join(folder, 'plain', 'a')
    expect(await open(below)).toBe(`DataError: cannot read ${below}: a part of the path is not a folder`)
    // @ts-expect-error: the type forbids it
    expect(await open(undefined)).toBe('OptionError: path must be the path of a file, not undefined')
  })

  it.skipIf(isWindows)('refuses a pipe instead of waiting for a writer', async () => {
    const path = join(folder, 'pipe')
    execFileSync('mkfifo', [path])
    expect(await failure(openFile(path, DataError))).toBe(`DataError: cannot read ${path}: it is not a regular file`)
  })

  it.skipIf(isWindows)('says that permission is denied', async () => {
    const path = join(folder, 'secret')
    writeFileSync(path, 'x', { mode: 0o600 })
    chmodSync(path, 0)
    chmodSync(folder, 0o755)
    expect(await asNobody(() => failure(openFile(path, DataError)))).toBe(
      `DataError: cannot read ${path}: permission denied`,
    )
  })
})

describe('bufferReads', () => {
  it('reads the same bytes, with few reads of the file', async () => {
    const content = Uint8Array.from({ length: 100_001 }, (_, i) => i % 251)
    const path = join(folder, 'buffered')
    writeFileSync(path, content)
    const opened = await openFile(path, DataError)
    let reads = 0
    const counted = {
      ...opened,
      read(target: Uint8Array, position: number) {
        reads++
        return opened.read(target, position)
      },
    }
    const file = bufferReads(counted)
    const check = async (length: number, position: number) => {
      const target = new Uint8Array(length)
      const count = await file.read(target, position)
      expect(target.subarray(0, count)).toEqual(content.subarray(position, position + length))
    }
    for (let position = 0; position < 100_001; position += 30) await check(30, position)
    expect(reads).toBeLessThanOrEqual(8)
    for (const [length, position] of [
      [50_000, 10],
      [100_001, 0],
      [20, 100_000],
      [20, 100_001],
      [5, 3],
      [0, 7],
    ]) {
      await check(length, position)
    }
    await file.close()
  })
})
