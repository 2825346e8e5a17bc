import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../support/files.js'
import { run, writeLargestOfThree } from '../program.js'

const folder = temporaryFolder()
const model = await writeLargestOfThree(join(folder, 'model.safetensors'))

/** Writes a file, and gives its path. */
function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const table = file('table.csv', 'p,q,r\n0,1,0\n')
const wide = file('wide.csv', 'p,q,r,y\n0,0,1,7\n')
const objects = file('objects.ndjson', '{"p":1,"q":0,"r":0}\n')
const plain = file('plain.txt', '0 0 1\n')

const answer = (...args: string[]) => run(['predict', model, ...args])
const inputs = ['--inputs', 'p,q,r']

describe.concurrent('descent-nn predict, of files', () => {
  it('answers several files in one form', async () => {
    expect(await answer(table, wide, ...inputs)).toEqual({
      code: 1,
      stdout: 'p,q,r,class\n0,1,0,1\n',
      stderr: `descent: ${wide}: its header is p,q,r,y, that of the first file p,q,r\n`,
    })
    expect(await answer(table, objects)).toEqual({
      code: 1,
      stdout: 'p,q,r,class\n0,1,0,1\n',
      stderr: `descent: ${objects}: it has objects, the first file a table: --format answers both in one way\n`,
    })
    expect((await answer(plain, table)).stderr).toBe(
      `descent: ${table}: it has a table, the first file only numbers: --format answers both in one way\n`,
    )
    expect((await answer(plain, table, '--format', 'csv')).stderr).toBe(
      `descent: ${table}: its header is p,q,r, that of the first file none\n`,
    )
    expect((await answer(table, table, objects, '--format', 'csv')).stdout).toBe(
      'p,q,r,class\n0,1,0,1\n0,1,0,1\n1,0,0,0\n',
    )
    expect((await answer(table, objects, plain, '--format', 'ndjson')).stdout).toBe(
      '{"p":"0","q":"1","r":"0","class":1}\n{"p":1,"q":0,"r":0,"class":0}\n{"class":2}\n',
    )
  })

  it('finds the columns of each file by their names', async () => {
    const other = file('other.csv', 'q,"r",p\n1,0,0\n0,"1",0\n')
    const tabs = file('other.tsv', 'r\tq\tp\n0\t0\t1\n')
    const extra = file('extra.csv', 'q,r,more,p\n1,0,9,0\n')
    const fields = file('fields.ndjson', '{"r":1,"p":0,"q":0}\n')
    for (const options of [[], inputs]) {
      expect(await answer(table, other, tabs, ...options)).toEqual({
        code: 0,
        stdout: 'p,q,r,class\n0,1,0,1\n0,1,0,1\n0,0,1,2\n1,0,0,0\n',
        stderr: '',
      })
      expect(await answer(table, other, extra, fields, '--format', 'text', ...options)).toEqual({
        code: 0,
        stdout: '1\n1\n2\n1\n2\n',
        stderr: '',
      })
    }
    expect((await answer(objects, fields, tabs, '--format', 'csv')).stdout).toBe(
      'p,q,r,class\n1,0,0,0\n0,0,1,2\n1,0,0,0\n',
    )
    expect((await answer(table, extra)).stderr).toBe(
      `descent: ${extra}: its header is q,r,more,p, that of the first file p,q,r\n`,
    )
  })

  it('reads tables with tabs', async () => {
    const path = file('tabs.tsv', 'id\tp\tq\tr\t\na, b\t0\t"1"\t0\t\n')
    const [plain, csv, ndjson] = await Promise.all(
      [[], ['--format', 'csv'], ['--format', 'ndjson']].map((format) => answer(path, ...inputs, ...format)),
    )
    expect(plain.stdout).toBe('id\tp\tq\tr\t\tclass\na, b\t0\t"1"\t0\t\t1\n')
    expect(csv.stdout).toBe('id,p,q,r,,class\n"a, b",0,1,0,,1\n')
    expect(ndjson.stdout).toBe('{"id":"a, b","p":"0","q":"1","r":"0","":"","class":1}\n')
  })

  it('reads gzip texts, also on standard input', async () => {
    const bytes = gzipSync('\ufeffp,q,r\n0,1,0\n')
    const expected = { code: 0, stdout: 'p,q,r,class\n0,1,0,1\n', stderr: '' }
    expect(await answer(file('table.csv.gz', bytes))).toEqual(expected)
    expect(await run(['predict', model], { input: bytes })).toEqual(expected)
    expect((await answer(file('tabs.tsv.gz', gzipSync('p\tq\tr\n0\t1\t0\n')))).stdout).toBe(
      'p\tq\tr\tclass\n0\t1\t0\t1\n',
    )
    const cut = file('cut.csv.gz', bytes.subarray(0, 25))
    expect((await answer(cut)).stderr).toBe(`descent: cannot read ${cut}: unexpected end of file\n`)
  })

  it('reads pipes', async () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const [result] = await Promise.all([answer(pipe), writeFile(pipe, 'p,q,r\n0,1,0\n')])
    expect(result).toEqual({ code: 0, stdout: 'p,q,r,class\n0,1,0,1\n', stderr: '' })
    const input = '0,0,1\n'
    expect((await run(['predict', model, '/dev/stdin'], { input })).stdout).toBe('2\n')
    expect((await answer('/dev/null')).code).toBe(0)
  })

  it('says what it does not read', async () => {
    for (const ending of ['.parquet', '.npy', '.npz']) {
      const path = file(`array${ending}`, '')
      expect((await answer(path)).stderr).toBe(
        `descent: ${path}: predict reads numbers, CSV and NDJSON, plain or gzip, and IDX files, but no ${ending}\n`,
      )
    }
    const wideText = file('utf16.csv', Buffer.from('\ufeffp,q,r\n0,1,0\n', 'utf16le'))
    expect((await answer(wideText)).stderr).toBe(
      `descent: ${wideText}, line 1: expected UTF-8, found the byte order mark of UTF-16\n`,
    )
    expect((await run(['predict', model], { input: Uint8Array.of(0, 0, 8, 2) })).stderr).toBe(
      'descent: standard input: it is an IDX file: predict reads those only by their name\n',
    )
  })

  it('ends at a line that is not UTF-8', async () => {
    const ends = Buffer.from('\xe9,0,1,0\nb,0,1,0\n', 'latin1')
    const latin = file('latin.csv', Buffer.concat([Buffer.from('id,p,q,r\né,0,1,0\n'), ends]))
    expect(await answer(latin, ...inputs)).toEqual({
      code: 1,
      stdout: 'id,p,q,r,class\né,0,1,0,1\n',
      stderr: `descent: ${latin}, line 3: its bytes are not UTF-8 text\n`,
    })
  })
})
