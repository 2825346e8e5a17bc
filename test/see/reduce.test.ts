import { describe, expect, it } from 'vitest'
import {
  type CurvePoint,
  maxCurvePoints,
  maxEpochs,
  nothingLater,
  type SessionEvent,
  type State,
} from '#src/see/protocol'
import { addPoint, divideAt, reduce } from '#src/see/reduce'

const position = { epoch: 1, done: 0, rows: 100, batches: 0, shown: 0, examplesPerSecond: 0, fastest: 0 }
const state: State = {
  session: 'a',
  event: 4,
  backend: { name: 'typescript', detail: '', reason: '' },
  shape: {
    inputs: 2,
    layers: [1],
    activations: ['sigmoid'],
    cost: 'quadratic',
    parameters: 3,
    dtype: 'float32',
    picture: undefined,
    inputNames: undefined,
    classes: undefined,
  },
  settings: undefined,
  data: { name: 'rows', training: 100, test: 10 },
  digits: undefined,
  phase: 'idle',
  pace: 'full',
  position,
  curve: [],
  epochs: [],
  later: nothingLater,
  lastEpoch: undefined,
  moments: [],
  writer: 'me',
  problem: undefined,
}

const learned = (number: number, cost: number): SessionEvent => ({
  number,
  type: 'learned',
  position: { ...position, batches: number },
  point: { batches: number, cost },
})

describe('reduce', () => {
  it('applies the next event and counts it', () => {
    const next = reduce(state, learned(5, 0.5))
    expect(next.event).toBe(5)
    expect(next.curve).toEqual([{ batches: 5, cost: 0.5 }])
    expect(next.position.batches).toBe(5)
  })

  it('sets a member to undefined', () => {
    expect(reduce(state, { number: 5, type: 'set', state: { writer: undefined } }).writer).toBeUndefined()
  })

  it('ignores an event that is part of the state already', () => {
    const next = reduce(state, learned(5, 0.5))
    expect(reduce(next, learned(5, 0.5))).toBe(next)
    expect(reduce(next, learned(3, 0.1))).toBe(next)
  })

  const epochAt = (number: number) => ({
    number,
    cost: 1 / number,
    learningRate: 3,
    accuracy: undefined,
    validation: undefined,
    training: undefined,
  })

  it('keeps what came later when the network is set back, there and further back, until it takes another way', () => {
    const addBatch = (from: State, batches: number) =>
      reduce(from, {
        number: from.event + 1,
        type: 'learned',
        position: { ...position, batches },
        point: { batches, cost: 1 / batches },
      })
    let full: State = { ...state, epochs: [epochAt(1), epochAt(2)] }
    for (let batches = 1; batches <= 20; batches++) full = addBatch(full, batches)
    const back = (from: State, epoch: number, done: number, batches: number): State => {
      const place = { ...position, epoch, done, batches }
      return reduce(from, {
        number: from.event + 1,
        type: 'set',
        state: { position: place, ...divideAt(from, place) },
      })
    }
    const batchesOf = (points: readonly CurvePoint[]) => points.map(({ batches }) => batches)
    const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

    const middle = back(full, 2, 40, 14)
    expect(batchesOf(middle.curve)).toEqual(range(1, 14))
    expect(batchesOf(middle.later.curve)).toEqual(range(15, 20))
    expect([middle.epochs.length, middle.later.epochs.length]).toEqual([1, 1])
    const start = back(middle, 1, 0, 0)
    expect([start.curve, start.epochs]).toEqual([[], []])
    expect(batchesOf(start.later.curve)).toEqual(range(1, 20))
    // All of it is there again at the end.
    const end = back(start, 2, 100, 20)
    expect(end.curve).toEqual(full.curve)
    expect(end.epochs).toEqual(full.epochs)
    expect(end.later).toEqual(nothingLater)

    // Another way from the middle begins where the past ends, and nothing of the way before is left.
    const other = reduce(middle, {
      number: middle.event + 1,
      type: 'learned',
      position: { ...position, epoch: 2, done: 10, batches: 15 },
      point: { batches: 15, cost: 9 },
    })
    expect(batchesOf(other.curve)).toEqual(range(1, 15))
    expect(other.curve.at(-1)?.cost).toBe(9)
    expect(other.later).toEqual(nothingLater)
  })

  it('keeps the last epochs', () => {
    let next = state
    for (let number = 1; number <= maxEpochs + 3; number++) {
      const epoch = {
        number,
        cost: 1,
        learningRate: 3,
        accuracy: undefined,
        validation: undefined,
        training: undefined,
      }
      next = reduce(next, { number: state.event + number, type: 'epochs', epochs: [epoch] })
    }
    expect(next.epochs.map(({ number }) => number)).toEqual(Array.from({ length: maxEpochs }, (_, i) => i + 4))
  })

  it('refuses an event after a gap', () => {
    expect(() => reduce(state, learned(6, 0.5))).toThrow('event 6 follows event 4: events are missing')
  })
})

describe('addPoint', () => {
  it('keeps the highest and the lowest cost when it halves, and the order', () => {
    const costAt = (index: number) => (index === 777 ? 100 : index === 1203 ? -100 : (index * 7919) % 31)
    let curve: readonly CurvePoint[] = []
    for (let batches = 0; batches < 3 * maxCurvePoints; batches++) {
      curve = addPoint(curve, { batches, cost: costAt(batches) })
      expect(curve.length).toBeLessThanOrEqual(maxCurvePoints)
    }
    expect(curve).toContainEqual({ batches: 777, cost: 100 })
    expect(curve).toContainEqual({ batches: 1203, cost: -100 })
    expect(curve.every(({ batches }, index) => index === 0 || batches > curve[index - 1].batches)).toBe(true)
  })
})
