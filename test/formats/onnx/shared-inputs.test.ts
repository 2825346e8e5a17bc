import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Dataset, Network, saveOnnx } from '#src/index'
import { temporaryFolder } from '../../support/files.js'
import { runOnnx } from './runtime.js'

it('a copy of the inputs of a dataset, which are in shared memory, is what ONNX Runtime takes', async () => {
  const network = new Network([2, 3], { seed: 1, backend: 'typescript' })
  const path = join(temporaryFolder(), 'model.onnx')
  await saveOnnx(path, network)
  const { inputs } = new Dataset({ inputs: Float32Array.of(0.5, 1, -1, 2), width: 2 })
  if (!(inputs instanceof Float32Array)) throw new Error('the inputs must be stored as float32')
  const outputs = Object.values(await runOnnx(path, inputs.slice(), 2))
  expect(outputs.map(({ dims }) => dims)).toContainEqual([2, 3])
})
