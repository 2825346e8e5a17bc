import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { DataError, labelsFrom } from '../index.js'
import { splitCells } from './cells.js'
import { splitLines } from './lines.js'

/** Tables of text. */
export type TextKind = 'csv' | 'tsv' | 'ndjson'

/** More different labels than this are no classes. */
const mostClasses = 10_000
const longestLine = 2 ** 24

/**
 * The names of the classes in a column of a table of text, in their order; undefined where all are class numbers. What else is
 * wrong with the table is told by who reads it. @throws DataError where there are too many
 */
export async function labelNamesIn(path: string, label: string, kind: TextKind): Promise<string[] | undefined> {
  try {
    const names = await distinctLabels(path, label, kind)
    return names.every((name) => /^\d+$/.test(name)) ? undefined : labelsFrom(names).names
  } catch (error) {
    // A file that cannot be read, or unzipped.
    if (error instanceof Error && 'code' in error) return undefined
    throw error
  }
}

async function distinctLabels(path: string, label: string, kind: TextKind): Promise<string[]> {
  const names = new Set<string>()
  const separator = kind === 'tsv' ? '\t' : ','
  let column: number | undefined
  for await (const lines of splitLines(textOf(path), longestLine)) {
    for (const { text } of lines) {
      if (text.trim() === '') continue
      if (kind === 'ndjson') {
        const value = valueIn(text, label)
        if (value !== undefined) names.add(String(value))
      } else if (column === undefined) {
        const cells = splitCells(text.trim(), separator)
        column = /^\d+$/.test(label) ? Number(label) : cells.indexOf(label)
      } else names.add(splitCells(text.replace(/\r$/, ''), separator)[column] ?? '')
      if (names.size > mostClasses) {
        throw new DataError(`${path}: column ${JSON.stringify(label)} has more than ${mostClasses} different labels`)
      }
    }
  }
  return [...names]
}

function textOf(path: string): AsyncIterable<string> {
  const file = createReadStream(path)
  if (!path.endsWith('.gz')) return file.setEncoding('utf8')
  return pipeline(file, createGunzip(), () => undefined).setEncoding('utf8')
}

function valueIn(line: string, field: string): unknown {
  try {
    return JSON.parse(line)[field]
  } catch {
    return undefined
  }
}
