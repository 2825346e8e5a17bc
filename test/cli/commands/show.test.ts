import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Network } from '#src/index'
import { temporaryFolder } from '../../support/files.js'
import { run } from '../program.js'

const folder = temporaryFolder()
const model = join(folder, 'model.safetensors')
// The first neuron has weights of 1 in the upper half of an 8 x 8 picture, the second of -1 in the left column.
const first = Array.from({ length: 64 }, (_, i) => (i < 32 ? 1 : 0))
const second = Array.from({ length: 64 }, (_, i) => (i % 8 === 0 ? -1 : 0))
const network = new Network([64, 2, 2], {
  parameters: [...first, ...second, 0, 0, 4, -1, 0, 2, 0, 0],
  backend: 'typescript',
})
network.labelNames = ['yes\u001b[31m', 'no']
await network.save(model)

const legend = '. + # are positive weights, and , - = negative ones, from weak to strong; the largest is'

describe.concurrent('descent-nn show', () => {
  it('draws the weights of the first layer with plain characters where there is no terminal', async () => {
    const { code, stdout, stderr } = await run(['show', model])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.split('\n')).toEqual([
      `${model}: 64-2-2, layer 1 of 2: 2 sigmoid, all are shown`,
      `${legend} 1`,
      '',
      '########  =       ',
      '########  =       ',
      '          =       ',
      '          =       ',
      'neuron 1  neuron 2',
      '',
      '',
    ])
  })

  it('draws other layers as rows of cells, and shows names with control characters as text', async () => {
    const { stdout } = await run(['show', model, '--layer', '2'])
    expect(stdout.split('\n').slice(1)).toEqual([`${legend} 4`, '', '"yes\\u001b[… # ,', 'no             +', ''])
  })

  it('shows as many neurons as are asked for', async () => {
    const { stdout } = await run(['show', model, '--pictures', '1'])
    expect(stdout).toContain('2 sigmoid, the first 1 are shown\n')
    expect(stdout).not.toContain('neuron 2')
  })

  it.each([
    [['--layer', '3'], '--layer must be at most 2, the number of layers, not "3"'],
    [['--layer', '0'], '--layer must be a whole number of at least 1, not "0"'],
    [['--graphics', 'png'], '--graphics must be auto, blocks or plain, not "png"'],
  ])('refuses %j', async (args, message) => {
    expect(await run(['show', model, ...args])).toEqual({ code: 2, stdout: '', stderr: `descent: ${message}\n` })
  })
})
