import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { askGraphics, kittyPicture, sixelPicture } from '#src/cli/terminal/graphics'

const esc = '\u001b'

/** A terminal that gives these answers to its questions. `asked` has the questions, and `modes` the changes of raw mode. */
function terminal(answers: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const asked: string[] = []
  const modes: boolean[] = []
  const stream = new PassThrough()
  const input = Object.assign(stream, {
    isTTY: true,
    isRaw: false,
    setRawMode(mode: boolean) {
      modes.push(mode)
      return input as never
    },
  })
  const output = {
    isTTY: true,
    write(question: string) {
      asked.push(question)
      for (const answer of answers) stream.write(answer)
      return true
    },
  }
  return { input, output, env, asked, modes }
}

describe('the question how a terminal shows pixels', () => {
  it('is answered with sixels by number 4 among the attributes', async () => {
    const one = terminal([`${esc}[?62;4;22c`], { TERM: 'xterm' })
    expect(await askGraphics(one as never)).toBe('sixel')
    expect(one.asked).toEqual([`${esc}[c`])
    expect(one.modes).toEqual([true, false])
  })

  it('is not answered by other attributes, also if they come in pieces', async () => {
    expect(await askGraphics(terminal([`${esc}[?6`, '4;1', '4c'], { TERM: 'xterm' }) as never)).toBeUndefined()
  })

  it('is answered by kitty, and only what looks like kitty is asked for its protocol', async () => {
    const kitty = terminal([`${esc}_Gi=31;OK${esc}\\`, `${esc}[?62c`], { TERM: 'xterm-kitty' })
    expect(await askGraphics(kitty as never)).toBe('kitty')
    const other = terminal([`${esc}[?62c`], { TERM: 'xterm-kitty' })
    expect(await askGraphics(other as never)).toBeUndefined()
  })

  it('ends when there is no answer, and leaves the terminal as it was', async () => {
    const silent = terminal([], { TERM: 'xterm' })
    expect(await askGraphics(silent as never)).toBeUndefined()
    expect(silent.modes).toEqual([true, false])
    expect(silent.input.listenerCount('data')).toBe(0)
  })

  it('is not asked where nobody would answer', async () => {
    const dumb = terminal([`${esc}[?62;4c`], { TERM: 'dumb' })
    expect(await askGraphics(dumb as never)).toBeUndefined()
    const file = { ...terminal([`${esc}[?62;4c`], { TERM: 'xterm' }), output: { isTTY: false } }
    expect(await askGraphics(file as never)).toBeUndefined()
    expect([...dumb.asked, ...file.asked]).toEqual([])
  })
})

describe('a picture', () => {
  const red = [255, 0, 0, 255]
  const blue = [0, 0, 255, 255]
  // Five columns of red, and a row of blue as the seventh.
  const raster = {
    width: 5,
    height: 7,
    pixels: Uint8ClampedArray.from(
      [...Array.from({ length: 30 }, () => red), ...Array.from({ length: 5 }, () => blue)].flat(),
    ),
  }

  it('is sixels: colors in percent, six rows in a band, equal columns as a number', () => {
    expect(sixelPicture(raster)).toBe(`${esc}Pq"1;1;5;7#0;2;100;0;0#1;2;0;0;100#0!5~-#1!5@${esc}\\`)
  })

  it('is pieces of at most 4,096 bytes for kitty', () => {
    const large = { width: 40, height: 40, pixels: new Uint8ClampedArray(6400) }
    const pieces = kittyPicture(large).split(`${esc}\\`)
    expect(pieces.map((piece) => piece.slice(0, piece.indexOf(';')))).toEqual([
      `${esc}_Ga=T,f=32,q=2,s=40,v=40,m=1`,
      `${esc}_Gm=1`,
      `${esc}_Gm=0`,
      '',
    ])
    const data = pieces.map((piece) => piece.slice(piece.indexOf(';') + 1)).join('')
    expect(Buffer.from(data, 'base64')).toEqual(Buffer.alloc(6400))
  })
})
