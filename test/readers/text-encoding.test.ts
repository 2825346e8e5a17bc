import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCsv } from '#src/readers/csv'
import { readNdjson } from '#src/readers/ndjson'
import { failure, temporaryFolder } from '../support/files.js'

const folder = temporaryFolder()
let files = 0

function file(content: string | Uint8Array): string {
  const path = join(folder, String(files++))
  writeFileSync(path, content)
  return path
}
const latin = (text: string): string => file(Buffer.from(text, 'latin1'))

describe('readCsv', () => {
  it('refuses names and labels that are not UTF-8, and lines that end with a lone CR', async () => {
    const options = { label: 'kind', labelNames: ['red', 'gr\ufffdn'] }
    const label = latin('a,kind\n1,red\n2,gr\xfcn\n')
    expect(await failure(readCsv(label, options))).toBe(
      `DataError: ${label}, line 3, column "kind" (1): "gr\ufffdn" is not UTF-8`,
    )
    const name = latin('gr\xf6\xdfe,kind\n1,red\n')
    expect(await failure(readCsv(name, options))).toBe(
      `DataError: ${name}, line 1, column 0: "gr\ufffd\ufffde" is not UTF-8`,
    )
    // The replacement character may be in the text itself, and unused columns may hold anything.
    expect((await readCsv(file('a,kind\n1,gr\ufffdn\n'), options)).labels).toEqual(Int32Array.of(1))
    expect((await readCsv(latin('a,kind,note\n1,red,\xfc\n'), { ...options, inputs: ['a'] })).rows).toBe(1)
    for (const [text, column] of [
      ['a,kind\r1,red\r', 1],
      ['1,2\r3,4\r', 1],
      ['"a","kind"\r1,"red"\r', 1],
      ['5\r6\r', 0],
    ] as const) {
      const path = file(text)
      expect(await failure(readCsv(path))).toBe(
        `DataError: ${path}, line 1, column ${column}: the line ends with a lone CR, expected LF or CR LF`,
      )
    }
    expect((await readCsv(file('"a\rb",kind\r\n1,red\r\n'), options)).rows).toBe(1)
  })
})

describe('readNdjson', () => {
  it('refuses text that is not UTF-8, but accepts a replacement character in the text itself', async () => {
    const path = latin('{"a":1,"kind":"red"}\n{"a":1,"kind":"gr\xfcn"}\n')
    const options = { label: 'kind', labelNames: ['red', 'gr\ufffdn'] }
    expect(await failure(readNdjson(path, options))).toBe(
      `DataError: ${path}, line 2: "{\\"a\\":1,\\"kind\\":\\"gr\ufffdn\\"}" is not UTF-8`,
    )
    expect((await readNdjson(file('{"a":1,"kind":"gr\ufffdn"}\n'), options)).labels).toEqual(Int32Array.of(1))
  })
})
