import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { readSafetensors, type Tensors, writeSafetensors } from '#src/formats/safetensors'
import { Dataset, Network } from '#src/index'
import { failure, temporaryFolder } from '../support/files.js'

const folder = temporaryFolder()
const path = join(folder, 'checkpoint-000003-000000000.safetensors')
const examples = new Dataset({ inputs: Float32Array.of(1, 2, 3, 4), width: 2, labels: [0, 1] })
const options = {
  learningRate: 0.1,
  optimizer: { name: 'sgd', momentum: 0.9 },
  checkpoint: { folder, resume: true, keep: 9 },
} as const
const create = () => new Network([2, 2], { seed: 1, backend: 'typescript' })
let saved: Tensors

beforeAll(async () => {
  await create().fit(examples, { ...options, epochs: 2 })
  saved = await readSafetensors(path)
})

const resume = () => failure(create().fit(examples, { ...options, epochs: 2 }))

it.each<[string, (run: Record<string, unknown>) => unknown, string]>([
  ['a member that is missing', ({ best, ...run }) => run, '"best" in its run state'],
  ['a member of another name', ({ factor, ...run }) => ({ ...run, facter: factor }), '"factor" in its run state'],
  ['a member that is unknown', (run) => ({ ...run, waitet: 1 }), '"waitet" in its run state'],
  ['a number that is null', (run) => ({ ...run, sum: null }), '"sum" in its run state'],
  ['an epoch without history', (run) => ({ ...run, epoch: 4 }), '"history" in its run state'],
  ['a plan that is not JSON', (run) => ({ ...run, plan: '{' }), '"plan" in its run state'],
  ['nothing', () => null, 'its run state'],
])('a checkpoint with %s is refused', async (_name, change, what) => {
  const run = JSON.stringify(change(JSON.parse(saved.metadata.run)))
  await writeSafetensors(path, { ...saved, metadata: { ...saved.metadata, run } })
  expect(await resume()).toBe(`ModelError: ${path} cannot be resumed: ${what} is damaged`)
})

it('a checkpoint whose optimizer state has another type is refused', async () => {
  const { data } = saved.tensors['run.optimizer']
  const write = (tensor: Tensors['tensors'][string]) =>
    writeSafetensors(path, { ...saved, tensors: { ...saved.tensors, 'run.optimizer': tensor } })
  const shape = [data.length]
  await write({ dtype: 'I32', shape, data: new Int32Array(data.length) })
  expect(await resume()).toBe(
    `ModelError: ${path} is not a model of descent: the tensor run.optimizer is I32, not F32 or F64`,
  )
  await write({ dtype: 'F64', shape, data: new Float64Array(data.length) })
  expect(await resume()).toBe(`ModelError: ${path} lacks the tensors of its run`)
})
