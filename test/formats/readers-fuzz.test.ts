import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Dataset } from '#src/data/dataset'
import { readSafetensors, writeSafetensors } from '#src/formats/safetensors'
import { dense, loadOnnx, Network, parametersFrom, readNpz, saveOnnx, tensorsOf, writeNpz } from '#src/index'
import { temporaryFolder } from '../support/files.js'
import { bytesWritten, fuzzReaders, type Reader, wrongLength } from '../support/fuzz.js'

const folder = temporaryFolder()
const written = (write: (path: string) => Promise<unknown>) => bytesWritten(folder, write)

const spec = { inputs: 3, layers: [dense(4, 'relu'), dense(2, 'softmax')], cost: 'cross-entropy' } as const
const examples = new Dataset({
  inputs: Float32Array.from({ length: 60 }, (_, i) => Math.sin(i)),
  width: 3,
  labels: Int32Array.from({ length: 20 }, (_, i) => i % 2),
})

function network(): Network {
  const made = new Network(spec, { seed: 1 })
  made.standardize(examples)
  made.labelNames = ['no', 'yes']
  return made
}

/** Checks that a network from a file has all its numbers, and answers rows. */
function wrongNetwork(read: Network): string | undefined {
  const { inputs, layers } = read.description
  let columns = inputs
  for (const [index, { weights, biases }] of read.layers.entries()) {
    const { outputs } = layers[index]
    const wrong = wrongLength('weights', [outputs, columns], weights) ?? wrongLength('biases', [outputs], biases)
    if (wrong) return wrong
    columns = outputs
  }
  const answers = read.feedforward(new Float32Array(inputs))
  return answers.length === columns ? undefined : `${answers.length} answers of ${columns}`
}

const training = { epochs: 3, batchSize: 6, learningRate: 0.1, optimizer: { name: 'sgd', momentum: 0.9 } } as const
const checkpointName = 'checkpoint-000002-000000000.safetensors'

/** A run at the start of its second epoch. */
async function checkpoint(): Promise<Buffer> {
  const run = join(folder, 'run')
  rmSync(run, { recursive: true, force: true })
  await network().fit(examples, { ...training, checkpoint: { folder: run } })
  return readFileSync(join(run, checkpointName))
}

const readers: Reader[] = [
  {
    name: 'safetensors',
    make: () =>
      written((path) =>
        writeSafetensors(path, {
          tensors: {
            w: { dtype: 'F32', shape: [5, 12], data: new Float32Array(60).fill(0.5) },
            b: { dtype: 'U8', shape: [3], data: Uint8Array.of(1, 2, 3) },
          },
          metadata: { format: 'pt' },
        }),
      ),
    async read(path) {
      const { tensors } = await readSafetensors(path)
      return Object.entries(tensors)
        .map(([name, { shape, data }]) => wrongLength(name, shape, data))
        .find(Boolean)
    },
  },
  {
    name: 'a model',
    make: () => written((path) => network().save(path)),
    place: /is not a model of descent: /,
    read: async (path) => wrongNetwork(await Network.load(path)),
  },
  {
    name: 'a checkpoint',
    file: checkpointName,
    make: checkpoint,
    place:
      /is not a model of descent: |is from another run: |lacks the tensors|cannot be resumed: |has no state of a training run$/,
    async read(path) {
      const run = join(folder, 'resumed')
      rmSync(run, { recursive: true, force: true })
      mkdirSync(run)
      writeFileSync(join(run, checkpointName), readFileSync(path))
      const resumed = network()
      try {
        const history = await resumed.fit(examples, { ...training, checkpoint: { folder: run, resume: true } })
        if (history.map(({ number }) => number).join() !== '1,2,3')
          return `epochs ${history.map(({ number }) => number)}`
      } catch (error) {
        // Other numbers may be valid, but not every one can be resumed from.
        if (error instanceof Error && error.name === 'DivergedError') return undefined
        if (error instanceof Error) error.message = error.message.replaceAll(run, path.slice(0, path.lastIndexOf('/')))
        throw error
      }
      return wrongNetwork(resumed)
    },
  },
  ...['ours', 'torch-mlp', 'torch-unfolded'].map(
    (name): Reader => ({
      name: `ONNX, ${name}`,
      make: () =>
        name === 'ours'
          ? written((path) => saveOnnx(path, network()))
          : readFileSync(join(import.meta.dirname, `../fixtures/models/${name}.onnx`)),
      place: /its graph has \d+ inputs|its (in|out)puts? |is not a model of descent: |names of classes|the output "/,
      read: async (path) => wrongNetwork(await loadOnnx(path)),
    }),
  ),
  ...(['torch', 'keras', 'sklearn'] as const).map(
    (layout): Reader => ({
      name: `.npz of ${layout}`,
      make: () =>
        written((path) => {
          const arrays = Object.entries(tensorsOf(new Network(spec, { seed: 1 }), { layout })).map(
            ([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data as Float32Array) }],
          )
          return writeNpz(path, Object.fromEntries(arrays))
        }),
      async read(path) {
        const arrays = await readNpz(path)
        try {
          return wrongNetwork(new Network(spec, { parameters: parametersFrom(arrays, spec, { layout }) }))
        } catch (error) {
          // The message names the tensor, not the file.
          if (error instanceof Error) error.message = `${path}: ${error.message}`
          throw error
        }
      },
      place: /the tensors? /,
    }),
  ),
]

fuzzReaders(readers)
