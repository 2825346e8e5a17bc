import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { Network } from '#src/index'
import { annotate } from '#src/pictures/annotate'
import { findDigits } from '#src/pictures/find'
import { readDigits } from '#src/pictures/read'
import { run } from '../cli/program.js'
import { failure, temporaryFolder } from '../support/files.js'

const folder = temporaryFolder()
const photo = new URL('../../docs/photo.jpg', import.meta.url).pathname
const network = new Network([784, 10], { seed: 1, backend: 'typescript' })
const model = join(folder, 'model.safetensors')
await network.save(model)
const blank = join(folder, 'blank.png')
await sharp({ create: { width: 60, height: 40, channels: 3, background: '#fff' } })
  .png()
  .toFile(blank)

describe('readDigits', () => {
  it('returns the outputs of the network for the pictures found', async () => {
    const { digits: found } = await findDigits(photo)
    const { digits, text, width, height } = await readDigits(network, photo)
    expect({ width, height, count: digits.length }).toEqual({ width: 598, height: 163, count: 8 })
    digits.forEach(({ digit, label, confidence, box }, i) => {
      const outputs = network.feedforward(found[i].pixels)
      expect({ digit, confidence, box }).toEqual({
        digit: outputs.indexOf(Math.max(...outputs)),
        confidence: Math.max(...outputs),
        box: found[i].box,
      })
      expect(label).toBe(String(digit))
    })
    expect(text).toBe(digits.map(({ digit }) => digit).join(''))
  })

  it('returns the names of the classes if the network has them', async () => {
    const named = new Network([784, 10], { parameters: network.parameters, backend: 'typescript' })
    named.labelNames = Array.from('abcdefghij')
    const [plain, names] = [await readDigits(network, photo), await readDigits(named, photo)]
    expect(names.text).toBe(plain.digits.map(({ digit }) => 'abcdefghij'[digit]).join(''))
  })

  it('returns no digits for a picture without digits', async () => {
    expect(await readDigits(network, blank)).toEqual({ digits: [], text: '', width: 60, height: 40 })
  })

  it('refuses a network with another number of inputs', async () => {
    expect(await failure(readDigits(new Network([4, 2]), photo))).toBe(
      'OptionError: the network has 4 inputs, but a digit has 784 pixels (28 x 28)',
    )
  })
})

describe('annotate', () => {
  const readings = [{ box: { left: 10, top: 12, width: 20, height: 16 }, label: '<7&' }]

  it('draws boxes on a PNG of the same size, and leaves no temporary file', async () => {
    const out = join(folder, 'out.png')
    await annotate(blank, readings, out)
    const { data, info } = await sharp(out).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    expect((await sharp(out).metadata()).format).toBe('png')
    expect({ width: info.width, height: info.height }).toEqual({ width: 60, height: 40 })
    const at = (x: number, y: number): number[] => Array.from(data.subarray((y * 60 + x) * 3, (y * 60 + x) * 3 + 3))
    // The left side of the box is red; pixels far away are paper.
    expect(at(10, 20)[0] - at(10, 20)[1]).toBeGreaterThan(60)
    expect(at(50, 35)).toEqual([255, 255, 255])
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('leaves an existing file unchanged if the picture cannot be read', async () => {
    const out = join(folder, 'kept.png')
    writeFileSync(out, 'kept')
    const none = join(folder, 'none.png')
    expect(await failure(annotate(none, readings, out))).toBe(`DataError: cannot read ${none}: there is no such file`)
    expect(readFileSync(out, 'utf8')).toBe('kept')
    expect(await failure(annotate(blank, readings, join(folder, 'no', 'out.png')))).toBe(
      `DataError: cannot write ${join(folder, 'no', 'out.png')}: there is no folder ${join(folder, 'no')}`,
    )
  })
})

describe('descent-nn read', () => {
  it('prints the text and a line for each digit, or JSON, and writes the picture', async () => {
    const answer = await readDigits(network, photo)
    const out = join(folder, 'cli.png')
    const table = await run(['read', photo, '--model', model, '--backend', 'typescript', '--annotate', out])
    expect({ code: table.code, stderr: table.stderr }).toEqual({ code: 0, stderr: '' })
    const lines = table.stdout.trimEnd().split('\n')
    expect(lines.slice(0, 3)).toEqual([answer.text, '', 'digit  confidence  left  top  width  height'])
    expect(lines).toHaveLength(3 + answer.digits.length)
    expect((await sharp(out).metadata()).format).toBe('png')
    const json = await run(['read', photo, '--model', model, '--backend', 'typescript', '--json'])
    expect(JSON.parse(json.stdout)).toEqual({ photo, ...answer })
  })

  it('exits with code 1 if a photo has no digits, and reads the others', async () => {
    const { code, stdout, stderr } = await run(['read', blank, photo, '--model', model])
    expect({ code, stderr }).toEqual({ code: 1, stderr: `descent: ${blank}: no digits found\n` })
    expect(stdout).toContain(`${photo}:\n`)
  })

  it('says what is missing and which file is not a picture', async () => {
    expect(await run(['read', photo])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'descent: read needs --model MODEL, a network that "descent-nn train" saved: see descent-nn read --help\n',
    })
    expect((await run(['read', photo, photo, '--model', model, '--annotate', 'x.png'])).stderr).toBe(
      'descent: --annotate is for one PHOTO\n',
    )
    expect(await run(['read', model, '--model', model])).toEqual({
      code: 1,
      stdout: '',
      stderr: `descent: ${model}: is not a picture in PNG, JPEG, WebP, GIF, TIFF or AVIF (Input buffer contains unsupported image format)\n`,
    })
  })
})
