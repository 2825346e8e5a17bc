import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadOnnx, Network, readSafetensors } from '#src/index'
import { temporaryFolder } from '../../support/files.js'
import { sameBits } from '../../support/numbers.js'
import { expectNear, outputErrors } from '../../support/rounding.js'
import { run } from '../program.js'

const folder = temporaryFolder()
const model = join(folder, 'model.safetensors')
const network = new Network([3, 4, 2], { seed: 1, backend: 'typescript' })
await network.save(model)

describe.concurrent('descent-nn export', () => {
  it('writes ONNX by the ending of the file', async () => {
    const file = join(folder, 'model.onnx')
    expect(await run(['export', model, file])).toEqual({
      code: 0,
      stdout: `${file}: 3-4-2, float32, as onnx\n`,
      stderr: '',
    })
    expect(sameBits((await loadOnnx(file)).parameters, network.parameters)).toBe(true)
  })

  it('writes a JavaScript module and its types', async () => {
    const file = join(folder, 'model.mjs')
    expect((await run(['export', model, '--format', 'js', file])).code).toBe(0)
    const { predict } = await import(pathToFileURL(file).href)
    const x = [1, 2, 3]
    expectNear(predict(x), network.feedforward(x), outputErrors(network, x))
    expect(existsSync(join(folder, 'model.d.mts'))).toBe(true)
  })

  it('writes tensors by the names of PyTorch, or of others', async () => {
    const file = join(folder, 'torch.safetensors')
    expect((await run(['export', model, file])).stdout).toBe(`${file}: 3-4-2, float32, as safetensors\n`)
    expect(Object.keys((await readSafetensors(file)).tensors).sort()).toEqual([
      'layers.0.bias',
      'layers.0.weight',
      'layers.1.bias',
      'layers.1.weight',
    ])
    const keras = join(folder, 'keras.safetensors')
    await run(['export', model, keras, '--layout', 'keras'])
    expect((await readSafetensors(keras)).tensors['layers.0.kernel'].shape).toEqual([3, 4])
  })

  it.each([
    [['model.bin'], 'FILE must end with .onnx, .js, .mjs, .safetensors, .npz or .sql, not "model.bin"'],
    [['model.onnx', '--layout', 'keras'], '--layout is for safetensors and npz, not for onnx'],
    [['model.onnx', '--format', 'pt'], '--format must be onnx, js, safetensors, npz or sql, not "pt"'],
    [[], "missing required argument 'FILE'\n(see descent-nn export --help)"],
  ])('refuses %s', async (args, problem) => {
    expect(await run(['export', model, ...args])).toEqual({ code: 2, stdout: '', stderr: `descent: ${problem}\n` })
  })
})

describe.concurrent('descent-nn convert', () => {
  it.each(['torch', 'keras', 'sklearn', 'descent'])(
    'reads back what export wrote as .npz in the layout %s',
    async (layout) => {
      const [there, back] = [join(folder, `${layout}.npz`), join(folder, `${layout}-back.safetensors`)]
      expect(await run(['export', model, there, '--layout', layout])).toEqual({
        code: 0,
        stdout: `${there}: 3-4-2, float32, as npz\n`,
        stderr: '',
      })
      expect((await run(['convert', there, back])).code).toBe(0)
      const loaded = await Network.load(back, { backend: 'typescript' })
      expect(loaded.description).toEqual(network.description)
      expect(sameBits(loaded.parameters, network.parameters)).toBe(true)
      const answers = await Promise.all(
        [model, there].map((file) => run(['predict', file, '--outputs'], { input: '1,2,3\n' })),
      )
      expect(answers[1]).toEqual(answers[0])
      expect(answers[0].code).toBe(0)
    },
  )

  it('converts to ONNX and back to a saved network', async () => {
    const [there, back] = [join(folder, 'there.onnx'), join(folder, 'back.safetensors')]
    expect((await run(['convert', model, there])).stdout).toBe(`${there}: 3-4-2, float32, as onnx\n`)
    expect(await run(['convert', there, back])).toEqual({
      code: 0,
      stdout: `${back}: 3-4-2, float32, as safetensors\n`,
      stderr: '',
    })
    const loaded = await Network.load(back, { backend: 'typescript' })
    expect(loaded.description).toEqual(network.description)
    expect(sameBits(loaded.parameters, network.parameters)).toBe(true)
  })

  it('says what is wrong with a file that is not a model', async () => {
    const missing = join(folder, 'missing.onnx')
    expect(await run(['convert', missing, join(folder, 'x.safetensors')])).toEqual({
      code: 1,
      stdout: '',
      stderr: `descent: cannot read ${missing}: there is no such file\n`,
    })
  })
})
