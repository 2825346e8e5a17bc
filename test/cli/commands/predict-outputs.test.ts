import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Description, dense, Network } from '#src/index'
import { temporaryFolder } from '../../support/files.js'
import { run } from '../program.js'

const folder = temporaryFolder()

/** Saves a network of which the weights are 1 and 2, then 3 and 4, and the biases 0. */
async function write(name: string, layer: Description['layers'][number], labelNames?: string[]): Promise<string> {
  const path = join(folder, `${name}.safetensors`)
  const parameters = layer.kind === 'dense' && layer.outputs === 1 ? [1, 2, 0] : [1, 2, 3, 4, 0, 0]
  const network = new Network({ inputs: 2, layers: [layer] }, { parameters, backend: 'typescript' })
  if (labelNames) network.labelNames = labelNames
  await network.save(path)
  return path
}

const one = await write('one', dense(1, 'identity'))
const two = await write('two', dense(2, 'identity'))
const named = await write('named', dense(2, 'identity'), ['no', 'yes'])
const sigmoid = await write('sigmoid', dense(1))
const yesNo = await write('yes-no', dense(1), ['no', 'yes'])
const sigmoids = await write('sigmoids', dense(2))

const answer = async (model: string, input: string, ...options: string[]): Promise<string> => {
  const { stdout, stderr } = await run(['predict', model, '--backend', 'typescript', ...options], { input })
  return stdout + stderr
}

describe.concurrent('descent-nn predict, with outputs that are not classes', () => {
  it('prints only the outputs', async () => {
    expect(await answer(one, '1,0.5\n3,4\n')).toBe('2\n11\n')
    expect(await answer(two, '1,0.5\n[3,4]\n')).toBe('2,5\n11,25\n')
    expect(await answer(two, '1,0.5\n', '--outputs')).toBe('{"outputs":[2,5]}\n')
    expect(await answer(two, '1,0.5\n', '--format', 'ndjson')).toBe('{"outputs":[2,5]}\n')
    expect(await answer(two, '1,0.5\n', '--format', 'csv')).toBe('output0,output1\n2,5\n')
  })

  it('prints the outputs beside rows', async () => {
    expect(await answer(one, '{"a":1,"class":2,"b":0.5}\n', '--inputs', 'a,b')).toBe(
      '{"a":1,"class":2,"b":0.5,"outputs":[2]}\n',
    )
    expect(await answer(two, 'class,a,b\nx,1,0.5\n', '--inputs', 'a,b')).toBe(
      'class,a,b,output0,output1\nx,1,0.5,2,5\n',
    )
    expect(await answer(two, 'output0,a,b\nx,1,0.5\n', '--inputs', 'a,b')).toBe(
      'descent: standard input, line 1: there is a "output0" already, and the answer has one: rename it, or take --format text\n',
    )
  })

  it('does not take a single sigmoid output for a class', async () => {
    expect(await answer(sigmoid, '0,0\n')).toBe('0.5\n')
  })

  it('takes a single output for one of two classes if these have names', async () => {
    expect(await answer(yesNo, '0,0\n-1,-1\n')).toBe('yes\nno\n')
    expect(await answer(yesNo, '0,0\n-1,0.5\n', '--outputs')).toBe(
      '{"class":1,"label":"yes","outputs":[0.5]}\n{"class":1,"label":"yes","outputs":[0.5]}\n',
    )
  })

  it('takes several outputs for classes if they have names or are sigmoid', async () => {
    expect(await answer(named, '1,0.5\n-1,-1\n')).toBe('yes\nno\n')
    expect(await answer(sigmoids, '1,0.5\n-1,-1\n')).toBe('1\n0\n')
  })
})
