import { isUtf8 } from 'node:buffer'
import { DataError } from '../../index.js'

/** A line of text without its line end, and the number of the line. Numbers start at 1. */
export interface Line {
  readonly number: number
  readonly text: string
}

const lineFeed = 0x0a
const carriageReturn = 0x0d

/**
 * Splits a text into lines. The text arrives in pieces. For each piece, yields the lines that end in it. If a line is
 * invalid, the lines before it are yielded before the error is thrown.
 * @throws DataError if a line is longer than `longest` bytes, is not UTF-8, or is empty and has other lines after it
 */
export async function* splitLines(pieces: AsyncIterable<Uint8Array>, longest: number): AsyncGenerator<Line[]> {
  let number = 0
  let empty = 0
  let rest: Uint8Array[] = []
  let restLength = 0

  const tooLong = (line: number) =>
    new DataError(`line ${line} is longer than ${longest} bytes, the most that is read of a line for this network`)

  function* linesOf(bytes: Buffer): Generator<Line[]> {
    const short = shortLength(bytes, longest)
    const valid = isUtf8(bytes.subarray(0, short)) ? short : validLength(bytes)
    const lines: Line[] = []
    let wrong = ''
    for (const ended of bytes.toString('utf8', 0, valid).split('\n').slice(0, -1)) {
      const text = ended.endsWith('\r') ? ended.slice(0, -1) : ended
      number++
      if (text === '') empty ||= number
      else if (empty) {
        wrong = `line ${empty}: an empty line, and rows after it`
        break
      } else lines.push({ number, text })
    }
    yield lines
    if (!wrong && valid < short) wrong = `line ${number + 1}: its bytes are not UTF-8 text`
    if (wrong) throw new DataError(wrong)
    if (short < bytes.length) throw tooLong(number + 1)
  }

  for await (const piece of pieces) {
    const end = piece.lastIndexOf(lineFeed) + 1
    if (end > 0) {
      yield* linesOf(Buffer.concat([...rest, piece.subarray(0, end)]))
      rest = []
      restLength = 0
    }
    if (end === piece.length) continue
    rest.push(piece.subarray(end))
    restLength += piece.length - end
    if (restLength - Number(piece.at(-1) === carriageReturn) > longest) throw tooLong(number + 1)
  }
  if (restLength > 0) yield* linesOf(Buffer.concat([...rest, Uint8Array.of(lineFeed)]))
}

/** Returns the number of bytes before the first line of more than `longest` bytes. Line ends do not count. */
function shortLength(bytes: Buffer, longest: number): number {
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(lineFeed, from)
    const length = end - from - Number(end > from && bytes[end - 1] === carriageReturn)
    if (length > longest) return from
    from = end + 1
  }
  return bytes.length
}

/** Returns the number of bytes before the first line that is not UTF-8. */
function validLength(bytes: Buffer): number {
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(lineFeed, from) + 1
    if (!isUtf8(bytes.subarray(from, end))) return from
    from = end
  }
  return bytes.length
}
