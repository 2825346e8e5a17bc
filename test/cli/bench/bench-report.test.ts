import { describe, expect, it } from 'vitest'
import * as library from '#src/backend/backend'
import { chart } from '#src/cli/bench/chart'
import { describe as describeReport, json, type Report } from '#src/cli/bench/report'
import { type Result, resultOf } from '#src/cli/bench/result'
import { backendNames } from '#src/cli/bench/subject'
import { whereFirstWins } from '#src/cli/bench/where'

/** A result by its ratio; TypeScript has 1000 rows a second, and WebAssembly too unless another number is given. */
function resultWith(
  work: Result['work'],
  network: string,
  batch: number,
  ratio: number,
  { rounds = 5, wasm = 1000 } = {},
): Result {
  return { work, network, batch, rounds, speeds: { native: 1000 * ratio, wasm, typescript: 1000 }, ratio }
}
/** The same without native: the ratio is that of WebAssembly. */
function withoutNative({ speeds: { wasm = 0, typescript = 0 }, ...result }: Result): Result {
  return { ...result, speeds: { wasm, typescript }, ratio: wasm / typescript }
}
/** The same with TypeScript alone. */
function typescriptAlone({ speeds: { typescript = 0 }, ...result }: Result): Result {
  return { ...result, speeds: { typescript }, ratio: undefined }
}
/** Those of training, by the ratios at batch 1, 10 and 32. */
const trained = (network: string, ratios: readonly number[]) =>
  ratios.map((ratio, i) => resultWith('training', network, [1, 10, 32][i], ratio))
const answered = (ratios: readonly number[]) =>
  ratios.map((ratio, i) => resultWith('feedforward', ['small', 'middle', 'large'][i], 1, ratio))

describe('a result', () => {
  it('has the medians of the rounds, and their ratio', () => {
    const place = { work: 'training', network: '2-3-1', batch: 1 } as const
    expect(resultOf({ ...place, speeds: { native: [5, 100, 1], wasm: [7], typescript: [4, 1, 3, 2] } })).toEqual({
      ...place,
      rounds: 4,
      speeds: { native: 5, wasm: 7, typescript: 2.5 },
      ratio: 2,
    })
    expect(resultOf({ ...place, speeds: { wasm: [9, 7, 8], typescript: [4, 3, 5] } })).toEqual({
      ...place,
      rounds: 3,
      speeds: { wasm: 8, typescript: 4 },
      ratio: 2,
    })
    expect(resultOf({ ...place, speeds: { typescript: [30, 10, 20] } })).toEqual({
      ...place,
      rounds: 3,
      speeds: { typescript: 20 },
    })
  })

  it('has all backends of the library, in the same order', () => {
    expect(backendNames).toEqual(library.backendNames)
  })
})

describe('the sentence that says where native wins', () => {
  it.each<[string, number[], string]>([
    ['everywhere', [1.2, 2, 3], 'at every batch size with net'],
    ['everywhere, where a ratio is shown as 1.00', [0.996, 2, 3], 'at every batch size with net'],
    ['nowhere', [0.5, 0.7, 0.99], 'at no batch size with net'],
    ['from the second on', [0.9, 1.1, 3], 'from batch 10 on with net'],
    ['from behind the last loss on', [2, 0.9, 3], 'from batch 32 on with net'],
    ['but not in the end', [2, 3, 0.9], 'not even at batch 32 with net'],
  ])('in training: %s', (_name, ratios, place) => {
    expect(whereFirstWins(trained('net', ratios))).toEqual([`In training, native wins ${place}.`])
  })

  it('names networks with the same result together', () => {
    const results = [...trained('a', [0.5, 2, 3]), ...trained('b', [2, 3, 4]), ...trained('c', [0.1, 9, 9])]
    expect(whereFirstWins(results)).toEqual([
      'In training, native wins from batch 10 on with a, c; at every batch size with b.',
    ])
  })

  it.each<[number[], string]>([
    [[1.2, 2, 3], 'with every network'],
    [[0.5, 0.7, 0.9], 'with no network'],
    [[0.5, 2, 3], 'from middle on'],
    [[0.5, 2, 0.9], 'not even with large'],
  ])('of one row, by the network: %j', (ratios, place) => {
    expect(whereFirstWins(answered(ratios))).toEqual([`In feedforward of one row, native wins ${place}.`])
  })

  it('counts a win only over each other backend', () => {
    const results = [1.2, 2, 3].map((ratio, i) => resultWith('training', 'net', [1, 10, 32][i], ratio, { wasm: 1500 }))
    expect(whereFirstWins(results)).toEqual(['In training, native wins from batch 10 on with net.'])
  })

  it('is about wasm if native was not measured', () => {
    const results = [900, 2000, 3000].map((wasm, i) => {
      return withoutNative(resultWith('predict', ['small', 'middle', 'large'][i], 500, 1, { wasm }))
    })
    expect(whereFirstWins(results)).toEqual(['In predict of 500 rows, wasm wins from middle on.'])
    expect(whereFirstWins(results.map((result) => ({ ...result, rounds: 2 })))).toEqual([
      'Fewer than 3 rounds do not say where wasm wins: give more --seconds.',
    ])
  })

  it('is left out if nothing was compared, or too rarely', () => {
    expect(whereFirstWins([])).toEqual([])
    expect(whereFirstWins([typescriptAlone(resultWith('training', 'a', 1, 1))])).toEqual([])
    expect(whereFirstWins([...answered([2, 3]), resultWith('feedforward', 'large', 1, 4, { rounds: 2 })])).toEqual([
      'Fewer than 3 rounds do not say where native wins: give more --seconds.',
    ])
  })
})

const wasm = { loads: true, detail: 'SIMD' } as const
const machine = { version: '1.2.3', node: '20.0.0', platform: 'linux x64', cpu: 'A & B', cores: 2, wasm }
const report: Report = {
  machine: { ...machine, native: { loads: true, detail: 'OpenBLAS' } },
  typescript: 'V8 11',
  threads: 2,
  missing: 4,
  results: [
    resultWith('training', '2-3-1', 1, 0.5),
    resultWith('training', '784-30-10', 128, 1234.5),
    resultWith('feedforward', '2-3-1', 1, 0.25, { wasm: 2000 }),
    resultWith('predict', '2-3-1', 500, 2, { rounds: 6, wasm: 2500 }),
  ],
}

describe('the report', () => {
  it('has a table for each work, and marks where another backend is faster than native', () => {
    expect(describeReport(report).split('\n')).toEqual([
      'descent     1.2.3 on Node 20.0.0, linux x64',
      'processor   A & B, 2 threads at once',
      'native      OpenBLAS; 2 threads',
      'wasm        SIMD',
      'typescript  V8 11',
      '',
      'training, examples a second',
      'network    batch     native   wasm  typescript   ratio',
      '2-3-1          1        500  1,000       1,000    0.50  <',
      '784-30-10    128  1,234,500  1,000       1,000  1234.5',
      '',
      'feedforward of one row, microseconds',
      'network  batch  native   wasm  typescript  ratio',
      '2-3-1        1  4000.0  500.0      1000.0   0.25  <',
      '',
      'predict of 500 rows, rows a second',
      'network  batch  native   wasm  typescript  ratio',
      '2-3-1      500   2,000  2,500       1,000   2.00  <',
      '',
      'Medians of 5 to 6 rounds, in which the backends took turns.',
      'The ratio is the speed of native divided by that of typescript; ' +
        '< marks where another backend is faster than native.',
      'In training, native wins at no batch size with 2-3-1; at every batch size with 784-30-10.',
      'In feedforward of one row, native wins with no network.',
      'In predict of 500 rows, native wins with no network.',
      '4 of 8 measurements had no time: give more --seconds.',
    ])
  })

  const reason = { loads: false, reason: 'there is none' } as const

  it('compares wasm with TypeScript if native does not load, and says why it does not', () => {
    const results = [resultWith('training', '2-3-1', 1, 1, { wasm: 2500 }), report.results[0]].map(withoutNative)
    const reported = { ...report, machine: { ...machine, native: reason }, results, missing: 0 }
    expect(describeReport(reported).split('\n').slice(2)).toEqual([
      'native      there is none',
      'wasm        SIMD',
      'typescript  V8 11',
      '',
      'training, examples a second',
      'network  batch   wasm  typescript  ratio',
      '2-3-1        1  2,500       1,000   2.50',
      '2-3-1        1  1,000       1,000   1.00',
      '',
      'Medians of 5 rounds, in which the backends took turns.',
      'The ratio is the speed of wasm divided by that of typescript; ' +
        '< marks where another backend is faster than wasm.',
      'In training, wasm wins at every batch size with 2-3-1.',
    ])
  })

  it('leaves a cell empty if wasm was not measured with a network', () => {
    const [{ speeds, ...result }, ...results] = report.results
    const { wasm: _, ...others } = speeds
    const lines = describeReport({ ...report, results: [{ ...result, speeds: others }, ...results] }).split('\n')
    expect(lines[8]).toBe('2-3-1          1        500              1,000    0.50  <')
  })

  it('has the reasons and no ratio if only TypeScript was measured', () => {
    const results = [typescriptAlone({ ...report.results[0], rounds: 1 })]
    const wasm = { loads: false, reason: 'no WebAssembly' } as const
    const reported = { ...report, machine: { ...machine, native: reason, wasm }, results, missing: 0 }
    expect(describeReport(reported).split('\n').slice(2)).toEqual([
      'native      there is none',
      'wasm        no WebAssembly',
      'typescript  V8 11',
      '',
      'training, examples a second',
      'network  batch  typescript',
      '2-3-1        1       1,000',
      '',
      'Medians of 1 round, in which the backends took turns.',
    ])
    expect(JSON.parse(json(reported)).results[0]).toMatchObject({
      native: null,
      wasm: null,
      typescript: 1000,
      ratio: null,
    })
  })

  it('is the same as JSON', () => {
    const { results, missing, threads } = JSON.parse(json(report))
    expect({ missing, threads }).toEqual({ missing: 4, threads: 2 })
    const place = { network: '2-3-1', rounds: 5, batch: 1 }
    expect(results[0]).toEqual({
      ...place,
      work: 'training',
      unit: 'rows a second',
      native: 500,
      wasm: 1000,
      typescript: 1000,
      ratio: 0.5,
    })
    expect(results[2]).toEqual({
      ...place,
      work: 'feedforward',
      unit: 'microseconds a row',
      native: 4000,
      wasm: 500,
      typescript: 1000,
      ratio: 0.25,
    })
  })
})

describe('the chart', () => {
  const at = (network: string, batch: number, speeds: Result['speeds']): Result => {
    return { work: 'training', network, batch, rounds: 5, speeds, ratio: undefined }
  }
  const linesOf = (svg: string) =>
    [...svg.matchAll(/<path class="line-(\d)"(?: stroke-dasharray="(.*?)")? d="(.*?)"\/>/g)].map(
      ([, color, dashes, path]) => ({ color, dashes, path }),
    )

  it('has logarithmic scales on both axes', () => {
    // Batches from 88 to 890, powers of ten from 452 up to 82.
    const results = [
      at('a', 1, { native: 10_000, wasm: 1000, typescript: 100 }),
      at('a', 10, { native: 1000, wasm: 10_000, typescript: 1000 }),
      at('a', 100, { native: 100, wasm: 1000, typescript: 10 ** 3.5 }),
      at('b', 10, { native: 200, typescript: 10_000 }),
      resultWith('predict', 'c', 500, 2, { wasm: 1 }),
    ]
    expect(linesOf(chart(results, []))).toEqual([
      { color: '0', dashes: undefined, path: 'M88,82L489,267L890,452' },
      { color: '0', dashes: '2 3', path: 'M88,267L489,82L890,267' },
      { color: '0', dashes: '8 5', path: 'M88,452L489,267L890,174.5' },
      // log10(2) of the way to the next power, which is 185 above.
      { color: '1', dashes: undefined, path: 'M489,396.31Z' },
      { color: '1', dashes: '8 5', path: 'M489,82Z' },
    ])
  })

  it('shows a single speed at a single batch size', () => {
    const [line] = linesOf(chart([at('a', 10, { typescript: 100 })], []))
    expect(line).toEqual({ color: '0', dashes: '8 5', path: 'M489,430Z' })
  })

  it('names its axes, its ticks and its lines', () => {
    const results = [
      at('a', 1, { native: 50_000, wasm: 3000, typescript: 2000 }),
      at('a', 32, { typescript: 2000 }),
      at('b', 1, { wasm: 3000, typescript: 2000 }),
    ]
    const svg = chart(results, ['A & B < C', 'D'])
    const texts = [...svg.matchAll(/<text .*?>(.*?)<\/text>/g)].map(([, content]) => content)
    const lines = ['a, native', 'a, wasm', 'a, typescript', 'b, wasm', 'b, typescript']
    expect(texts).toEqual([
      'Training: examples a second',
      'A &amp; B &lt; C',
      'D',
      ...lines,
      ...['1,000', '10,000', '100,000', 'examples a second'],
      ...['1', '32', 'batch size'],
    ])
  })
})
