import { DataError, inspectValue } from '../../base/errors.js'
import type { OpenFile } from '../../base/files.js'
import { maxInflation } from '../../base/inflate.js'

/** A file within a zip file. */
export interface ZipEntry {
  readonly name: string
  readonly deflated: boolean
  /** CRC-32 of the content. */
  readonly checksum: number
  /** The number of bytes that the content takes in the zip file. */
  readonly stored: number
  /** The number of bytes of the content after decompression. */
  readonly size: number
  /** The byte offset of the stored content in the zip file. */
  readonly start: number
}

type Listed = Omit<ZipEntry, 'start'> & { readonly offset: number; readonly flags: number }

const endSize = 22
const maxCommentBytes = 2 ** 16 - 1
const locatorSize = 20
const end64Size = 56
const listedSize = 46
const localSize = 30
/** The maximum size of the directory of a zip file in bytes, and the maximum number of files in a zip file. */
const maxDirectoryBytes = 2 ** 24
const maxEntries = 2 ** 16
/** If a 32-bit field has this value, the actual number is in a 64-bit field (zip64). */
const inZip64 = 0xffffffff

/**
 * Lists the files in a zip file (PKWARE, APPNOTE.TXT 6.3.10) for which `isWanted` returns true. Checks that the header
 * before each of them agrees with the file's entry in the directory, which is at the end of the zip file.
 *
 * Limits: at most 65,536 files, and a directory of at most 16 MiB. Files must be uncompressed or compressed by deflate.
 * They must not be encrypted, and the zip file must not be split into several parts.
 * @throws DataError if the zip file is invalid or exceeds a limit, or if two files overlap. The message names the zip
 * file and the byte offset of the problem.
 */
export async function readDirectory(
  file: OpenFile,
  isWanted: (listed: { readonly name: string }) => boolean,
): Promise<{ entries: ZipEntry[]; comment: string }> {
  const { count, start, size, comment } = await findDirectory(file)
  const bytes = await readBytes(file, start, size)
  const listed: Listed[] = []
  let at = 0
  while (listed.length < count) {
    const entry = readListed(file, bytes, at, start)
    listed.push(entry.listed)
    at = entry.next
  }
  if (at !== size)
    throw broken(file, start + at, `the directory of ${count} files ends here, not at byte ${start + size}`)
  const names = new Set(listed.map(({ name }) => name))
  if (names.size < count) throw broken(file, start, 'two files of the directory have the same name')
  const entries: ZipEntry[] = []
  let end = 0
  for (const entry of listed.sort((one, other) => one.offset - other.offset)) {
    if (entry.offset < end)
      throw broken(file, entry.offset, `${inspectValue(entry.name)} starts here, inside another file`)
    const isRead = isWanted(entry)
    const first = isRead ? await readLocal(file, entry) : entry.offset + localSize
    end = first + entry.stored
    if (end > start)
      throw broken(
        file,
        entry.offset,
        `${inspectValue(entry.name)} would end at byte ${end}, but the directory starts at byte ${start}`,
      )
    const { name, deflated, checksum, stored, size } = entry
    if (isRead) entries.push({ name, deflated, checksum, stored, size, start: first })
  }
  return { entries, comment }
}

/**
 * Returns the position and the size of the directory of a zip file, the number of files, and the comment. Reads them
 * from the record at the end of the zip file. If a number is too large for this record, reads the numbers from the
 * zip64 record before it.
 */
async function findDirectory(file: OpenFile) {
  const tailSize = Math.min(file.size, endSize + maxCommentBytes)
  const tail = await readBytes(file, file.size - tailSize, tailSize)
  let at = tailSize - endSize
  while (at >= 0 && !(tail.readUInt32LE(at) === 0x06054b50 && at + endSize + tail.readUInt16LE(at + 20) === tailSize))
    at--
  if (at < 0)
    throw new DataError(
      `${file.path}: expected the end record of a zip file before byte ${file.size}, found none: is it cut off?`,
    )
  const comment = tail.toString('utf8', at + endSize)
  let end = file.size - tailSize + at
  let count = tail.readUInt16LE(at + 10)
  let size = tail.readUInt32LE(at + 12)
  let start = tail.readUInt32LE(at + 16)
  let parts = tail.readUInt16LE(at + 4) + tail.readUInt16LE(at + 6)
  if (count === 0xffff || size === inZip64 || start === inZip64) {
    const locator = await readBytes(file, end - locatorSize, locatorSize)
    if (locator.readUInt32LE(0) !== 0x07064b50)
      throw broken(file, end - locatorSize, 'expected the position of the zip64 directory')
    const place = Number(locator.readBigUInt64LE(8))
    const record = await readBytes(file, place, end64Size)
    if (record.readUInt32LE(0) !== 0x06064b50) throw broken(file, place, 'expected the end of the zip64 directory')
    parts = record.readUInt32LE(16) + record.readUInt32LE(20)
    count = Number(record.readBigUInt64LE(32))
    size = Number(record.readBigUInt64LE(40))
    start = Number(record.readBigUInt64LE(48))
    end = place
  }
  if (parts !== 0) throw broken(file, end, 'the zip file is split into several parts, expected one')
  if (start + size !== end)
    throw broken(file, end, `the directory of ${size} bytes would start at byte ${start}, but then does not end here`)
  if (size > maxDirectoryBytes)
    throw broken(file, start, `a directory of ${size} bytes is above the limit of ${maxDirectoryBytes}`)
  if (count > maxEntries) throw broken(file, end, `${count} files are more than the limit of ${maxEntries}`)
  return { count, start, size, comment }
}

/**
 * Reads the entry that starts at index `at` of the directory `bytes`. Returns the entry and the index of the next one.
 * `start` is the byte offset of the directory in the zip file.
 */
function readListed(file: OpenFile, bytes: Buffer, at: number, start: number): { listed: Listed; next: number } {
  const place = start + at
  if (at + listedSize > bytes.length) throw broken(file, place, 'the directory is cut off')
  if (bytes.readUInt32LE(at) !== 0x02014b50) throw broken(file, place, 'expected an entry of the directory')
  const flags = bytes.readUInt16LE(at + 8)
  const method = bytes.readUInt16LE(at + 10)
  const nameEnd = at + listedSize + bytes.readUInt16LE(at + 28)
  const extraEnd = nameEnd + bytes.readUInt16LE(at + 30)
  const next = extraEnd + bytes.readUInt16LE(at + 32)
  if (next > bytes.length) throw broken(file, place, 'the directory is cut off')
  const name = bytes.toString('utf8', at + listedSize, nameEnd)
  const what = inspectValue(name)
  if (flags & 1) throw broken(file, place, `${what} is encrypted`)
  if (method !== 0 && method !== 8)
    throw broken(file, place, `${what} is compressed by method ${method}, expected 0 (stored) or 8 (deflated)`)
  let long = zip64Field(bytes.subarray(nameEnd, extraEnd))
  const number = (offset: number): number => {
    const short = bytes.readUInt32LE(at + offset)
    if (short !== inZip64) return short
    if (long.length < 8) throw broken(file, place, `${what} lacks a zip64 field`)
    const value = Number(long.readBigUInt64LE())
    long = long.subarray(8)
    return value
  }
  const size = number(24)
  const stored = number(20)
  const offset = number(42)
  const deflated = method === 8
  if (deflated ? size > stored * maxInflation : size !== stored) {
    throw broken(
      file,
      place,
      `${what} would have ${size} bytes, but its ${stored} ${deflated ? 'deflated' : 'stored'} bytes cannot hold that many`,
    )
  }
  return { listed: { name, deflated, checksum: bytes.readUInt32LE(at + 16), stored, size, offset, flags }, next }
}

function zip64Field(extra: Buffer): Buffer {
  for (let at = 0; at + 4 <= extra.length; ) {
    const end = at + 4 + extra.readUInt16LE(at + 2)
    if (extra.readUInt16LE(at) === 1) return extra.subarray(at + 4, end)
    at = end
  }
  return Buffer.alloc(0)
}

/**
 * Compares the header before a file with the file's entry in the directory. Returns the offset of the file's content.
 */
async function readLocal(
  file: OpenFile,
  { name, offset, flags, deflated, checksum, stored, size }: Listed,
): Promise<number> {
  const what = inspectValue(name)
  const bytes = await readBytes(file, offset, localSize)
  if (bytes.readUInt32LE(0) !== 0x04034b50) throw broken(file, offset, `expected the header of ${what}`)
  const nameSize = bytes.readUInt16LE(26)
  const rest = await readBytes(file, offset + localSize, nameSize + bytes.readUInt16LE(28))
  const found = rest.toString('utf8', 0, nameSize)
  if (found !== name)
    throw broken(file, offset, `the header has the name ${inspectValue(found)}, the directory ${what}`)
  if (bytes.readUInt16LE(8) !== (deflated ? 8 : 0) || bytes.readUInt16LE(6) !== flags) {
    throw broken(file, offset, `the header of ${what} and the directory disagree about how it is stored`)
  }
  // Bit 3 of the flags means that the sizes and the checksum were not yet known when the header was written. In this
  // case, do not compare them.
  if (!(flags & 8)) {
    let long = zip64Field(rest.subarray(nameSize))
    for (const [at, expected] of [
      [22, size],
      [18, stored],
    ]) {
      const short = bytes.readUInt32LE(at)
      if (short === expected) continue
      if (short !== inZip64 || long.length < 8 || Number(long.readBigUInt64LE()) !== expected) {
        throw broken(file, offset, `the header of ${what} and the directory disagree about its size`)
      }
      long = long.subarray(8)
    }
    if (bytes.readUInt32LE(14) !== checksum)
      throw broken(file, offset, `the header of ${what} and the directory disagree about its checksum`)
  }
  return offset + localSize + rest.length
}

async function readBytes(file: OpenFile, position: number, length: number): Promise<Buffer> {
  if (position < 0 || position + length > file.size) {
    throw new DataError(
      `${file.path}: byte ${position}: expected ${length} bytes of a zip file here, the file ends at byte ${file.size}`,
    )
  }
  const bytes = Buffer.alloc(length)
  if ((await file.read(bytes, position)) < length)
    throw broken(file, position, 'the file shrank while it was being read')
  return bytes
}

function broken(file: OpenFile, offset: number, problem: string): DataError {
  return new DataError(`${file.path}: byte ${offset}: ${problem}`)
}
