/**
 * A second implementation of every kernel, as plain as possible and in float64. Both backends are compared with it. Regions are
 * arrays that the kernel reads and writes; `source` is what the run supplies, and `position` is the current row of the run.
 */

import type { Source } from '#src/backend/backend'
import type { KernelName } from '#src/program/kernels'
import { plainActivations } from './plain-activations.js'
import { plainCosts } from './plain-costs.js'
import { isSilent, plainUpdates } from './plain-updates.js'

// biome-ignore lint/suspicious/noExplicitAny: each kernel reads its own operands, which the table checks
type PlainKernel = (o: any, source: Source, position: number) => void

const place = ({ first = 0 }: Source, position: number) => position - first
const row = (source: Source, position: number) =>
  source.order ? source.order[place(source, position)] : place(source, position)
const at = <T extends number>(array: ArrayLike<T> | undefined, i: number): T => {
  if (!array || i >= array.length) throw new Error('the plain kernel reads outside its source')
  return array[i]
}
const argmax = (values: ArrayLike<number>) => {
  const all = Array.from(values)
  const nan = all.findIndex(Number.isNaN)
  return nan >= 0 ? nan : all.indexOf(Math.max(...all))
}

export const plainKernels: Record<KernelName, PlainKernel> = {
  gatherInputs(o, source, position) {
    for (let r = 0; r < o.rows; r++)
      for (let j = 0; j < o.width; j++)
        o.out[r * o.width + j] = at(source.inputs, row(source, position + r) * o.width + j) * o.scale[0]
  },
  gatherStandardized(o, source, position) {
    for (let r = 0; r < o.rows; r++)
      for (let j = 0; j < o.width; j++) {
        const input = at(source.inputs, row(source, position + r) * o.width + j)
        o.out[r * o.width + j] = (input * o.scale[0] - o.means[j]) * o.factors[j]
      }
  },
  gatherTargets(o, source, position) {
    for (let r = 0; r < o.rows; r++)
      for (let j = 0; j < o.width; j++)
        o.out[r * o.width + j] = at(source.targets, row(source, position + r) * o.width + j)
  },
  oneHot(o, source, position) {
    for (let r = 0; r < o.rows; r++)
      for (let c = 0; c < o.classes; c++)
        o.out[r * o.classes + c] = at(source.labels, row(source, position + r)) === (o.classes === 1 ? 1 : c) ? 1 : 0
  },
  gatherWeights(o, source, position) {
    for (let r = 0; r < o.rows; r++) o.out[r] = at(source.weights, row(source, position + r))
  },
  gemm({ transA, transB, m, n, k, alpha, beta, scale, a, b, out }) {
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0
        for (let p = 0; p < k; p++)
          sum += (transA ? a[p * m + i] : a[i * k + p]) * (transB ? b[j * k + p] : b[p * n + j])
        const old = beta === 0 ? 0 : beta * out[i * n + j]
        out[i * n + j] = old + alpha * scale[0] * sum
      }
  },
  addBias(o) {
    for (let r = 0; r < o.rows; r++) for (let j = 0; j < o.columns; j++) o.out[r * o.columns + j] += o.bias[j]
  },
  ...plainActivations,
  subtract(o) {
    for (let i = 0; i < o.count; i++) o.out[i] = o.a[i] - o.b[i]
  },
  ...plainCosts,
  sumRows(o) {
    for (let j = 0; j < o.columns; j++) {
      let sum = 0
      for (let r = 0; r < o.rows; r++) sum += o.in[r * o.columns + j]
      o.out[j] = (o.beta === 0 ? 0 : o.beta * o.out[j]) + o.alpha * o.scale[0] * sum
    }
  },
  sumProducts(o) {
    for (let j = 0; j < o.columns; j++) {
      let sum = 0
      for (let r = 0; r < o.rows; r++) sum += o.a[r * o.columns + j] * o.b[r * o.columns + j]
      o.out[j] = (o.beta === 0 ? 0 : o.beta * o.out[j]) + o.alpha * o.scale[0] * sum
    }
  },
  scaleColumns(o) {
    for (let i = 0; i < o.rows * o.columns; i++) o.out[i] = o.in[i] * o.factors[i % o.columns]
  },
  penaltyCost(o) {
    for (let i = 0; i < o.count; i++) o.sum[0] += o.rows * (o.l1[0] * Math.abs(o.w[i]) + (o.l2[0] / 2) * o.w[i] ** 2)
  },
  addPenalty(o) {
    for (let i = 0; i < o.count; i++) o.gradient[i] += o.l1[0] * Math.sign(o.w[i]) + o.l2[0] * o.w[i]
  },
  ...plainUpdates,
  dropout(o, _source, position) {
    for (let r = 0; r < o.rows; r++) {
      for (let j = 0; j < o.columns; j++) {
        const i = r * o.columns + j
        o.out[i] = isSilent(o, position + r, j) ? 0 : o.in[i] / (1 - o.share)
      }
    }
  },
  scaleLearningRate(o) {
    o.out[0] = o.factor * o.learningRate[0]
  },
  nextLearningRate(o, source, position) {
    o.out[0] = at(source.learningRates, Math.floor(place(source, position) / o.batchSize))
  },
  // special-values.case.ts tests that the kernel throws if the cost is not finite or above the limit.
  watchCost(o) {
    o.before[0] = o.sum[0]
  },
  clear(o) {
    o.out.fill(0)
  },
  writeNews(o) {
    o.out.set([o.sum[0] - o.before[0], 0, o.vote[0]])
  },
  sumOverRanks(o, source) {
    source.ranks?.sumNow(o.values)
  },
  readNews(o) {
    o.sum[0] = o.before[0] + (o.news[0] + o.news[1])
    o.stop[0] = o.news[2]
  },
  storeOutputs(o, source, position) {
    for (let i = 0; i < o.rows * o.columns; i++) if (source.outputs) source.outputs[position * o.columns + i] = o.a[i]
  },
  storeClasses(o, source, position) {
    for (let r = 0; r < o.rows; r++) {
      const outputs = o.a.subarray(r * o.columns, (r + 1) * o.columns)
      const answer = o.columns > 1 ? argmax(outputs) : Number(!(outputs[0] < 0.5))
      if (source.classes) source.classes[position + r] = answer
    }
  },
}
