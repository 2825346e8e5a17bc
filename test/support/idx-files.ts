import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type IdxContent, writeIdx } from '#src/data/idx'
import { temporaryFolder } from './files.js'

export const folder = temporaryFolder()
let files = 0
/** A path for a new file. */
export function newPath(extension = ''): string {
  return join(folder, `file-${files++}${extension}`)
}

/** A new file with these bytes. */
export function file(...parts: (Uint8Array | number[])[]): string {
  const path = newPath()
  writeFileSync(path, Buffer.concat(parts.map((part) => Buffer.from(part))))
  return path
}

/** The header of an IDX file: a type code and sizes. */
export function header(code: number, ...sizes: number[]): Buffer {
  const bytes = Buffer.from([0, 0, code, sizes.length, ...sizes.flatMap(() => [0, 0, 0, 0])])
  sizes.forEach((size, i) => {
    bytes.writeUInt32BE(size, 4 + 4 * i)
  })
  return bytes
}

export async function written(content: IdxContent, extension = ''): Promise<string> {
  const path = newPath(extension)
  await writeIdx(path, content)
  return path
}

export const pictures = header(0x08, 2, 2, 3)
export const pixels = [0, 1, 2, 3, 4, 5, 250, 251, 252, 253, 254, 255]
export const answers = header(0x08, 2)
