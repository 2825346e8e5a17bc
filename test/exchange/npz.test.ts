import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
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
