/**
 * Checks the metadata of Arrow IPC data, because the Arrow library does not. All lists must end within the metadata, or
 * the library could create billions of objects. A batch must have as many rows as its first column, or the library
 * could silently drop rows. The metadata are described in format/Message.fbs, Schema.fbs and File.fbs of Apache Arrow.
 * Their encoding is described in the page "Internals" of the FlatBuffers documentation.
 */

/**
 * The size, in bytes, of an offset that refers to a table in a FlatBuffer. A list of tables consists of such offsets.
 */
const offsetSize = 4

/** A table in a FlatBuffer, the format of the metadata. Every access is checked against the end of the bytes. */
interface FlatTable {
  /** Returns the value of an 8-bit field, or 0 if the table does not have the field. */
  byte(field: number): number
  /** Returns the value of a 64-bit field, or 0 if the table does not have the field. */
  long(field: number): bigint
  table(field: number): FlatTable | undefined
  tables(field: number): FlatTable[]
  /** Checks that a list of structs does not go beyond the end of the metadata. Each struct has `size` bytes. */
  checkList(field: number, size: number): void
  /** Returns the first 64-bit number in a list of structs, or undefined if the list is empty. */
  firstLong(field: number, size: number): bigint | undefined
}

/** Returns the root table of a FlatBuffer. @throws RangeError if a table or list goes beyond the end of the bytes */
function rootOf(bytes: Uint8Array): FlatTable {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  // In damaged metadata, many offsets may point to the same table, so a few bytes could describe a huge number of
  // tables. Limit this number to one table for every 4 bytes, because valid metadata have fewer tables.
  let left = view.byteLength / 4

  function tableAt(at: number): FlatTable {
    if (--left < 0) throw new RangeError('the metadata have more tables than fit into them')
    const description = at - view.getInt32(at, true)
    const length = view.getUint16(description, true)
    const placeOf = (field: number): number => {
      const entry = 4 + 2 * field
      const offset = entry < length ? view.getUint16(description + entry, true) : 0
      return offset === 0 ? -1 : at + offset
    }
    const target = (place: number) => place + view.getUint32(place, true)
    const listAt = (field: number, size: number): { first: number; count: number } => {
      const place = placeOf(field)
      if (place < 0) return { first: 0, count: 0 }
      const list = target(place)
      const count = view.getUint32(list, true)
      if (list + 4 + count * size > view.byteLength) {
        throw new RangeError(`a list of ${count} items is longer than the metadata`)
      }
      return { first: list + 4, count }
    }
    return {
      byte(field) {
        const place = placeOf(field)
        return place < 0 ? 0 : view.getUint8(place)
      },
      long(field) {
        const place = placeOf(field)
        return place < 0 ? 0n : view.getBigInt64(place, true)
      },
      table(field) {
        const place = placeOf(field)
        return place < 0 ? undefined : tableAt(target(place))
      },
      tables(field) {
        const { first, count } = listAt(field, offsetSize)
        return Array.from({ length: count }, (_, i) => tableAt(target(first + offsetSize * i)))
      },
      checkList: listAt,
      firstLong(field, size) {
        const { first, count } = listAt(field, size)
        return count === 0 ? undefined : view.getBigInt64(first, true)
      },
    }
  }

  return tableAt(view.getUint32(0, true))
}

/** The maximum depth of nested fields. Real data are nested much less deeply. */
const maxDepth = 64

function verifyField(field: FlatTable, depth: number): void {
  if (depth > maxDepth) throw new RangeError(`a field is nested in more than ${maxDepth} others`)
  field.checkList(6, offsetSize)
  for (const child of field.tables(5)) verifyField(child, depth + 1)
}

function verifySchema(schema: FlatTable): void {
  for (const field of schema.tables(1)) verifyField(field, 0)
  schema.checkList(2, offsetSize)
  schema.checkList(3, 8)
}

function verifyBatch(batch: FlatTable): void {
  const rows = batch.long(0)
  // Field 1 of a record batch lists its nodes, which describe the columns. Field 2 lists its buffers. Each item is a
  // pair of 64-bit numbers. The first number of a node is the length of its column.
  const first = batch.firstLong(1, 16) ?? rows
  if (first !== rows) throw new RangeError(`a batch of ${rows} rows has a column of ${first} rows`)
  batch.checkList(2, 16)
  batch.checkList(4, 8)
}

/** The kinds of IPC messages, in the order of their type codes. The first code is 1. */
export type MessageKind = 'schema' | 'dictionary' | 'batch'
const kinds: readonly MessageKind[] = ['schema', 'dictionary', 'batch']

/**
 * Checks the metadata of a message. Returns the kind of the message, and the number of rows if it is a batch.
 * @throws RangeError if a list or table is out of bounds, or if the type of the message is unknown
 */
export function verifyMessage(metadata: Uint8Array): { kind: MessageKind; rows: number } {
  const message = rootOf(metadata)
  message.checkList(4, offsetSize)
  const header = message.table(2)
  if (!header) throw new RangeError('the message has no header')
  const type = message.byte(1)
  const kind = kinds[type - 1]
  // Refuse an unknown message here, because the Arrow library would treat it as the end of the data.
  if (!kind) throw new RangeError(`unknown message type ${type}`)
  if (kind === 'schema') verifySchema(header)
  else if (kind === 'batch') verifyBatch(header)
  else {
    const batch = header.table(1)
    if (batch) verifyBatch(batch)
  }
  return { kind, rows: kind === 'batch' ? Number(header.long(0)) : 0 }
}

/** Checks the lists and tables in the footer of a file. @throws RangeError if one of them is out of bounds */
export function verifyFooter(footer: Uint8Array): void {
  const root = rootOf(footer)
  const schema = root.table(1)
  if (schema) verifySchema(schema)
  // Fields 2 and 3 are lists of blocks. A block has 24 bytes, which contain the offset of a message and the lengths of
  // its metadata and its body.
  root.checkList(2, 24)
  root.checkList(3, 24)
  root.checkList(4, offsetSize)
}
