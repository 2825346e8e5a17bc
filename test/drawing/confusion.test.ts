import { describe, expect, it } from 'vitest'
import { confusionColors, confusionRows } from '#src/drawing/confusion'

describe('confusionColors', () => {
  it('scales right answers by their row and wrong answers by the largest wrong share', () => {
    const { cells, largestWrong } = confusionColors([
      [8, 2, 0],
      [1, 19, 0],
      [0, 0, 0],
    ])
    expect(largestWrong).toBe(0.2)
    expect(cells[0][0]).toEqual({ count: 8, share: 0.8, isRight: true, strength: 0.8 })
    expect(cells[0][1]).toEqual({ count: 2, share: 0.2, isRight: false, strength: 1 })
    expect(cells[1][0]).toEqual({ count: 1, share: 0.05, isRight: false, strength: 0.25 })
  })

  it('leaves a row without examples, and a table without mistakes, without color', () => {
    const { cells, largestWrong } = confusionColors([
      [3, 0],
      [0, 0],
    ])
    expect(largestWrong).toBe(0)
    expect(cells.flat().map(({ strength }) => strength)).toEqual([1, 0, 0, 0])
  })
})

describe('confusionRows', () => {
  it('cuts a flat table into the rows of its labels', () => {
    expect(confusionRows(Uint32Array.of(1, 2, 3, 4))).toEqual([
      [1, 2],
      [3, 4],
    ])
  })
})
