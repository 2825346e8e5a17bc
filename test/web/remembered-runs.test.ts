import { expect, it } from 'vitest'
import { noRuns, remember } from '../../web/views/settling/remembered-runs.js'

const settings = {
  hidden: [15],
  activation: 'sigmoid',
  output: 'sigmoid',
  cost: 'quadratic',
  seed: 1,
  learningRate: 3,
  batchSize: 10,
  epochs: 30,
  l2: 0,
  shuffledLabels: false,
} as const
const movement = (changed: object, ...epochs: number[]) => ({
  settings: { ...settings, ...changed },
  epochs: Float64Array.from(epochs),
  histogram: undefined,
  batch: undefined,
})

it('remembers a run with the true labels beside one with shuffled labels', () => {
  const first = remember(noRuns, movement({}, 1, 2, 3, 4, 5))
  const both = remember(first, movement({ shuffledLabels: true }, 6, 7, 8, 9, 10))
  expect([...(both.true?.epochs ?? [])]).toEqual([1, 2, 3, 4, 5])
  expect([...(both.shuffled?.epochs ?? [])]).toEqual([6, 7, 8, 9, 10])
})

it('keeps what it has while a new run has moved nothing yet', () => {
  const first = remember(noRuns, movement({}, 1, 2, 3, 4, 5))
  expect(remember(first, movement({ shuffledLabels: true }))).toBe(first)
})

it('forgets a run that cannot be compared, because another setting differs', () => {
  const first = remember(noRuns, movement({}, 1, 2, 3, 4, 5))
  const other = remember(first, movement({ shuffledLabels: true, hidden: [30] }, 6, 7, 8, 9, 10))
  expect(other.true).toBeUndefined()
  expect([...(other.shuffled?.epochs ?? [])]).toEqual([6, 7, 8, 9, 10])
})

it('remembers nothing of a network that was not made from settings', () => {
  expect(remember(noRuns, { ...movement({}, 1, 2, 3, 4, 5), settings: undefined })).toBe(noRuns)
})
