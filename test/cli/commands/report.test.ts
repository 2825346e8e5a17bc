import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { drawPng } from '#src/cli/report/picture-file'
import { indexedPng } from '#src/cli/report/png'
import { Dataset, Network } from '#src/index'
import { temporaryFolder } from '../../support/files.js'
import { run } from '../program.js'

const folder = temporaryFolder()
const at = (name: string): string => join(folder, name)

const hostile = ['<script>alert(1)</script>', '\u202eright to left', 'red\u001b[31m']
const rows = new Dataset({
  inputs: Array.from({ length: 60 }, (_, i) => [i % 3, (i * 7) % 5]),
  labels: Array.from({ length: 60 }, (_, i) => i % 3),
})
const classes = new Network([2, 4, 3], { seed: 1, backend: 'typescript' })
classes.labelNames = hostile
await classes.fit(rows, { epochs: 3, validation: rows })
await classes.save(at('classes.safetensors'))
writeFileSync(
  at('classes.csv'),
  `a,b,kind\n${Array.from({ length: 60 }, (_, i) => `${i % 3},${(i * 7) % 5},"${hostile[i % 3]}"\n`).join('')}`,
)
const one = new Network([1, 1], { seed: 1, backend: 'typescript' })
await one.save(at('one.safetensors'))

const read = (name: string): string => readFileSync(at(name), 'utf8')
const headings = (page: string): string[] => [...page.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, text]) => text)

describe('descent-nn report', () => {
  it('writes a page of a network of 1 x 1 without a history', async () => {
    expect(await run(['report', at('one.safetensors'), '-o', at('one.html')])).toEqual({
      code: 0,
      stdout: `${at('one.html')}: a report of 1-1\n`,
      stderr: '',
    })
    const page = read('one.html')
    expect(headings(page)).toEqual(['The network', 'Learning', 'What each neuron looks for'])
    expect(page).toContain('This model has no history')
  })

  it('tests a network on data, and keeps hostile names as text', async () => {
    const data = ['--data', at('classes.csv'), '--label', 'kind']
    const { code, stderr } = await run(['report', at('classes.safetensors'), '-o', at('classes.html'), ...data])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const page = read('classes.html')
    expect(headings(page)).toEqual([
      'The network',
      'Learning',
      'What each neuron looks for',
      'The test: classes',
      'What is confused with what',
      'Worst mistakes',
    ])
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(page).not.toMatch(/<script|(?![\t\n])[\p{Cc}\p{Bidi_Control}]/u)
    // The counts are those of the library.
    const { correct } = await classes.evaluate(rows)
    expect(page).toContain(`The network answered ${correct} of 60 right`)
  })

  it('draws a network as SVG and as PNG', async () => {
    expect((await run(['report', at('classes.safetensors'), '-o', at('net.svg')])).stdout).toBe(
      `${at('net.svg')}: a picture of 2-4-3\n`,
    )
    const svg = read('net.svg')
    expect(svg).toContain('>4 sigmoid</text>')
    expect(svg).not.toMatch(/<script|(?![\t\n])[\p{Cc}\p{Bidi_Control}]/u)
    await run(['report', at('classes.safetensors'), '-o', at('net.png')])
    const [, width] = /width="(\d+)"/.exec(svg) ?? []
    expect(await sharp(at('net.png')).metadata()).toMatchObject({ format: 'png', width: 2 * Number(width) })
    expect(Buffer.from((await drawPng(svg)) ?? []).equals(readFileSync(at('net.png')))).toBe(true)
  })

  it.each([
    [[], 2, 'report needs -o FILE, which ends with .html, .svg or .png'],
    [['-o', 'a.pdf'], 2, '--output must end with .html, .svg or .png, not "a.pdf"'],
    [['-o', 'a.svg', '--dataset', 'digits'], 2, 'a test is for .html, not for .svg'],
    [['-o', 'a.png', '--pictures', '3'], 2, '--pictures is for .html, not for .png'],
    [['-o', 'a.html', '--count', '3'], 2, '--count needs --dataset, --data or --sql'],
    [
      ['-o', 'a.html', '--label', '3'],
      2,
      '--label needs a table: --data with .csv, .tsv, .ndjson, .parquet or .npy, or --sql',
    ],
    [['-o', at('none/a.html')], 1, `cannot write ${at('none/a.html')}: there is no folder ${at('none')}`],
  ])('refuses %j before it reads the model', async (args, code, message) => {
    expect(await run(['report', at('missing'), ...args], { cwd: folder })).toEqual({
      code,
      stdout: '',
      stderr: `descent: ${message}\n`,
    })
    expect(existsSync(at('a.html'))).toBe(false)
  })

  it('does not write over what it reads', async () => {
    await classes.save(at('model.html'))
    const same = `--output ${at('model.html')} and MODEL ${at('model.html')} are the same file`
    expect((await run(['report', at('model.html'), '-o', at('model.html')])).stderr).toBe(
      `descent: ${same}, which would be overwritten: name another file for --output\n`,
    )
  })
})

describe('a PNG file of numbers of colors', () => {
  it('has their colors and opacities', async () => {
    const png = indexedPng({ width: 2, height: 2 }, Uint8Array.of(0, 1, 1, 0), [
      [1, 2, 3, 0],
      [200, 100, 50, 255],
    ])
    const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true })
    expect(info).toMatchObject({ width: 2, height: 2, channels: 4 })
    expect([...data]).toEqual([1, 2, 3, 0, 200, 100, 50, 255, 200, 100, 50, 255, 1, 2, 3, 0])
  })
})
