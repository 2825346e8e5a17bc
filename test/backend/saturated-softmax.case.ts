import { describe, expect, it } from 'vitest'
import type { Backend } from '#src/backend/backend'
import type { KernelName } from '#src/program/kernels'
import { runCommand } from '../support/command.js'
import { exactly, exp, ln, one, over, times, toNumber } from '../support/high-precision.js'
import { normwiseError } from '../support/numbers.js'

const total = (values: bigint[]) => values.reduce((sum, value) => sum + value, 0n)

/** -sum(y ln a + (1 - y) ln(1 - a)) with a = softmax(z), and its derivatives by z, term by term as they are defined. */
function defined(z: readonly number[]): (desired: readonly number[]) => { cost: number; slopes: number[] } {
  const exponentials = z.map((value) => exp(exactly(value - Math.max(...z))))
  const a = exponentials.map((e) => over(e, total(exponentials)))
  const [logs, logsOfRest] = [a.map(ln), a.map((aj) => ln(one - aj))]
  return (desired) => {
    const y = desired.map(exactly)
    const costs = y.map((yj, j) => -times(yj, logs[j]) - times(one - yj, logsOfRest[j]))
    const g = a.map((aj, j) => over(one - y[j], one - aj) - over(y[j], aj))
    const mean = total(a.map((aj, j) => times(aj, g[j])))
    return { cost: toNumber(total(costs)), slopes: a.map((ai, i) => toNumber(times(ai, g[i] - mean))) }
  }
}

const logits = [
  ...[0, 1, 30, 80, 200, 800].flatMap((gap) => [
    [gap, 0],
    [-0.25, gap + 0.5],
    [gap, 0.5, -0.25],
    [-0.25, 0.5, gap],
    [-gap, gap, 0, 0.5 - gap],
  ]),
  [800, 800, 0],
  [0, 0, 0, 0, 0],
  [0, -800, -800.5, -801],
]

/** Targets for this many outputs: one class, a share for each, none, all, and arbitrary numbers. */
const answers = (width: number): number[][] => [
  ...Array.from({ length: width }, (_, label) => Array.from({ length: width }, (_, j) => Number(j === label))),
  ...Array.from({ length: width }, (_, label) =>
    Array.from({ length: width }, (_, j) => (j === label ? 0.9375 : 0.03125)),
  ),
  Array.from({ length: width }, () => 0),
  Array.from({ length: width }, () => 1),
  Array.from({ length: width }, (_, j) => 0.75 - 0.125 * j),
]

const cases = logits.flatMap((z) => {
  const exact = defined(z)
  return answers(z.length).map((y) => ({ z, y, ...exact(y) }))
})

/** The cross-entropy of softmax outputs, from equal logits to logits 1600 apart. */
export function saturatedSoftmax(backend: Backend): void {
  describe.each(['float32', 'float64'] as const)('the cross-entropy of softmax outputs in %s', (dtype) => {
    const run = (kernel: KernelName, z: readonly number[], y: readonly number[]) =>
      runCommand(backend, {
        kernel,
        dtype,
        values: { rows: 1, columns: z.length },
        prepare: (views) => {
          views.z.set(z)
          views.y.set(y)
          views.weights?.fill(1)
          views.sum?.fill(0)
        },
      }).actual

    it('costs what high precision says, down to the smallest costs and up to the largest', () => {
      for (const { z, y, cost } of cases) {
        const { sum } = run('softmaxCrossEntropyCost', z, y)
        expect(normwiseError(sum, [cost]), `z ${z}, y ${y}`).toBeLessThanOrEqual(1e-14)
      }
    })

    it('has the slopes that high precision says', () => {
      const round = dtype === 'float32' ? Math.fround : (value: number) => value
      for (const { z, y, slopes } of cases) {
        const { out } = run('softmaxCrossEntropyBackward', z, y)
        const error = normwiseError(out, slopes.map(round))
        expect(error, `z ${z}, y ${y}: ${out}, not ${slopes}`).toBeLessThanOrEqual(dtype === 'float32' ? 2e-6 : 1e-14)
      }
    })

    it('is NaN where a logit is, and in no other row', () => {
      const bad = [Number.NaN, 1, 2]
      for (const z of [bad, [1, Number.NaN, 2], [2, 1, Number.NaN], [Number.NaN, Number.NaN, 0]]) {
        expect([...run('softmaxCrossEntropyBackward', z, [0, 1, 0]).out]).toEqual([Number.NaN, Number.NaN, Number.NaN])
        expect([...run('softmaxCrossEntropyCost', z, [0, 1, 0]).sum]).toEqual([Number.NaN])
      }
      const { out } = runCommand(backend, {
        kernel: 'softmaxCrossEntropyBackward',
        dtype,
        values: { rows: 2, columns: 3 },
        prepare: ({ z, y }) => {
          z.set([...bad, 800, 0, 0])
          y.set([0, 1, 0, 1, 0, 0])
        },
      }).actual
      expect([...out].map((value) => value + 0)).toEqual([Number.NaN, Number.NaN, Number.NaN, 0, 0, 0])
    })
  })
}
