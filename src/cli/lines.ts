import { DataError } from '../index.js'

/** A line of text and its number, from 1. */
export interface Line {
  readonly number: number
  readonly text: string
}

/**
 * The lines of a text that comes in pieces: for each piece, those that are complete with it. A line that is longer than
 * `longest` characters is an error, after the lines before it: it would be kept in memory until its end.
 */
export async function* splitLines(pieces: AsyncIterable<string>, longest: number): AsyncGenerator<Line[]> {
  let number = 0
  let rest = ''
  const numbered = (text: string): Line => ({ number: ++number, text })
  for await (const piece of pieces) {
    const texts = (rest + piece).split('\n')
    rest = texts.pop() ?? ''
    yield texts.map(numbered)
    if (rest.length > longest) throw new DataError(`line ${number + 1} is longer than ${longest} characters`)
  }
  if (rest !== '') yield [numbered(rest)]
}
