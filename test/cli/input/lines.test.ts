import { expect, test } from 'vitest'
import { splitLines } from '#src/cli/input/lines'

const longest = 10

/** The lines of a text that arrives in pieces of `size` bytes, and the message of the error after them. */
async function linesOf(text: string, size: number): Promise<string[]> {
  const bytes = Buffer.from(text)
  async function* pieces() {
    for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size)
  }
  const found: string[] = []
  try {
    for await (const lines of splitLines(pieces(), longest)) found.push(...lines.map((line) => line.text))
  } catch (error) {
    found.push(String(error))
  }
  return found
}

// Whether a line is too long must not depend on how the text arrives.
test.each([1, 7, 13, 1000])('a line may have as many bytes as is said, in pieces of %i bytes', async (size) => {
  const most = 'a'.repeat(longest)
  for (const end of ['\n', '\r\n']) {
    expect(await linesOf(`b${end}${most}${end}c${end}`, size)).toEqual(['b', most, 'c'])
    expect(await linesOf(`b${end}${most}`, size)).toEqual(['b', most])
    const error = 'DataError: line 2 is longer than 10 bytes, the most that is read of a line for this network'
    expect(await linesOf(`b${end}${most}a${end}c${end}`, size)).toEqual(['b', error])
    expect(await linesOf(`b${end}${most}a`, size)).toEqual(['b', error])
    // Five characters of two bytes and one more.
    expect(await linesOf(`b${end}éééééé${end}`, size)).toEqual(['b', error])
    expect(await linesOf(`b${end}ééééé${end}`, size)).toEqual(['b', 'ééééé'])
  }
})
