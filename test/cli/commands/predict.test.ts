import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { Network, writeIdx } from '#src/index'
import { temporaryFolder } from '../../support/files.js'
import { backendsHere, ended, run, start, writeLargestOfThree } from '../program.js'

const folder = temporaryFolder()
const model = await writeLargestOfThree(join(folder, 'model.safetensors'))

/** What the program answers to a text on standard input. */
const answer = (input: string | Uint8Array, ...options: string[]) => run(['predict', model, ...options], { input })

/** `count` rows whose classes are 0, 1, 2, 0, ... */
const rows = (count: number): string =>
  Array.from({ length: count }, (_, row) => `${[0, 1, 2].map((i) => (i === row % 3 ? 0.9 : 0.1)).join()}\n`).join('')
const classes = (count: number): string => Array.from({ length: count }, (_, row) => `${row % 3}\n`).join('')

describe.concurrent('descent-nn predict', () => {
  it.each([
    ['commas', '1,0,0\n0,1,0\n0,0,1\n'],
    ['blanks and tabs', '1 0  0\n 0\t1\t0 \n0 0 1\n'],
    ['commas and blanks', '1, 0, 0\n0 , 1 , 0\n0,\t0,1\n'],
    ['JSON arrays', '[1, 0, 0]\n[0,1,0]\n [0,0,1] \n'],
    ['exponents and signs', '1e0,-1e-3,+0\n.0,1.,0\n-5,-6,5E-1\n'],
    ['lines that end as on Windows, and a byte order mark', '\ufeff1,0,0\r\n0,1,0\r\n0,0,1\r\n'],
    ['no line end at the end', '1,0,0\n0,1,0\n0,0,1'],
    ['empty lines at the end', '1,0,0\n0,1,0\n0,0,1\n\n\r\n'],
    ['numbers in quotes', '"1","0",0\n0, "1" ,0\n0,0,"1"\n'],
  ])('reads %s', async (_, input) => {
    expect(await answer(input)).toEqual({ code: 0, stdout: '0\n1\n2\n', stderr: '' })
  })

  it.each(backendsHere)('keeps the order of many rows, on %s', async (backend) => {
    const { stdout, stderr } = await answer(rows(3001), '--backend', backend)
    expect({ same: stdout === classes(3001), stderr }).toEqual({ same: true, stderr: '' })
  })

  it('accepts input in pieces of any size', async () => {
    const child = start(['predict', model])
    const result = ended(child)
    for (const piece of ['1', ',0,0', '\n0,1,', '0\n[0,', '0,0.', '75]', '\n1', ',0,0\n0,0,1']) {
      child.stdin.write(piece)
      await delay(15)
    }
    child.stdin.end()
    expect(await result).toEqual({ code: 0, stdout: '0\n1\n2\n0\n2\n', stderr: '' })
  })

  it('answers each row at once if its writer waits', async () => {
    const child = start(['predict', model])
    for (const [row, expected] of [
      ['0,1,0\n', '1\n'],
      ['0,0,1\n', '2\n'],
    ]) {
      child.stdin.write(row)
      expect(String((await once(child.stdout, 'data'))[0])).toBe(expected)
    }
    child.stdin.end()
    expect((await once(child, 'close'))[0]).toBe(0)
  })

  it('prints the outputs with all digits', async () => {
    const network = await Network.load(model, { backend: 'typescript' })
    const expected = [...network.feedforward([0.25, 0.5, 1])]
    const { stdout } = await answer('0.25,0.5,1\n1,0,0\n', '--outputs', '--backend', 'typescript')
    const [first, second] = stdout.trimEnd().split('\n')
    expect(Object.keys(JSON.parse(first))).toEqual(['class', 'outputs'])
    expect(JSON.parse(first).class).toBe(2)
    expect(JSON.parse(first).outputs.map(Math.fround)).toEqual(expected)
    expect(JSON.parse(second).class).toBe(0)
  })

  it('answers with the names of classes if the network has them', async () => {
    const named = join(folder, 'named.safetensors')
    const network = await Network.load(model, { backend: 'typescript' })
    network.labelNames = ['café au lait', 'two\nlines', ' ']
    await network.save(named)
    const input = '1,0,0\n0,1,0\n0,0,1\n'
    expect(await run(['predict', named], { input })).toEqual({
      code: 0,
      stdout: 'café au lait\n"two\\nlines"\n" "\n',
      stderr: '',
    })
    const { stdout } = await run(['predict', named, '--outputs'], { input })
    const answers = stdout.trimEnd().split('\n')
    expect(Object.keys(JSON.parse(answers[0]))).toEqual(['class', 'label', 'outputs'])
    expect(answers.map((line) => JSON.parse(line).label)).toEqual(network.labelNames)
    expect(answers.map((line) => JSON.parse(line).class)).toEqual([0, 1, 2])
  })

  it('accepts numbers from 0 to 255 with --scale', async () => {
    const plain = await answer('0.2,0.4,1\n', '--outputs', '--backend', 'typescript')
    const scaled = await answer('51,102,255\n', '--outputs', '--scale', '--backend', 'typescript')
    const outputsOf = ({ stdout }: { stdout: string }): number[] => JSON.parse(stdout).outputs
    outputsOf(scaled).forEach((value, i) => {
      expect(value).toBeCloseTo(outputsOf(plain)[i], 6)
    })
  })

  it('reads IDX files, plain and gzip, texts and standard input, in the order in which they are named', async () => {
    const idx = join(folder, 'rows-idx3-ubyte')
    await writeIdx(idx, { shape: [2, 1, 3], data: Uint8Array.of(0, 0, 200, 0, 200, 0) })
    writeFileSync(`${idx}.gz`, gzipSync(readFileSync(idx)))
    const text = join(folder, 'rows.csv')
    writeFileSync(text, '1,0,0\n1,0,0')
    const { code, stdout, stderr } = await run(['predict', model, idx, text, '-', `${idx}.gz`], { input: '0,0,1\n' })
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '2\n1\n0\n0\n2\n2\n1\n', stderr: '' })
  })

  it('prints nothing without rows', async () => {
    expect(await answer('')).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it.each([
    ['1,0', 'expected 3 numbers, found 2'],
    ['1,0,0,0', 'expected 3 numbers, found 4'],
    ['', 'an empty line, and rows after it'],
    [' ', 'expected 3 numbers, found an empty line'],
    ['1,x,0', 'expected a number at place 2, found "x"'],
    ['1,,0', 'expected a number at place 2, found nothing between two commas'],
    ['1,0,0,', 'expected a number at place 4, found nothing between two commas'],
    ['1;0;0', 'expected a number at place 1, found "1;0;0"'],
    ['1,Infinity,0', 'expected a number at place 2, found "Infinity"'],
    ['1,0x10,0', 'expected a number at place 2, found "0x10"'],
    ['1,1e39,0', 'expected a number that float32 holds at place 2, found 1e+39'],
    ['1,NaN,0', 'expected a number at place 2, found "NaN"'],
    ['[1,"0",0]', 'expected a number at place 2, found "0"'],
    ['[1,null,0]', 'expected a number at place 2, found null'],
    ['[[1,0,0]]', 'expected a number at place 1, found [1, 0, 0]'],
    ['[1,1e999,0]', 'expected a number that float32 holds at place 2, found Infinity'],
    [`1,${'x'.repeat(70)},0`, `expected a number at place 2, found "${'x'.repeat(57)}..."`],
  ])('ends at the line %j, after the answers to the lines before', async (line, problem) => {
    expect(await answer(`1,0,0\n0,1,0\n${line}\n0,0,1\n`)).toEqual({
      code: 1,
      stdout: '0\n1\n',
      stderr: `descent: standard input, line 3: ${problem}\n`,
    })
  })

  it('ends at invalid JSON', async () => {
    const { code, stderr } = await answer('[1,0\n')
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^descent: standard input, line 1: expected a JSON array of numbers, found no JSON \(.+\)\n$/,
    )
  })

  it('counts lines across pieces and batches', async () => {
    const { code, stdout, stderr } = await answer(`${rows(30_000)}x\n`)
    expect({ code, same: stdout === classes(30_000), stderr }).toEqual({
      code: 1,
      same: true,
      stderr: 'descent: standard input, line 30001: expected a number at place 1, found "x"\n',
    })
  })

  it('keeps no endless line in memory', async () => {
    const { code, stdout, stderr } = await answer(`1,0,0\n${'1'.repeat(100_000)}`)
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '0\n',
      stderr:
        'descent: standard input, line 2 is longer than 65728 bytes, the most that is read of a line for this network\n',
    })
  })

  it('names the file whose rows do not fit', async () => {
    const idx = join(folder, 'wide-idx2-ubyte')
    await writeIdx(idx, { shape: [1, 4], data: new Uint8Array(4) })
    const text = join(folder, 'wide.csv')
    writeFileSync(text, '1 0 0\n1 0 0 0\n')
    const failures = await Promise.all(
      [idx, text, join(folder, 'none'), folder].map((file) => run(['predict', model, file])),
    )
    expect(failures.map(({ stdout, stderr }) => stdout + stderr)).toEqual([
      `descent: ${idx}: its rows have 4 numbers, the network takes 3\n`,
      `0\ndescent: ${text}, line 2: expected 3 numbers, found 4\n`,
      `descent: cannot read ${join(folder, 'none')}: there is no such file\n`,
      `descent: cannot read ${folder}: it is a folder\n`,
    ])
    expect(failures.map(({ code }) => code)).toEqual([1, 1, 1, 1])
  })

  it('stops reading while its answers are not read', async () => {
    const child = start(['predict', model, '--outputs'])
    const piece = rows(3000)
    let written = 0
    // A pipe holds 64 KiB or so on each side; a program that collects takes whatever it is given.
    const limit = 8e6
    while (written < limit) {
      written += piece.length
      if (child.stdin.write(piece)) continue
      const went = await Promise.race([once(child.stdin, 'drain').then(() => true), delay(1500, false)])
      if (!went) break
    }
    expect(written).toBeLessThan(limit)
    child.stdin.on('error', () => undefined)
    child.kill()
    await once(child, 'close')
  })

  it('ends silently when its reader leaves', async () => {
    const child = start(['predict', model])
    child.stdin.on('error', () => undefined)
    child.stdin.write(rows(3000))
    await once(child.stdout, 'data')
    child.stdout.destroy()
    child.stdin.end(rows(100_000))
    const errors: unknown[] = []
    child.stderr.on('data', (data) => errors.push(String(data)))
    expect((await once(child, 'close'))[0]).toBe(141)
    expect(errors).toEqual([])
  })
})
