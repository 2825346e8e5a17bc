import { DataError } from '../../base/errors.js'
import { chunkOfObjects, namesOfObjects } from '../columns/raw-objects.js'
import type { RawTable } from '../columns/raw-table.js'
import type { ByteStream } from '../text/byte-chunks.js'
import { lineEnds, lineOf, openRecords, type Records } from '../text/records.js'
import { findLine, type Line, parseLine } from './lines.js'

/** The number of rows in a chunk. */
const chunkRows = 1024

/**
 * Opens a file or a stream of JSON lines, each an object. The columns are those of the first 1,024 rows. A stream can be
 * read only once.
 */
export async function openRawNdjson(source: string | ByteStream, signal?: AbortSignal): Promise<RawTable> {
  const first = await open(source, signal)
  let opened: Awaited<ReturnType<typeof open>> | undefined = first
  if (typeof source === 'string') {
    await first.records.close()
    opened = undefined
  }
  const { name } = first.records
  const { names } = first
  return {
    source: name,
    names,
    async *chunks(wanted) {
      if (typeof source !== 'string' && !opened) throw new DataError(`${name} can be read only once`)
      const { records, rows } = opened ?? (await open(source, signal))
      opened = undefined
      try {
        for (let next = rows; next.objects.length > 0; next = await read(records)) {
          const { objects, lines } = next
          const where = (row: number) => lineOf({ name, origin: 0, line: lines[row] })
          yield chunkOfObjects(objects, names, wanted, where)
        }
      } finally {
        await records.close()
      }
    },
  }
}

async function open(source: string | ByteStream, signal: AbortSignal | undefined) {
  const records = await openRecords(source, { recordEnds: () => lineEnds, quote: undefined }, signal)
  try {
    const rows = await read(records)
    if (rows.objects.length === 0) throw new DataError(`${records.name}: the text is empty`)
    return { records, rows, names: namesOfObjects(rows.objects) }
  } catch (error) {
    await records.close()
    throw error
  }
}

/** Reads the next rows, with the number of the line of each. */
async function read(records: Records): Promise<{ objects: unknown[]; lines: number[] }> {
  const line: Line = { from: 0, to: 0, next: 0 }
  const objects: unknown[] = []
  const lines: number[] = []
  while (objects.length < chunkRows) {
    if (records.from >= records.to && !(await records.more())) break
    findLine(records.bytes, records.from, line)
    if (line.from < line.to) {
      objects.push(parseLine(records, line))
      lines.push(records.line)
    }
    records.from = line.next
    records.line++
  }
  return { objects, lines }
}
