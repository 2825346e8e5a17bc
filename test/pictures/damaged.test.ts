import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { DataError } from '#src/base/errors'
import { createRandom } from '#src/base/random'
import { findDigits } from '#src/pictures/find'
import { temporaryFolder } from '../support/files.js'

/** `npm run fuzz:readers` sets the full number of mutations. */
const mutations = Number(process.env.DESCENT_FUZZ_READERS ?? 150)
const folder = temporaryFolder()
const gray = Uint8Array.from({ length: 60 * 40 }, (_, i) =>
  (i % 60) % 20 > 8 && (i % 60) % 20 < 12 ? 40 : 200 + (i % 7),
)
const picture = sharp(gray, { raw: { width: 60, height: 40, channels: 1 } })
const files = {
  png: await picture.clone().png().toBuffer(),
  jpeg: await picture.clone().jpeg({ quality: 90 }).toBuffer(),
  webp: await picture.clone().webp({ quality: 90 }).toBuffer(),
}

/** Reads the file, or checks that the error begins with its name; anything else fails the test. */
async function outcome(bytes: Uint8Array, ending: string): Promise<'read' | 'refused'> {
  const path = join(folder, `damaged.${ending}`)
  writeFileSync(path, bytes)
  try {
    await findDigits(path)
    return 'read'
  } catch (error) {
    expect(error).toBeInstanceOf(DataError)
    expect(String(error)).toMatch(`DataError: ${path}: `)
    return 'refused'
  }
}

it.each(Object.entries(files))(
  'a truncated %s file gives an error that names it, at 200 lengths',
  async (ending, file) => {
    const read: number[] = []
    for (let i = 0; i < 200; i++) {
      const length = Math.floor((i * file.length) / 200)
      if ((await outcome(file.subarray(0, length), ending)) === 'read') read.push(length)
    }
    // If only the last chunk or marker is missing, the file still has all its pixels.
    expect(read.filter((length) => length < file.length - 16)).toEqual([])
  },
)

it.each(Object.entries(files))(
  'a %s file with wrong bytes is either read or refused',
  async (ending, file) => {
    const random = createRandom(1, 'mutations', ending)
    let refused = 0
    for (let i = 0; i < mutations; i++) {
      const mutated = Uint8Array.from(file)
      for (let j = 0; j <= random.integer(4); j++) mutated[random.integer(mutated.length)] = random.integer(256)
      if ((await outcome(mutated, ending)) === 'refused') refused++
    }
    expect(refused).toBeGreaterThan(mutations / 15)
  },
  3_600_000,
)
