import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  Dataset,
  dense,
  loadOnnx,
  Network,
  parametersFrom,
  readSafetensors,
  saveJavaScript,
  saveOnnx,
  tensorsOf,
  writeSafetensors,
} from 'descent-nn'

// Points in a ring or inside it.
const points = Array.from({ length: 300 }, (_, i) => [(3 * i) % 20, (7 * i) % 23].map((x) => x / 10 - 1))
const labels = points.map(([x, y]) => (x * x + y * y > 0.6 ? 1 : 0))
const description = { inputs: 2, layers: [dense(8, 'tanh'), dense(2, 'softmax')], cost: 'cross-entropy' }
const network = new Network(description, { seed: 1 })
network.labelNames = ['within', 'ring']
await network.fit(new Dataset({ inputs: points, labels }), { epochs: 60, learningRate: 0.3 })

const folder = await mkdtemp(join(tmpdir(), 'models-'))
const file = (name) => join(folder, name)
const shown = (answers) => Array.from(answers, (answer) => answer.toFixed(4)).join(' ')
const point = [0.9, -0.4]
console.log('descent:    ', shown(network.feedforward(point)))

// To ONNX and back, with the same bits.
await saveOnnx(file('ring.onnx'), network)
const back = await loadOnnx(file('ring.onnx'))
console.log('ONNX:       ', shown(back.feedforward(point)), back.labelNames.join(' '))

// To a JavaScript module that needs no package.
await saveJavaScript(file('ring.mjs'), network)
const { classify, predict } = await import(pathToFileURL(file('ring.mjs')))
console.log('JavaScript: ', shown(predict(point)), classify(point).label)

// To PyTorch: nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2), nn.Softmax(dim=1)), and back.
await writeSafetensors(file('ring.safetensors'), {
  tensors: tensorsOf(network, { layout: 'torch', names: ['0', '2'] }),
})
const { tensors } = await readSafetensors(file('ring.safetensors'))
console.log(
  'tensors:    ',
  Object.entries(tensors)
    .map(([name, { shape }]) => `${name} ${shape.join('x')}`)
    .sort()
    .join(', '),
)
const parameters = parametersFrom(tensors, description, { layout: 'torch' })
console.log('PyTorch:    ', shown(new Network(description, { parameters }).feedforward(point)))

await rm(folder, { recursive: true })
