import { describe, expect, it } from 'vitest'
import type { Backend, Ranks, Source } from '#src/backend/backend'
import { DataError } from '#src/base/errors'
import { allocate } from '#src/base/memory'
import { type Dtype, type KernelName, kernelNames, kernels } from '#src/program/kernels'
import { type CommandTest, runCommand } from '../support/command.js'
import { type Floats, normals, normwiseError } from '../support/numbers.js'
import { sourceLimits } from './source-limits.case.js'
import { specialValues } from './special-values.case.js'

type Values = CommandTest['values']

/** Shapes with widths of 1, odd edges of every tile size in use, and sizes past the vector and thread grains. */
const counts = [1, 2, 3, 7, 8, 9, 31, 300, 16385, 40000]
const matrices = [
  [1, 1],
  [1, 10],
  [3, 1],
  // So many rows of one output that some are a little below 0.5, where class 0 ends.
  [130, 1],
  [10, 30],
  [7, 33],
  [65, 257],
  [130, 64],
]
const products = [
  [1, 1, 1],
  [10, 30, 784],
  [10, 10, 30],
  [30, 784, 10],
  [10, 784, 30],
  [3, 5, 7],
  [2, 4, 1],
  [9, 6, 2],
  [33, 17, 65],
  [1, 10, 30],
  [5, 1, 3],
  // Tiles of every height, width and remainder, of vectors of eight and of four.
  [11, 8, 23],
  [4, 3, 8],
  [17, 29, 9],
  [20, 53, 31],
  // Rows or columns that are shorter than a vector, so that one matrix is transposed.
  [20, 7, 33],
  [64, 15, 2],
  [35, 63, 7],
  [3, 64, 5],
  // Shared among threads, along rows and columns.
  [600, 20, 200],
  [20, 1030, 129],
  [1, 1030, 2100],
  // Products that OpenBLAS computes at any size, because they have fewer terms or columns than a vector: whole, along rows and along
  // columns, and for one row.
  [40, 60, 3],
  [65, 7, 5],
  [600, 720, 5],
  [20, 21_000, 5],
  [1, 300_001, 7],
]

const both = [false, true]

/** alpha and beta */
const scalings = [
  [1, 0],
  [-0.1, 1],
  [0.5, 0.25],
]

/** Its counts: an element each, or rows and what a row has. */
function shapesOf(kernel: KernelName): Values[] {
  const names = Object.entries(kernels[kernel].operands).flatMap(([name, type]) => (type === 'count' ? [name] : []))
  const [first, second] = names
  if (first === undefined) return [{}]
  if (first === 'rows' && second) return matrices.map(([rows, columns]) => ({ rows, [second]: columns }))
  return (first === 'rows' ? [1, 7, 130] : counts).map((count) => ({ [first]: count }))
}

/** Numbers that a kernel takes besides its counts: each of the shapes is tried with each of them. */
const settings: Partial<Record<KernelName, Values[]>> = {
  sumRows: [
    { alpha: 0.25, beta: 0 },
    { alpha: -0.1, beta: 1 },
  ],
  sumProducts: [
    { alpha: 0.25, beta: 0 },
    { alpha: -0.1, beta: 1 },
    { alpha: 1, beta: 0.5 },
  ],
  penaltyCost: [{ rows: 10 }],
  smoothLabels: [{ share: 0.1 }],
  momentum: [{ momentum: 0.9 }],
  nesterov: [{ momentum: 0.9 }],
  adagrad: [{ epsilon: 1e-10 }],
  rmsprop: [{ decay: 0.99, epsilon: 1e-8 }],
  adam: [0, 0.1].map((weightDecay) => ({ beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay })),
  clipNorm: [{ limit: 0.5 }, { limit: 1e9 }],
  clipValue: [{ limit: 0.5 }, { limit: 1e9 }],
  maxNorm: [{ limit: 2 }, { limit: 1e9 }],
  scaleLearningRate: [{ factor: 0.1 }, { factor: 6 }],
  dropout: [
    { layer: 1, share: 0 },
    { layer: 3, share: 0.3 },
  ],
}

function casesOf(kernel: KernelName): Values[] {
  if (kernel === 'gemm') return gemmCases()
  if (kernel === 'writeNews' || kernel === 'readNews') return [{ size: 3 }]
  if (kernel === 'nextLearningRate') return [{ batchSize: 1 }, { batchSize: 2 }, { batchSize: 10 }]
  return shapesOf(kernel).flatMap((shape) => (settings[kernel] ?? [{}]).map((numbers) => ({ ...shape, ...numbers })))
}

export function gemmCases(): Values[] {
  return products.flatMap(([m, n, k]) => {
    const large = m * n * k > 1e6
    // The plain kernel takes its time over the large products: one way of scaling is enough for them, and one of lying in
    // memory for those of few terms. A row and its transpose lie alike.
    const lies = large && k < 8 ? [[false, true]] : both.flatMap((transA) => both.map((transB) => [transA, transB]))
    return lies
      .filter(([transA]) => !(m === 1 && large && transA))
      .flatMap(([transA, transB]) =>
        (large ? [[-0.1, 1]] : scalings).map(([alpha, beta]) => ({ transA, transB, m, n, k, alpha, beta })),
      )
  })
}

const position = 3
const datasetRows = 200

/** The ranks of a communicator in which another rank has the same numbers. */
const twin: Ranks = {
  sumNow(values) {
    for (let i = 0; i < values.length; i++) values[i] *= 2
  },
}

/** The kernels of the native backend that need MPI. The tests in test/distributed run them, between real processes. */
const needMpi: readonly KernelName[] = ['sumOverRanks', 'readNews']

/** What a run supplies to kernels that reach outside the arena, with an order that is not the order of the rows. */
function sourcesOf(kernel: KernelName, dtype: Dtype, values: Values): Source[] {
  const width = Number(values.width ?? values.classes ?? values.columns ?? 1)
  const order = allocate(Uint32Array, datasetRows).map((_, i) => (i * 77) % datasetRows)
  const Type = dtype === 'float32' ? Float32Array : Float64Array
  const rows = normals(datasetRows * width, 3, kernel)
  switch (kernel) {
    case 'gatherInputs':
    case 'gatherStandardized':
      return [
        { order, inputs: Float32Array.from(rows) },
        { order, inputs: Float64Array.from(rows) },
        { order, inputs: Uint8Array.from(rows, (value) => Math.abs(value * 90)) },
        { inputs: Float32Array.from(rows) },
        { first: 2, order, inputs: Float32Array.from(rows) },
      ]
    case 'gatherTargets':
      return [
        { order, targets: Float32Array.from(rows) },
        { first: 2, targets: Float64Array.from(rows) },
      ]
    case 'gatherWeights':
      return [
        { order, weights: Float32Array.from(rows) },
        { first: 2, weights: Float64Array.from(rows) },
      ]
    case 'oneHot': {
      const labels = Int32Array.from({ length: datasetRows }, (_, i) => (i * 13) % Math.max(2, width))
      return [
        { order, labels },
        { first: 2, labels },
      ]
    }
    case 'nextLearningRate':
      return [0, 2].map((first) => ({ first, learningRates: Float64Array.of(0.5, 0.25, 0.125, 0.0625) }))
    case 'sumOverRanks':
    case 'readNews':
      return [{ ranks: twin }]
    case 'storeOutputs':
      return [{ outputs: new Type((Number(values.rows) + position) * width) }]
    case 'storeClasses':
      return [{ classes: new Int32Array(Number(values.rows) + position) }]
    default:
      return [{}]
  }
}

/** The state of an optimizer is never negative, steps and keys are integers, and no error has been recorded yet. */
function makePossible(views: Readonly<Record<string, Floats>>): void {
  for (const name of ['squares', 'square', 'sizes']) views[name]?.set(views[name].map(Math.abs))
  views.sizes?.fill(0, 0, Math.floor(views.sizes.length / 3))
  views.step?.fill(3)
  views.key?.fill(12_345_678)
  views.bad?.fill(0)
  views.limit?.fill(99)
}

/** Compares every kernel with its plain twin, in guarded memory, with the tolerance from the table. */
export function kernelSuite(backend: Backend): void {
  const alone = kernelNames.filter((kernel) => backend.name !== 'native' || !needMpi.includes(kernel))
  describe.each(alone)('%s', (kernel) => {
    const { tolerance } = kernels[kernel]
    it.each(['float32', 'float64'] as const)(
      'does in %s what its plain twin does, and writes nothing else',
      (dtype) => {
        for (const values of casesOf(kernel)) {
          for (const source of sourcesOf(kernel, dtype, values)) {
            const { actual, expected, strayWrites } = runCommand(backend, {
              kernel,
              dtype,
              values,
              source,
              position,
              prepare: makePossible,
            })
            const where = `${kernel} ${JSON.stringify(values)}`
            expect(strayWrites, where).toEqual([])
            for (const name of Object.keys(actual)) {
              expect(normwiseError(actual[name], expected[name]), `${where}: ${name}`).toBeLessThanOrEqual(
                tolerance[dtype],
              )
            }
          }
        }
      },
    )
  })

  if (backend.name === 'native') {
    it.each(needMpi)('%s needs ranks', (kernel) => {
      const test = { kernel, dtype: 'float32', values: { count: 3, size: 3 }, withPlain: false } as const
      expect(() => runCommand(backend, test)).toThrow(new DataError('the run has no ranks'))
    })
  }

  // So many rows that the native backend shares them. The numbers that a kernel stores have no tolerance.
  it.each(['storeClasses', 'storeOutputs'] as const)('%s does in three threads what its plain twin does', (kernel) => {
    const [rows, columns] = [30_000, 10]
    const source = { classes: new Int32Array(rows), outputs: new Float32Array(rows * columns) }
    const { actual, expected, strayWrites } = runCommand(backend, {
      kernel,
      dtype: 'float32',
      values: { rows, columns },
      source,
      threads: 3,
    })
    expect(strayWrites).toEqual([])
    for (const name of Object.keys(actual)) {
      const different = actual[name].findIndex((number, i) => number !== expected[name][i])
      expect(different, `the first place of ${name} that differs`).toBe(-1)
    }
  })

  it.each(['sumProducts', 'scaleColumns'] as const)('%s does in three threads what its plain twin does', (kernel) => {
    const { actual, expected, strayWrites } = runCommand(backend, {
      kernel,
      dtype: 'float64',
      values: { rows: 300, columns: 1000, alpha: 0.5, beta: 1 },
      threads: 3,
    })
    expect(strayWrites).toEqual([])
    for (const name of Object.keys(actual)) {
      expect(normwiseError(actual[name], expected[name]), name).toBeLessThanOrEqual(kernels[kernel].tolerance.float64)
    }
  })

  specialValues(backend)
  sourceLimits(backend)
}
