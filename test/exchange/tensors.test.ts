import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  Dataset,
  dense,
  Network,
  OptionError,
  parametersFrom,
  readSafetensors,
  tensorsOf,
  writeSafetensors,
} from '#src/index'
import { temporaryFolder } from '../support/files.js'
import { normals, sameBits } from '../support/numbers.js'
import { expectNear, outputErrors } from '../support/rounding.js'

const folder = temporaryFolder()
const answers = JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/models/answers.json'), 'utf8'))
// With biases that are not zero.
const description = {
  inputs: 3,
  layers: [dense(4, 'relu'), dense(2, 'softmax')],
  cost: 'cross-entropy',
  initializer: 'normal',
} as const
const network = new Network(description, { seed: 1 })

describe('tensorsOf and parametersFrom', () => {
  it.each([
    ['descent', 'layers.0.weights 4x3, layers.0.biases 4, layers.1.weights 2x4, layers.1.biases 2'],
    ['torch', 'layers.0.weight 4x3, layers.0.bias 4, layers.1.weight 2x4, layers.1.bias 2'],
    ['keras', 'layers.0.kernel 3x4, layers.0.bias 4, layers.1.kernel 4x2, layers.1.bias 2'],
    ['sklearn', 'coefs_0 3x4, intercepts_0 4, coefs_1 4x2, intercepts_1 2'],
  ] as const)('convert to the layout of %s and back bit for bit', (layout, shapes) => {
    const tensors = tensorsOf(network, { layout })
    expect(
      Object.entries(tensors)
        .map(([name, { shape }]) => `${name} ${shape.join('x')}`)
        .join(', '),
    ).toBe(shapes)
    expect(sameBits(parametersFrom(tensors, description, { layout }), network.parameters)).toBe(true)
  })

  it('transpose: weight (output 2, input 1) is kernel [1][2]', () => {
    const kernel = tensorsOf(network, { layout: 'keras' })['layers.0.kernel']
    expect(kernel.data[1 * 4 + 2]).toBe(network.layers[0].weights[2 * 3 + 1])
  })

  it('find layers by their numbers, not by the order of the names', () => {
    const sizes = [2, ...new Array<number>(11).fill(2)]
    const deep = new Network(sizes, { seed: 5 })
    const names = sizes.slice(1).map((_, index) => `net.${3 * index}`)
    const sorted = Object.fromEntries(Object.entries(tensorsOf(deep, { layout: 'torch', names })).sort())
    expect(Object.keys(sorted)[3]).toBe('net.12.weight')
    expect(sameBits(parametersFrom(sorted, sizes, { layout: 'torch' }), deep.parameters)).toBe(true)
  })

  it('fold the standardization of inputs into the first layer', () => {
    const standardized = new Network(description, { seed: 2, dtype: 'float64' })
    const x = Float64Array.from(normals(60, 1), (value, i) => 5 * value + (i % 3))
    standardized.standardize(new Dataset({ inputs: x, width: 3 }))
    const parameters = parametersFrom(tensorsOf(standardized, { layout: 'torch' }), description, { layout: 'torch' })
    const plain = new Network(description, { parameters, dtype: 'float64' })
    expectNear(plain.feedforward(x), standardized.feedforward(x), outputErrors(plain, x))
  })

  it('take other names, and layers without biases', () => {
    const names = ['first', { weights: 'last/kernel:0' }]
    const bare = new Network(description, { seed: 1 })
    bare.layers[1].biases.fill(0)
    const tensors = tensorsOf(bare, { layout: 'keras', names })
    expect(Object.keys(tensors)).toEqual(['first.kernel', 'first.bias', 'last/kernel:0'])
    expect(sameBits(parametersFrom(tensors, description, { layout: 'keras', names }), bare.parameters)).toBe(true)
    expect(() => tensorsOf(network, { layout: 'keras', names })).toThrow(
      new OptionError('names[1] has no biases, but layer 2 has'),
    )
  })

  const torch = () => ({ ...tensorsOf(network, { layout: 'torch' }) })
  it.each<[string, () => unknown, string]>([
    [
      'a layer too few',
      () => parametersFrom(torch(), [3, 4, 2, 2], { layout: 'torch' }),
      'the tensors (layers.0.weight, layers.0.bias, layers.1.weight, layers.1.bias) are not 3 numbered layers, such as layers.0.weight: list the layers with the option names, from first to last',
    ],
    [
      'a tensor too many',
      () => parametersFrom({ ...torch(), 'norm.scale': { shape: [1], data: [1] } }, [3, 4, 2], { layout: 'torch' }),
      'the tensor norm.scale belongs to no layer: list the layers with the option names, from first to last',
    ],
    [
      'another shape',
      () => parametersFrom(torch(), [4, 3, 2], { layout: 'torch' }),
      'the tensor layers.0.weight has the shape [4, 3], expected [3, 4]',
    ],
    [
      'a number that is not finite',
      () => {
        const tensors = tensorsOf(new Network(description), { layout: 'torch' })
        tensors['layers.1.weight'].data[5] = Number.NaN
        return parametersFrom(tensors, description, { layout: 'torch' })
      },
      'the tensor layers.1.weight has NaN at place 5, expected finite numbers',
    ],
    [
      'a tensor that is missing',
      () => parametersFrom(torch(), [3, 4, 2], { layout: 'torch', names: ['layers.0', 'out'] }),
      'the tensor out.weight is missing; the tensors are layers.0.weight, layers.0.bias, layers.1.weight, layers.1.bias',
    ],
    [
      'names that are too few',
      () => parametersFrom(torch(), [3, 4, 2], { layout: 'torch', names: ['out'] }),
      'names must have one name for each of the 2 layers, not 1',
    ],
    [
      'a description that lies',
      () => parametersFrom(torch(), [1e9, 1e6, 1], { layout: 'torch', names: ['layers.0', 'layers.1'] }),
      'description needs 1000000002000001 parameters, the tensors have 26 numbers',
    ],
    [
      'another layout',
      () => parametersFrom(torch(), [3, 4, 2], { layout: 'jax' as 'torch' }),
      'layout must be one of descent, torch, keras, sklearn, not "jax"',
    ],
  ])('refuse %s with an error message', (_name, attempt, problem) => {
    expect(attempt).toThrow(new OptionError(problem))
  })
})

describe('weights of scikit-learn', () => {
  it.each(['sklearn-three', 'sklearn-two'])('%s gives the same probabilities', (name) => {
    const { coefs, intercepts, activation, output, rows, answers: expected } = answers[name]
    const tensors = Object.fromEntries(
      coefs.flatMap((matrix: number[][], i: number) => [
        [`coefs_${i}`, { shape: [matrix.length, matrix[0].length], data: Float64Array.from(matrix.flat()) }],
        [`intercepts_${i}`, { shape: [intercepts[i].length], data: Float64Array.from(intercepts[i]) }],
      ]),
    )
    const outputs = intercepts[intercepts.length - 1].length
    const last = output === 'logistic' ? dense(outputs, 'sigmoid') : dense(outputs, output)
    const layers = [...intercepts.slice(0, -1).map((biases: number[]) => dense(biases.length, activation)), last]
    const model = { inputs: coefs[0].length, layers }
    const parameters = parametersFrom(tensors, model, { layout: 'sklearn' })
    const network = new Network(model, { parameters, dtype: 'float64' })
    // For two classes scikit-learn has one output, the probability of the second.
    const probabilities = outputs === 1 ? expected.map(([, yes]: number[]) => yes) : expected.flat()
    expectNear(network.feedforward(rows), probabilities, outputErrors(network, rows.flat()))
  })
})

const python = '/usr/bin/python3'
const hasTorch = spawnSync(python, ['-c', 'import torch']).status === 0

/** A minimal reader and writer of safetensors for F32, written from the specification. */
const torchRoundTrip = `
import json, struct, sys, numpy, torch
source, target = sys.argv[1:]
data = open(source, 'rb').read()
size = struct.unpack('<Q', data[:8])[0]
header = json.loads(data[8:8 + size])
header.pop('__metadata__', None)
state = {name: torch.from_numpy(numpy.frombuffer(data[8 + size + t['data_offsets'][0]:8 + size + t['data_offsets'][1]], '<f4').reshape(t['shape']).copy()) for name, t in header.items()}
model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 2), torch.nn.Softmax(dim=1))
model.load_state_dict(state)
rows = torch.tensor([[0.5, -1.0, 2.0], [1.0, 0.25, -3.0]])
print(json.dumps(model(rows).flatten().tolist()))
out, blobs, offset = {}, [], 0
for name, value in model.state_dict().items():
    blob = value.numpy().astype('<f4').tobytes()
    out[name] = {'dtype': 'F32', 'shape': list(value.shape), 'data_offsets': [offset, offset + len(blob)]}
    blobs.append(blob)
    offset += len(blob)
text = json.dumps(out).encode()
open(target, 'wb').write(struct.pack('<Q', len(text)) + text + b''.join(blobs))
`

describe('weights of PyTorch', () => {
  it.skipIf(!hasTorch)(
    `go there and back${hasTorch ? '' : ' [not here: no /usr/bin/python3 with torch]'}`,
    async () => {
      const [there, back] = [join(folder, 'there.safetensors'), join(folder, 'back.safetensors')]
      await writeSafetensors(there, { tensors: tensorsOf(network, { layout: 'torch', names: ['0', '2'] }) })
      const { stdout, stderr, status } = spawnSync(python, ['-c', torchRoundTrip, there, back], { encoding: 'utf8' })
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
      const x = [0.5, -1, 2, 1, 0.25, -3]
      expectNear(JSON.parse(stdout), network.feedforward(x), outputErrors(network, x))
      const { tensors } = await readSafetensors(back)
      expect(sameBits(parametersFrom(tensors, description, { layout: 'torch' }), network.parameters)).toBe(true)
    },
  )
})
