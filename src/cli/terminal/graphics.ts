import type { Raster } from './raster.js'

/** The ways in which a terminal can show pixels: the graphics protocol of kitty, or sixels, which DEC introduced. */
export type Graphics = 'kitty' | 'sixel'

/** A terminal that has not answered after this many milliseconds has no answer. */
const limit = 1000

interface Terminal {
  readonly input: Pick<NodeJS.ReadStream, 'isTTY' | 'isRaw' | 'setRawMode' | 'on' | 'off' | 'resume' | 'pause'>
  readonly output: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>
  readonly env: NodeJS.ProcessEnv
}

const esc = '\x1b'
/** Asks for the attributes of a terminal ("primary device attributes"), which nearly every terminal tells. */
const askAttributes = `${esc}[c`
/** Asks kitty's protocol whether it could show a picture of one pixel. */
const askKitty = `${esc}_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA${esc}\\`
// biome-ignore lint/suspicious/noControlCharactersInRegex: answers of terminals begin with the control character ESC
const attributes = /\x1b\[\?([\d;]*)c/
// biome-ignore lint/suspicious/noControlCharactersInRegex: answers of terminals begin with the control character ESC
const kittyAnswer = /\x1b_Gi=31;OK/

/**
 * Asks a terminal how it can show pixels. Every terminal that answers at all answers the question for its attributes, so
 * that its answers are read to their end, and none is left for the shell. Only a terminal that looks like kitty by
 * its environment variables is asked for kitty's protocol, because others may print the question.
 */
export async function askGraphics({ input, output, env }: Terminal): Promise<Graphics | undefined> {
  if (!input.isTTY || !output.isTTY || env.TERM === 'dumb' || env.TERM === 'linux') return undefined
  const looksLikeKitty =
    /kitty|ghostty|wezterm/i.test(`${env.TERM} ${env.TERM_PROGRAM}`) || Boolean(env.KITTY_WINDOW_ID)
  const answer = await ask({ input, output, env }, looksLikeKitty ? askKitty + askAttributes : askAttributes)
  if (kittyAnswer.test(answer)) return 'kitty'
  const [, numbers = ''] = attributes.exec(answer) ?? []
  return numbers.split(';').includes('4') ? 'sixel' : undefined
}

/** Writes a question to a terminal, and returns what it says until its attributes come or the time is over. */
function ask({ input, output }: Terminal, question: string): Promise<string> {
  const wasRaw = input.isRaw
  return new Promise((resolve) => {
    let answer = ''
    const finish = (): void => {
      clearTimeout(timer)
      input.off('data', take)
      input.pause()
      input.setRawMode(wasRaw)
      resolve(answer)
    }
    const take = (bytes: Buffer): void => {
      answer += bytes.toString('latin1')
      if (attributes.test(answer)) finish()
    }
    const timer = setTimeout(finish, limit)
    // In raw mode the terminal neither shows the answer nor waits for the end of a line.
    input.setRawMode(true)
    input.on('data', take)
    input.resume()
    output.write(question)
  })
}

/** The most bytes of base64 in one escape sequence of kitty. */
const kittyChunk = 4096

/** Returns the escape sequences that show a raster by kitty's protocol. */
export function kittyPicture({ width, height, pixels }: Raster): string {
  const data = Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength).toString('base64')
  const parts: string[] = []
  for (let from = 0; from < data.length; from += kittyChunk) {
    const more = from + kittyChunk < data.length ? 1 : 0
    const keys = from === 0 ? `a=T,f=32,q=2,s=${width},v=${height},m=${more}` : `m=${more}`
    parts.push(`${esc}_G${keys};${data.slice(from, from + kittyChunk)}${esc}\\`)
  }
  return parts.join('')
}

/** Returns the escape sequence that shows a raster as sixels. It may have at most 256 colors. */
export function sixelPicture({ width, height, pixels }: Raster): string {
  const numbers = new Map<string, number>()
  const colorAt = (x: number, y: number): number => {
    const at = 4 * (y * width + x)
    const color = [pixels[at], pixels[at + 1], pixels[at + 2]].map((value) => Math.round(value / 2.55)).join(';')
    const number = numbers.get(color) ?? numbers.size
    numbers.set(color, number)
    return number
  }
  const bands: string[] = []
  for (let top = 0; top < height; top += 6) bands.push(band(top, Math.min(6, height - top), width, colorAt))
  const palette = [...numbers].map(([color, number]) => `#${number};2;${color}`).join('')
  return `${esc}Pq"1;1;${width};${height}${palette}${bands.join('-')}${esc}\\`
}

/** Returns six rows of pixels: for each color the columns, of which each character has six bits. */
function band(top: number, rows: number, width: number, colorAt: (x: number, y: number) => number): string {
  const bits = new Map<number, Uint8Array>()
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < width; x++) {
      const color = colorAt(x, top + y)
      const columns = bits.get(color) ?? new Uint8Array(width)
      columns[x] |= 1 << y
      bits.set(color, columns)
    }
  }
  return [...bits].map(([color, columns]) => `#${color}${runs(columns)}`).join('$')
}

/** Writes equal neighbors as a number and one character. */
function runs(columns: Uint8Array): string {
  let written = ''
  for (let from = 0; from < columns.length; ) {
    let to = from
    while (to < columns.length && columns[to] === columns[from]) to++
    const character = String.fromCharCode(63 + columns[from])
    written += to - from > 3 ? `!${to - from}${character}` : character.repeat(to - from)
    from = to
  }
  return written
}
