/**
 * Makes sure that the lists in the metadata of Arrow IPC data end where the metadata do, and that a batch has as many rows as its
 * first column. The library believes both: a damaged length would let it make billions of objects, and a damaged count leave
 * rows out (Apache Arrow, format/Message.fbs, Schema.fbs and File.fbs; FlatBuffers, "Internals").
 */

/** Bytes of a list's entry that says where a table is. */
const offsetSize = 4

/** A table of a FlatBuffer, read within the bytes that there are. */
interface FlatTable {
  /** A byte of a field, 0 where the table does not have it. */
  byte(field: number): number
  /** A number of 64 bits of a field, 0 where the table does not have it. */
  long(field: number): bigint
  table(field: number): FlatTable | undefined
  tables(field: number): FlatTable[]
  /** Checks a list of structures of so many bytes. */
  checkList(field: number, size: number): void
  /** The 64 bits that such a list begins with, nothing where it is empty. */
  firstLong(field: number, size: number): bigint | undefined
}

/** Throws RangeError where the bytes end before what they promise. */
function rootOf(bytes: Uint8Array): FlatTable {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  // Tables may be shared, so that few bytes stand for many; no right metadata have more tables than words.
  let left = view.byteLength / 4

  function tableAt(at: number): FlatTable {
    if (--left < 0) throw new RangeError('the metadata have more tables than they have room for')
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
        throw new RangeError(`a list of ${count} is longer than the metadata`)
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

/** Fields in fields: far more than any list of lists has. */
const deepest = 64

function verifyField(field: FlatTable, depth: number): void {
  if (depth > deepest) throw new RangeError(`a field lies in more than ${deepest} others`)
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
  // Nodes and buffers are two numbers of 64 bits each, and a node begins with how long its column is.
  const first = batch.firstLong(1, 16) ?? rows
  if (first !== rows) throw new RangeError(`a batch of ${rows} rows has a column of ${first}`)
  batch.checkList(2, 16)
  batch.checkList(4, 8)
}

/** What a message of IPC data is, in the order of the numbers that stand for it, from 1. */
export type MessageKind = 'schema' | 'dictionary' | 'batch'
const kinds: readonly MessageKind[] = ['schema', 'dictionary', 'batch']

/** Throws RangeError where a list or a table in the metadata of a message is not whole, or the message none of these. */
export function verifyMessage(metadata: Uint8Array): MessageKind {
  const message = rootOf(metadata)
  message.checkList(4, offsetSize)
  const header = message.table(2)
  if (!header) throw new RangeError('the message has no header')
  const type = message.byte(1)
  const kind = kinds[type - 1]
  // The library ends where it finds another one, as if nothing followed.
  if (!kind) throw new RangeError(`a message of type ${type}`)
  if (kind === 'schema') verifySchema(header)
  else if (kind === 'batch') verifyBatch(header)
  else {
    const batch = header.table(1)
    if (batch) verifyBatch(batch)
  }
  return kind
}

/** The same of the footer of a file. */
export function verifyFooter(footer: Uint8Array): void {
  const root = rootOf(footer)
  const schema = root.table(1)
  if (schema) verifySchema(schema)
  // Blocks are an offset, a length with padding, and a length.
  root.checkList(2, 24)
  root.checkList(3, 24)
  root.checkList(4, offsetSize)
}
