import { describe, expect, it } from 'vitest'
import type { Backend } from '#src/backend/backend'
import { isCompiled } from '#src/backend/wasm/gemm'
import { heapWith } from '#src/backend/wasm/heap'
import { loadModule, type WebAssemblyApi } from '#src/backend/wasm/module'
import { createWasmBackend } from '#src/backend/wasm/wasm'
import type { FloatArray } from '#src/base/memory'
import { describeNetwork } from '#src/compile/spec'
import { createEngine } from '#src/engine/engine'
import { predict } from '#src/engine/evaluate'
import { initialize } from '#src/engine/layers'
import { DataError, Dataset, Network } from '#src/index'
import type { KernelName } from '#src/program/kernels'
import { backend } from '../support/backends.js'
import { type CommandTest, runCommand } from '../support/command.js'
import { normals, sameBits } from '../support/numbers.js'
import { gemmCases } from './kernels.case.js'

const here = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly

/** A wasm backend that uses WebAssembly as it is in this process, with changes. */
function createBackend(changes: Partial<WebAssemblyApi> = {}, shared = true): Backend {
  const loaded = loadModule({ ...namesOf(here), ...changes }, shared)
  if ('reason' in loaded) throw new Error(loaded.reason)
  return createWasmBackend(loaded.module)
}

function namesOf({ validate, Module, Instance, Memory }: WebAssemblyApi): WebAssemblyApi {
  return { validate, Module, Instance, Memory }
}

const copying = 'in copies, where there is no memory for heaps'

/** Backends whose memory is of different kinds, as on different machines and pages. */
const kinds: Record<string, () => Backend> = {
  'in shared memory, which grows': () => createBackend(),
  'in memory of a fixed size': () => createBackend({}, false),
  [copying]: () => createBackend({ Memory: onlySmall() }),
}

/** Memory that refuses more than a page at first, as where the address space is too small. Only heaps ask for more. */
function onlySmall(): WebAssemblyApi['Memory'] {
  return class {
    constructor(limits: { initial: number; maximum?: number; shared?: boolean }) {
      if (limits.shared || limits.initial > 1) throw new RangeError('WebAssembly.Memory(): could not allocate memory')
      // biome-ignore lint/correctness/noConstructorReturn: the memory must be one that instances accept
      return new here.Memory(limits)
    }
  } as unknown as WebAssemblyApi['Memory']
}

describe('products', () => {
  it.each(Object.entries(kinds))('have the same bits as those of copies: %s', (_name, create) => {
    const ours = create()
    const theirs = kinds[copying]()
    for (const values of gemmCases().filter(({ m, n }) => Number(m) * Number(n) < 100_000)) {
      const test = { kernel: 'gemm', dtype: 'float32', values, withPlain: false } as const
      const inPlace = runCommand(ours, { ...test, inPlace: true })
      expect(inPlace.strayWrites).toEqual([])
      expect(sameBits(inPlace.actual.out, runCommand(theirs, test).actual.out), JSON.stringify(values)).toBe(true)
    }
  })
})

it('products with many weights are computed in the same way for one row and for as many as are answered at once', () => {
  const product = { kernel: 'gemm', transA: false, transB: true, alpha: 1, beta: 0 } as const
  const compiled: boolean[] = []
  for (const n of [1, 1000, 22_000, 23_000, 24_000, 2 ** 20]) {
    for (const k of [1, 1000, 22_000, 23_000, 24_000, 2 ** 20]) {
      const [one, many] = [1, 256].map((m) => isCompiled({ ...product, m, n, k }))
      expect(one, `${n} x ${k}`).toBe(many)
      compiled.push(one)
    }
  }
  expect(new Set(compiled)).toEqual(new Set([true, false]))
})

it('products are compiled unless both matrices are transposed', () => {
  const compiled = (transA: boolean, transB: boolean) =>
    isCompiled({ kernel: 'gemm', transA, transB, alpha: 1, beta: 0, m: 3, n: 4, k: 5 })
  expect([compiled(false, false), compiled(false, true), compiled(true, false)]).toEqual([true, true, true])
  expect(compiled(true, true)).toBe(false)
})

describe('elements in a heap', () => {
  const [ours, theirs] = [createBackend(), backend('typescript')]

  const extremes = [0, -0, Number.NaN, 1e-45, -1e-45, 3e38, -3e38, 88.7, -87.4, -103.9, -104.1, -700, -745, 1e9]
  const special = [...extremes, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  // TypeScript computes fewer than 16 elements.
  const counts = [1, 15, 16, 17, 18, 19, 20, 21, 22, 23, 40_000].map((count) => ({ count }))
  const matrices = [1, 2, 3, 4, 7, 50].flatMap((columns) => [1, 17].map((rows) => ({ rows, columns })))

  it.each<[KernelName, string, readonly CommandTest['values'][]]>([
    ['sigmoid', 'z', counts],
    ['relu', 'z', counts],
    ['reluBackward', 'a', counts],
    ['addBias', 'out', matrices],
  ])('get from %s what TypeScript computes, to the last bit', (kernel, input, shapes) => {
    for (const values of shapes) {
      const test: CommandTest = {
        kernel,
        dtype: 'float32',
        values,
        withPlain: false,
        prepare({ [input]: numbers }) {
          for (let i = 0; i < numbers.length; i++) numbers[i] *= 10 ** (i % 3)
          numbers.set(special.slice(0, numbers.length))
        },
      }
      const { actual, strayWrites } = runCommand(ours, { ...test, inPlace: true })
      expect(strayWrites).toEqual([])
      const { actual: expected } = runCommand(theirs, test)
      for (const [name, numbers] of Object.entries(actual)) {
        expect(sameBits(numbers, expected[name]), `${name} of ${JSON.stringify(values)}`).toBe(true)
      }
    }
  })

  it('are converted from bytes as TypeScript converts them, to the last bit', () => {
    // TypeScript converts rows of fewer than 96 bytes.
    for (const width of [1, 17, 95, 96, 97, 111, 112, 300, 784]) {
      const inputs = Uint8Array.from({ length: 20 * width }, (_, i) => (i * 7919) % 256)
      const order = Uint32Array.from({ length: 20 }, (_, i) => (i * 7) % 20)
      for (const source of [{ inputs }, { inputs, order }, { inputs, order, first: 1 }]) {
        const test = {
          kernel: 'gatherInputs',
          dtype: 'float32',
          values: { rows: 3, width },
          source,
          position: 2,
          withPlain: false,
        } as const
        const { actual, strayWrites } = runCommand(ours, { ...test, inPlace: true })
        expect(strayWrites).toEqual([])
        expect(sameBits(actual.out, runCommand(theirs, test).actual.out), `rows of ${width}`).toBe(true)
      }
      const tooFew = {
        kernel: 'gatherInputs',
        dtype: 'float32',
        values: { rows: 3, width },
        source: { inputs },
        position: 18,
        withPlain: false,
      } as const
      expect(() => runCommand(ours, { ...tooFew, inPlace: true }), `rows of ${width}`).toThrow(
        new DataError('row 20 of the dataset: it has 20'),
      )
    }
  })
})

describe('the memory of a network', () => {
  const data = new Dataset({
    inputs: Float32Array.from(normals(3000 * 7, 1)),
    width: 7,
    labels: new Int32Array(3000).map((_, i) => i % 3),
  })

  /** Trains and answers with batches that need more and more memory. */
  async function useOf(name: string): Promise<FloatArray[]> {
    const selection = { backend: kinds[name](), reason: 'a test' }
    const engine = createEngine(describeNetwork([7, 300, 3]), { dtype: 'float32', selection, threads: 1 })
    initialize(engine, 3)
    const hasHeap = name !== copying
    const held = engine.parameters.subarray(5, 9)
    expect(heapWith(held as Float32Array) !== undefined).toBe(hasHeap)
    const answers: FloatArray[] = []
    for (const rows of [1, 17, 300, 3000]) {
      const job = {
        task: 'gradients',
        rows,
        answers: 'labels',
        source: { inputs: data.inputs, labels: data.labels },
        size: rows,
        scalars: { inputScale: 1 },
      } as const
      await engine.run(job)
      answers.push(engine.read(job, 'gradient').slice(), await predict(engine, data.slice(0, rows)))
      // What a user writes through a view from the beginning must have an effect in the end.
      held[0] += 1
      expect(engine.parameters[5]).toBe(held[0])
    }
    return answers
  }

  it.each(Object.keys(kinds))('never detaches a view, and gives the same bits: %s', async (name) => {
    const expected = await useOf(copying)
    const actual = await useOf(name)
    expect(actual.map(({ length }) => length)).toEqual(expected.map(({ length }) => length))
    for (const [i, numbers] of actual.entries()) expect(sameBits(numbers, expected[i]), `answer ${i}`).toBe(true)
  })

  it('cannot be transferred, where it is not shared', () => {
    const parameters = createBackend({}, false).allocateParameters('float32', 10)
    const { buffer } = parameters
    expect(buffer).toBeInstanceOf(ArrayBuffer)
    try {
      // Node 20 copies the buffer, and browsers throw an error.
      structuredClone(buffer, { transfer: [buffer as ArrayBuffer] })
    } catch (error) {
      expect(error).toBeInstanceOf(DOMException)
    }
    expect(parameters.length).toBe(10)
  })

  it('gives the same bits in and out of heaps, where there are more networks than heaps', async () => {
    const networks = Array.from(
      { length: 1100 },
      (_, seed) => new Network([3, 4, 2], { seed: seed % 2, backend: 'wasm' }),
    )
    const inHeaps = networks.filter(({ parameters }) => heapWith(parameters as Float32Array)).length
    expect(inHeaps).toBeGreaterThan(500)
    expect(inHeaps).toBeLessThanOrEqual(1000)
    const answers = networks.map((network) => network.feedforward([1, -2, 3]))
    for (const [i, answer] of answers.entries()) expect(sameBits(answer, answers[i % 2])).toBe(true)
  })
})

describe('the WebAssembly module', () => {
  const fail = (error: Error) =>
    class {
      constructor() {
        throw error
      }
    } as unknown as WebAssemblyApi['Module']

  it('is for shared memory where there is any', () => {
    const loaded = loadModule()
    expect('module' in loaded && loaded.module.shared).toBe(true)
  })

  it('says why it is not available', () => {
    Reflect.deleteProperty(globalThis, 'WebAssembly')
    try {
      expect(loadModule()).toEqual({ reason: 'this JavaScript engine has no WebAssembly' })
    } finally {
      Object.assign(globalThis, { WebAssembly: here })
    }
    const withoutVectors = { ...namesOf(here), validate: () => false }
    expect(loadModule(withoutVectors)).toEqual({
      reason: 'the WebAssembly of this JavaScript engine has no vector instructions',
    })
    const message =
      "WebAssembly.Module(): Refused to compile or instantiate WebAssembly module because 'unsafe-eval' is not allowed"
    expect(loadModule({ ...namesOf(here), Module: fail(new Error(message)) })).toEqual({
      reason: `WebAssembly cannot be used here (${message})`,
    })
    const noMemory = fail(new RangeError('WebAssembly.Memory(): could not allocate memory')) as unknown
    expect(loadModule({ ...namesOf(here), Memory: noMemory as WebAssemblyApi['Memory'] })).toEqual({
      reason: 'WebAssembly cannot be used here (WebAssembly.Memory(): could not allocate memory)',
    })
  })
})
