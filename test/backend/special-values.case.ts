import { describe, expect, it } from 'vitest'
import type { Backend, Source } from '#src/backend/backend'
import type { KernelName } from '#src/program/kernels'
import { type CommandTest, runCommand } from '../support/command.js'
import type { Floats } from '../support/numbers.js'

type Values = CommandTest['values']

/** What both backends must do with NaN, infinities and saturation. */
export function specialValues(backend: Backend): void {
  const { NaN: nan, POSITIVE_INFINITY: infinity } = Number
  describe.each(['float32', 'float64'] as const)('the written NaN policy in %s', (dtype) => {
    const run = (kernel: KernelName, values: Values, regions: Record<string, number[]>, source: Source = {}) => {
      const prepare = (views: Readonly<Record<string, Floats>>) => {
        for (const [name, numbers] of Object.entries(regions)) views[name].set(numbers)
      }
      return runCommand(backend, { kernel, dtype, values, prepare, source }).actual
    }

    it('sigmoid is right for NaN, infinities and huge arguments, at every place of a vector', () => {
      const special = [nan, infinity, -infinity, 1e4, -1e4, 0, -0, 88.8, -88.8]
      const z = Array.from({ length: 45 }, (_, i) => special[(i * 4 + Math.floor(i / 9)) % 9])
      const { out } = run('sigmoid', { count: 45 }, { z })
      for (let i = 0; i < z.length; i++) {
        const exact = 1 / (1 + Math.exp(-z[i]))
        if (Number.isNaN(z[i])) expect(out[i]).toBeNaN()
        else expect(Math.abs(out[i] - exact), `sigmoid(${z[i]})`).toBeLessThan(1e-7)
        if (Math.abs(z[i]) >= 1e4) expect(out[i]).toBe(z[i] > 0 ? 1 : 0)
      }
    })

    it.each(['tanh', 'relu', 'leakyRelu', 'elu', 'selu', 'gelu', 'silu', 'mish', 'softplus', 'step'] as const)(
      '%s has its limits for infinities and huge arguments, and NaN for NaN',
      (kernel) => {
        const limits = {
          tanh: [-1, 1],
          relu: [0, infinity],
          leakyRelu: [-infinity, infinity],
          elu: [-1, infinity],
          selu: [(dtype === 'float32' ? Math.fround : Number)(-1.7580993408473768), infinity],
          gelu: [0, infinity],
          silu: [0, infinity],
          mish: [0, infinity],
          softplus: [0, infinity],
          step: [0, 1],
        }[kernel]
        const { out } = run(kernel, { count: 5 }, { z: [-infinity, infinity, nan, -1e4, 1e4] })
        expect([...out.slice(0, 3)].map((value) => value + 0)).toEqual([...limits, nan])
        const [low, high] = limits.map((limit, i) => (Number.isFinite(limit) ? limit : (2 * i - 1) * 1e4))
        expect(out[3] + 0).toBeCloseTo(kernel === 'leakyRelu' ? -100 : low, 3)
        expect(out[4]).toBeCloseTo(kernel === 'selu' ? 1.0507009873554805 * high : high, 2)
      },
    )

    it('a NaN among the logits makes the whole row of a softmax NaN, and no other row', () => {
      const { out } = run('softmax', { rows: 3, columns: 2 }, { z: [nan, 1, 1, nan, 1e4, -1e4] })
      expect([...out]).toEqual([nan, nan, nan, nan, 1, 0])
    })

    it('gemm gives NaN for 0 x NaN and 0 x infinity', () => {
      const shape = { transA: false, transB: false, m: 3, n: 5, k: 2, alpha: 1, beta: 0 }
      for (const bad of [nan, infinity]) {
        const b = [bad, 1, 1, 1, 1, 1, 1, 1, 1, 1]
        const { out } = run('gemm', shape, { scale: [1], a: [0, 0, 0, 0, 0, 0], b })
        expect([...out].map(Number.isNaN)).toEqual([0, 1, 2].flatMap(() => [true, false, false, false, false]))
      }
    })

    it('beta = 0 overwrites NaN, beta = 1 keeps it', () => {
      const shape = { transA: false, transB: false, m: 1, n: 1, k: 1, alpha: 1 }
      const regions = { scale: [1], a: [2], b: [3], out: [nan] }
      expect(run('gemm', { ...shape, beta: 0 }, regions).out[0]).toBe(6)
      expect(run('gemm', { ...shape, beta: 1 }, regions).out[0]).toBeNaN()
      const sums = { scale: [1], in: [2, 3], out: [nan] }
      expect(run('sumRows', { rows: 2, columns: 1, alpha: 1, beta: 0 }, sums).out[0]).toBe(5)
      expect(run('sumRows', { rows: 2, columns: 1, alpha: 1, beta: 1 }, sums).out[0]).toBeNaN()
    })

    it('storeClasses gives a row with a NaN to the NaN, and equal outputs to the first', () => {
      const classes = new Int32Array(2)
      run('storeClasses', { rows: 2, columns: 2 }, { a: [1, nan, 5, 5] }, { classes })
      expect([...classes]).toEqual([1, 0])
    })

    it('storeClasses takes a single output for class 1 from 0.5 up, and a NaN too', () => {
      const outputs = [0.5, 0.5 - 2 ** -24, 0.3, 1, -3, infinity, -infinity, nan]
      const { actual } = runCommand(backend, {
        kernel: 'storeClasses',
        dtype,
        values: { rows: 8, columns: 1 },
        source: { classes: new Int32Array(8) },
        prepare: (views) => views.a.set(outputs),
      })
      expect([...actual.classes]).toEqual([1, 0, 0, 1, 0, 1, 0, 1])
    })

    it('costs are finite for saturated neurons', () => {
      const { sum } = run(
        'sigmoidCrossEntropyCost',
        { rows: 1, columns: 4 },
        { weights: [1], z: [800, -800, 800, -800], y: [1, 0, 0, 1], sum: [0] },
      )
      expect(sum[0]).toBe(1600)
      const likelihood = run(
        'softmaxCrossEntropyCost',
        { rows: 2, columns: 2 },
        { weights: [1, 2], z: [800, -800, 800, -800], y: [1, 0, 0, 1], sum: [0] },
      )
      expect(likelihood.sum[0]).toBe(3200)
    })

    /** What watchCost does in row 30 of a run, with 4 rows a batch. */
    const watch = (sum: number, limit: number) => {
      const regions: Readonly<Record<string, Floats>>[] = []
      const prepare = (views: Readonly<Record<string, Floats>>) => {
        views.sum.fill(sum)
        views.limit.fill(limit)
        views.before.fill(1000)
        views.bad.fill(0)
        regions.push(views)
      }
      const test: CommandTest = { kernel: 'watchCost', dtype, values: { rows: 4 }, position: 30, prepare }
      return { run: () => runCommand(backend, test), regions }
    }

    it.each([nan, infinity, -infinity])('watchCost ends the run where the cost is %d, and notes the place', (sum) => {
      const { run, regions } = watch(sum, infinity)
      expect(run).toThrow('the cost is not finite at row 30 of the run')
      expect([regions[0].before[0], regions[0].bad[0]]).toEqual([1000, 31])
    })

    it('watchCost ends the run where the mean cost of a batch is above the limit, but not where it equals the limit', () => {
      const above = watch(1040.5, 10)
      expect(above.run).toThrow('the cost is above its limit at row 30 of the run')
      expect([above.regions[0].before[0], above.regions[0].bad[0]]).toEqual([1000, 31])
      for (const [sum, limit] of [
        [1040, 10],
        [-5, 10],
        [1e308, infinity],
      ]) {
        const { run, regions } = watch(sum, limit)
        run()
        expect([regions[0].before[0], regions[0].bad[0]]).toEqual([sum, 0])
      }
    })

    it('writeNews keeps the cost of a batch to 14 digits, though its numbers may be float32', () => {
      const { out } = run(
        'writeNews',
        { size: 3 },
        { sum: [1000 + Math.PI], before: [1000], vote: [1], out: [0, 0, 0] },
      )
      expect(Math.abs(out[0] + out[1] - Math.PI)).toBeLessThan(1e-12)
      expect(out[2]).toBe(1)
    })

    it('a NaN in the gradient is neither clipped away nor spread', () => {
      expect([...run('clipValue', { count: 3, limit: 1 }, { gradient: [nan, 5, -5] }).gradient]).toEqual([nan, 1, -1])
      expect([...run('clipNorm', { count: 2, limit: 1 }, { gradient: [nan, 5] }).gradient]).toEqual([nan, 5])
    })

    it("rprop's steps grow to 50 and no further, and shrink to a millionth and no further", () => {
      const { sizes, parameters } = run(
        'rprop',
        { count: 4 },
        {
          learningRate: [0.1],
          gradient: [1, -1, 1, -1],
          previous: [2, -2, -2, 2],
          sizes: [49, 49, 1.5e-6, 1.5e-6],
          parameters: [0, 0, 0, 0],
        },
      )
      expect([...sizes]).toEqual([50, 50, 1e-6, 1e-6].map(dtype === 'float32' ? Math.fround : Number))
      expect([...parameters]).toEqual([-50, 50, 0, 0])
    })

    it.each([-0.34, 0.34])(
      'the exponential behind sigmoid errs by rounding alone where its series is longest, at %d',
      (r) => {
        // Far out 1 / (1 + exp(-z)) is exp(z) to the last bit, and r is what ln 2 leaves of z. A wrong sign in the last term of
        // the series is smaller than a rounding, yet it is always to the same side.
        const z = Array.from({ length: 4000 }, (_, i) => -(60 + (i % 20)) * Math.LN2 + r + 1e-6 * i)
        const exact = (dtype === 'float32' ? z.map(Math.fround) : z).map(Math.exp)
        const { out } = run('sigmoid', { count: z.length }, { z })
        const mean = out.reduce((sum, value, i) => sum + (value / exact[i] - 1), 0) / z.length
        expect(Math.abs(mean)).toBeLessThan(dtype === 'float32' ? 3e-8 : 5e-17)
      },
    )

    it('penalties have no slope at weight 0, and NaN weights give NaN', () => {
      const { gradient } = run('addPenalty', { count: 3 }, { l1: [1], l2: [1], w: [0, nan, -2], gradient: [0, 0, 0] })
      expect([...gradient]).toEqual([0, nan, -3])
    })
  })
}
