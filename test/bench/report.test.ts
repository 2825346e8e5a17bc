import { describe, expect, it } from 'vitest'
import { drawChart } from '../../bench/report/chart.js'
import { type Measurement, type Report, speedAgainst } from '../../bench/report/measurement.js'
import { ratiosOf } from '../../bench/report/ratios.js'
import { formatFigure, formatReport, formatTable } from '../../bench/report/table.js'
import { largestDifference, median, quantile } from '../../bench/statistics.js'

const base = { part: 'training', case: 'a & b', unit: 'examples/s', better: 'more' } as const
const native: Measurement = { ...base, contender: 'native', rounds: [1000, 10, 100], others: { examples: 50_000 } }
const slow: Measurement = { ...base, contender: '<slow>', rounds: [5], others: { accuracy: '0.9000' } }
const report: Report = {
  machine: { processor: '2 x X', backend: 'native: Y', node: 'Node 20' },
  rounds: 3,
  threads: 1,
  data: 'MNIST',
  versions: { native: '1' },
  measurements: [native, slow],
  refusals: [{ contender: 'torch', where: 'does not run', reason: 'python has no torch' }],
  notes: ['a note'],
}

describe('statistics', () => {
  it('find the median of numbers in any order, also between the two middle ones', () => {
    expect(median([10, 9, 100])).toBe(10)
    expect(median([4, 1, 3, 2])).toBe(2.5)
    expect(quantile([0, 10, 20, 30, 40], 0.9)).toBe(36)
    expect(() => median([])).toThrow('there is no quantile of no numbers')
  })

  it('find every difference: large ones, NaN, and different lengths', () => {
    expect(largestDifference([0.5, 0.25], [0.5, 0.125])).toBe(0.125)
    expect(largestDifference([110], [100])).toBe(0.1)
    expect(largestDifference([0, Number.NaN, 0], [0, 1, 0])).toBe(Number.POSITIVE_INFINITY)
    expect(largestDifference([0, 0], [0])).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('the chart', () => {
  it('draws a bar for the median of each contender', () => {
    // 100 and 5 on an axis from 1 to 100, 520 pixels long.
    const widths = [...drawChart(report).matchAll(/<rect class="(\w+)" x="144" y="\d+" width="([\d.]+)"/g)]
    expect(widths.map(([, kind, width]) => [kind, width])).toEqual([
      ['native', '520'],
      ['peer', '181.73'],
    ])
  })

  it('escapes all text', () => {
    const chart = drawChart(report)
    expect(chart).toContain('>&lt;slow&gt;</text>')
    expect(chart).toContain('>a &amp; b</text>')
    expect(chart).not.toContain('<slow>')
  })

  it('is not drawn without measurements', () => {
    expect(() => drawChart({ ...report, measurements: [] })).toThrow(
      'there is nothing to draw: no contender was measured',
    )
  })
})

describe('the ratios', () => {
  const of = (name: string, contender: string, ...rounds: number[]): Measurement => {
    return { ...base, case: name, contender, rounds }
  }

  it('compare each backend with its peers, a line for each case', () => {
    const lines = ratiosOf([
      of('a', 'native', 90, 110, 100),
      of('a', 'native on 2 threads', 160),
      of('a', 'wasm', 50),
      of('a', 'typescript', 20),
      of('a', 'plain loop', 4),
      of('a', 'bare loop in C', 55),
      of('a', 'numpy', 18),
      of('a', 'tfjs wasm', 0.5),
      { ...of('b', 'native', 2), better: 'less' },
      { ...of('b', 'bare loop in C', 1.5), better: 'less' },
      of('c', 'numpy', 1),
      { ...of('d', 'native', 1), part: 'kernels' },
      { ...of('d', 'numpy', 2), part: 'kernels' },
    ])
    expect(lines).toEqual([
      'a: native takes 0.55 x the time of the bare loop, is 5.6 x numpy, 200 x tfjs wasm; 2 threads are 1.6 x native; ' +
        'wasm is 2.5 x typescript, 100 x tfjs wasm; typescript is 5 x plain loop, 40 x tfjs wasm',
      'b: native takes 1.3 x the time of the bare loop',
    ])
  })
})

describe('the table', () => {
  it('keeps three significant digits', () => {
    const figures = [1234.5, 12.345, 0.12345, 0.00012345, 7, 123_456, 'as it is']
    expect(figures.map(formatFigure)).toEqual(['1,235', '12.3', '0.123', '1.23e-4', '7', '123,456', 'as it is'])
  })

  it('aligns columns and escapes bars', () => {
    expect(formatTable(['name', 'n'], [['a|b', '10000']])).toBe('| name |     n |\n| ---- | ----: |\n| a\\|b | 10000 |')
  })

  it('gives speeds relative to the first contender, whether more or less is better', () => {
    expect(speedAgainst(slow, native)).toBe(0.05)
    expect(speedAgainst({ ...slow, better: 'less' }, { ...native, better: 'less' })).toBe(20)
  })

  it('shows each contender, those that did not run, and the notes', () => {
    const text = formatReport(report)
    expect(text.split('\n\n').slice(1)).toEqual([
      'medians of 3 interleaved rounds, one thread, float32; data: MNIST',
      'versions: native 1',
      [
        '| a & b  | examples/s |      rounds | speed / native | examples | accuracy |',
        '| ------ | ---------: | ----------: | -------------: | -------: | -------: |',
        '| native |        100 | 10 to 1,000 |          1.000 |   50,000 |          |',
        '| <slow> |          5 |             |          0.050 |          |   0.9000 |',
      ].join('\n'),
      'a note',
      'torch (does not run): python has no torch',
    ])
  })

  it('states the number of threads', () => {
    expect(formatReport({ ...report, threads: 2 })).toContain('interleaved rounds, 2 threads, float32')
    expect(drawChart({ ...report, threads: 2 })).toContain('medians of 3 rounds; 2 threads; MNIST')
  })

  it('shows a line for each kernel and a column for each contender', () => {
    const kernel = { ...base, part: 'kernels', case: 'gemm', unit: 'GFLOP/s' } as const
    const measurements = [
      { ...kernel, contender: 'native', rounds: [20] },
      { ...kernel, contender: 'typescript', rounds: [1.5] },
      { ...kernel, case: 'other', contender: 'typescript', rounds: [2] },
    ]
    expect(formatReport({ ...report, measurements })).toContain(
      [
        '| kernel |    unit | native | typescript |',
        '| ------ | ------: | -----: | ---------: |',
        '| gemm   | GFLOP/s |     20 |        1.5 |',
        '| other  | GFLOP/s |        |          2 |',
      ].join('\n'),
    )
  })
})
