import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../support/files.js'
import { ended, main, start } from '../program.js'

const folder = temporaryFolder()
const eraseToEnd = '\x1b[K'
/** What a terminal shows of a line in the end: "\r" goes back to its start, what follows is written over it. */
function whatIsSeen(line: string): string {
  let seen = ''
  let column = 0
  for (const part of line.split(/(\r|<erase>)/)) {
    if (part === '\r') column = 0
    else if (part === '<erase>') seen = seen.slice(0, column)
    else {
      seen = seen.slice(0, column) + part + seen.slice(column + part.length)
      column += part.length
    }
  }
  return seen
}
/** `script` of util-linux gives a program a terminal. */
const terminal = ['/usr/bin/script', '/bin/script'].find(existsSync)
const why = terminal && process.platform === 'linux' ? '' : ' [not here: it takes the program script of util-linux]'

describe.skipIf(why)(`descent-nn train on a terminal${why}`, () => {
  const onTerminal = (args: string) =>
    start(['-qec', `"${process.execPath}" "${main}" train ${args}`, '/dev/null'], { command: [terminal ?? ''] })

  it('overwrites one line of progress, and shows pictures', async () => {
    const child = onTerminal(
      `--count 3000 --hidden 20 --epochs 2 --backend typescript --output ${join(folder, 'model.safetensors')}`,
    )
    const { code, stdout } = await ended(child)
    expect(code).toBe(0)
    const written = stdout.split('\r\n').map((line) => line.replaceAll(eraseToEnd, '<erase>'))
    expect(written.join('\n')).toMatch(/\rdrawing digits \.\.\. \d+\.\d s<erase>/)
    expect(written.join('\n')).toMatch(/\repoch 1 of 2 {2}█*░* +\d+% {2}cost [\d.e-]+ {2}[\d,]+ examples\/s<erase>/)
    const seen = written.map(whatIsSeen)
    expect(seen.filter((line) => line.includes('examples/s') || line.includes('drawing'))).toEqual([])
    expect(seen.filter((line) => /[\u2801-\u28ff]/.test(line)).length).toBeGreaterThan(3)
  })

  it('saves nothing if it is stopped before the training', async () => {
    const model = join(folder, 'never.safetensors')
    const child = onTerminal(`--count 500000 --output ${model}`)
    const result = ended(child)
    await once(child.stdout, 'data')
    child.stdin.write('\x03')
    const { code, stdout } = await result
    expect(code).toBe(130)
    expect(stdout).toContain('stopped before the training began: nothing is saved\r\n')
    expect(existsSync(model)).toBe(false)
  })
})
