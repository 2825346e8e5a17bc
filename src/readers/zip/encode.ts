import { DataError } from '../../base/errors.js'

/**
 * The date 1980-01-01 in the format of zip files. With a fixed date, the same content always gives the same zip file.
 * NumPy also writes this date.
 */
const firstDay = 0x21
const maxBytes = 2 ** 32 - 2
const maxCommentBytes = 2 ** 16 - 1

/**
 * Encodes files as a zip file, without compression and without zip64. Returns the bytes of the zip file in several
 * pieces.
 * @throws DataError if the zip file would have more than 65,534 files, more than 4 GiB, or a comment of more than
 * 65,535 bytes
 */
export async function encodeZip(
  files: readonly (readonly [name: string, content: Uint8Array[]])[],
  comment = '',
): Promise<Uint8Array[]> {
  const { crc32 } = await import('node:zlib')
  const chunks: Uint8Array[] = []
  const directory: Uint8Array[] = []
  let offset = 0
  for (const [name, content] of files) {
    const bytes = Buffer.from(name)
    const size = content.reduce((sum, { length }) => sum + length, 0)
    const checksum = content.reduce((sum, part) => crc32(part, sum), 0)
    if (offset + size > maxBytes)
      throw new DataError(`a zip file of ${offset + size} bytes is above the limit of 4 GiB`)
    // The fields from "version needed" to "length of the extra field" are the same in the header of a file and in its
    // directory entry. Bit 11 of the flags says that the name is in UTF-8.
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(0x0800, 2)
    common.writeUInt16LE(firstDay, 8)
    common.writeUInt32LE(checksum, 10)
    common.writeUInt32LE(size, 14)
    common.writeUInt32LE(size, 18)
    common.writeUInt16LE(bytes.length, 22)
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(offset, 10)
    directory.push(Buffer.from([0x50, 0x4b, 1, 2, 20, 0]), common, rest, bytes)
    const local = [Buffer.from([0x50, 0x4b, 3, 4]), common, bytes]
    chunks.push(...local, ...content)
    offset += 30 + bytes.length + size
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  if (files.length > 0xfffe) throw new DataError(`${files.length} files in a zip file are more than the limit of 65534`)
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(
    directory.reduce((sum, { length }) => sum + length, 0),
    12,
  )
  end.writeUInt32LE(offset, 16)
  const commentBytes = Buffer.from(comment)
  if (commentBytes.length > maxCommentBytes) {
    throw new DataError(
      `the comment of a zip file has at most ${maxCommentBytes} bytes, this one has ${commentBytes.length}`,
    )
  }
  end.writeUInt16LE(commentBytes.length, 20)
  return [...chunks, ...directory, end, commentBytes]
}
