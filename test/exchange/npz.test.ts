import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { Dataset, dense, dropout, loadNpz, Network, readNpz, saveNpz, writeNpz } from '#src/index'
import { failure, temporaryFolder } from '../support/files.js'
import { sameBits } from '../support/numbers.js'

const folder = temporaryFolder()
const file = (name: string) => join(folder, name)
const layers = [dense(4, 'relu'), dropout(0.5), dense(2, 'softmax')]
const description = { inputs: 3, layers, cost: 'cross-entropy', initializer: 'he' } as const
const network = new Network(description, { seed: 7, dtype: 'float64', backend: 'typescript' })
network.labelNames = ['yes', 'n\u00f6']
const rows = [0.5, -1, 2, 3, 0, 1]

describe('saveNpz and loadNpz', () => {
  it('writes the same bytes each time, and reads the same network back', async () => {
    for (const layout of ['torch', 'keras', 'sklearn', 'descent'] as const) {
      await saveNpz(file('a.npz'), network, { layout })
      await saveNpz(file('b.npz'), network, { layout })
      expect(readFileSync(file('b.npz'))).toEqual(readFileSync(file('a.npz')))
      const back = await loadNpz(file('a.npz'), { backend: 'typescript' })
      expect([back.description, back.labelNames, back.dtype]).toEqual([
        network.description,
        network.labelNames,
        'float64',
      ])
      expect(sameBits(back.parameters, network.parameters)).toBe(true)
    }
  })

  it('keeps given names, and folds the standardization of inputs into the first layer', async () => {
    const measured = new Network(description, { seed: 7, dtype: 'float64', backend: 'typescript' })
    measured.standardize(new Dataset({ inputs: Float32Array.of(5, 1, 2, 7, 3, 2.5), width: 3 }))
    await saveNpz(file('named.npz'), measured, {
      layout: 'torch',
      names: ['first', { weights: 'w', biases: 'b' }],
    })
    expect(Object.keys(await readNpz(file('named.npz')))).toEqual(['first.weight', 'first.bias', 'w', 'b'])
    const back = await loadNpz(file('named.npz'), { backend: 'typescript' })
    const [expected, answers] = [measured, back].map((one) => [...one.feedforward(rows)])
    answers.forEach((answer, i) => {
      expect(answer).toBeCloseTo(expected[i], 12)
    })
  })

  it('is read by NumPy', async ({ skip }) => {
    const python = '/usr/bin/python3'
    if (!existsSync(python) || spawnSync(python, ['-c', 'import numpy']).status !== 0)
      skip('no python3 with NumPy here')
    await saveNpz(file('numpy.npz'), network)
    const script = `import json, numpy, sys
f = numpy.load(sys.argv[1])
x = numpy.array([0.5, -1, 2])
h = numpy.maximum(f['layers.0.weight'] @ x + f['layers.0.bias'], 0)
z = numpy.exp(f['layers.1.weight'] @ h + f['layers.1.bias'])
print(json.dumps([sorted(f.files), list(z / z.sum())]))`
    const { stdout, stderr } = spawnSync(python, ['-c', script, file('numpy.npz')], { encoding: 'utf8' })
    expect(stderr).toBe('')
    const [names, answers] = JSON.parse(stdout)
    expect(names).toEqual(['layers.0.bias', 'layers.0.weight', 'layers.1.bias', 'layers.1.weight'])
    network.feedforward(rows.slice(0, 3)).forEach((answer, i) => {
      expect(answers[i]).toBeCloseTo(answer, 12)
    })
  })

  it('reports what is wrong with a file that is not such a model', async () => {
    const says = async (problem: string) => {
      expect(await failure(loadNpz(file('x.npz')))).toBe(
        `ModelError: ${file('x.npz')} is not a model of descent: ${problem}`,
      )
    }
    const arrays = { 'layers.0.weight': { shape: [1, 2], data: new Float32Array(2) } }
    await writeNpz(file('x.npz'), arrays)
    await says(
      'it does not say which network its arrays belong to; to use them, pass them to parametersFrom with a description',
    )
    await saveNpz(file('good.npz'), network)
    const good = readFileSync(file('good.npz'))
    writeFileSync(file('x.npz'), good.toString('latin1').replace('"layout":"torch"', '"layout":"t0rch"'), 'latin1')
    await says('its layout is "t0rch"')
    writeFileSync(file('x.npz'), good.toString('latin1').replace('"layout":"torch"', '"layout":"keras"'), 'latin1')
    await says(
      'the tensors (layers.0.weight, layers.0.bias, layers.1.weight, layers.1.bias) are not 2 numbered layers, such as layers.0.kernel: list the layers with the option names, from first to last',
    )
    const many = new Network([1, 9000], { backend: 'typescript' })
    many.labelNames = Array.from({ length: 9000 }, (_, i) => `class ${i}`)
    expect(await failure(saveNpz(file('x.npz'), many))).toMatch(
      /^ModelError: cannot write .*x.npz: the comment of a zip file has at most 65535 bytes, this one has \d+$/,
    )
  })
})

describe('an .npz file that expands far beyond its size', () => {
  /** Deflates the only array of an .npz file, and sets its comment. */
  function deflated(stored: Buffer, comment: string): Buffer {
    const nameLength = stored.readUInt16LE(26)
    const from = 30 + nameLength
    const size = stored.readUInt32LE(22)
    const body = deflateRawSync(stored.subarray(from, from + size))
    const local = Buffer.from(stored.subarray(0, from))
    const listed = Buffer.from(stored.subarray(from + size, from + size + 46 + nameLength))
    local.writeUInt16LE(8, 8)
    local.writeUInt32LE(body.length, 18)
    listed.writeUInt16LE(8, 10)
    listed.writeUInt32LE(body.length, 20)
    const end = Buffer.from(stored.subarray(-22))
    end.writeUInt32LE(from + body.length, 16)
    end.writeUInt16LE(Buffer.byteLength(comment), 20)
    return Buffer.concat([local, body, listed, end, Buffer.from(comment)])
  }

  it('is refused before its arrays are decompressed', async () => {
    await writeNpz(file('zeros.npz'), { a: { shape: [2_000_000], data: new Float64Array(2_000_000) } })
    const stored = readFileSync(file('zeros.npz'))
    // Some of the deflated bytes are damaged, which shows only when they are decompressed.
    const bomb = (comment: string) => {
      const bytes = deflated(stored, comment)
      bytes.fill(0xff, 1000, 3000)
      writeFileSync(file('bomb.npz'), bytes)
      return bytes.length
    }
    const size = bomb('')
    expect(await failure(readNpz(file('bomb.npz'), { maxBytes: 1e7 }))).toBe(
      `DataError: ${file('bomb.npz')}: its ${size} bytes would expand to 16000128 bytes, more than the 10000000 of maxBytes`,
    )
    expect(await failure(readNpz(file('bomb.npz')))).toMatch(
      /^DataError: .*bomb\.npz, "a\.npy": the content ends after \d+ bytes instead of 16000128$/,
    )
    expect(await failure(loadNpz(file('bomb.npz')))).toBe(
      `ModelError: ${file('bomb.npz')} is not a model of descent: it does not say which network its arrays belong to; to use them, pass them to parametersFrom with a description`,
    )
    const large = bomb(JSON.stringify({ format: 'descent', layout: 'torch' }))
    expect(await failure(loadNpz(file('bomb.npz')))).toBe(
      `ModelError: ${file('bomb.npz')} is not a model of descent: its ${large} bytes would expand to 16000128 bytes of arrays, the limit is ${8_000_000 + 16 * large}`,
    )
    expect(await failure(readNpz(file('bomb.npz'), { maxBytes: -1 }))).toBe(
      'OptionError: maxBytes must be a whole number of at least 0, not -1',
    )
  })
})
