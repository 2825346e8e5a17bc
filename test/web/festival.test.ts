import { describe, expect, it } from 'vitest'
import { cases, decide, learn, outputsOver } from '../../web/views/perceptron/festival.js'

const logistic = (z: number) => 1 / (1 + Math.exp(-z))

describe('the festival decision', () => {
  it('is made for eight cases, as in note 001', () => {
    const choosy = decide({ weights: [6, 2, 2], threshold: 5, sharpness: 1 })
    expect(choosy.map(({ sum }) => sum)).toEqual([0, 2, 2, 4, 6, 8, 8, 10])
    expect(choosy.map(({ step }) => step)).toEqual([0, 0, 0, 0, 1, 1, 1, 1])
    const eager = decide({ weights: [6, 2, 2], threshold: 3, sharpness: 1 })
    expect(eager.map(({ step }) => step)).toEqual([0, 0, 0, 1, 1, 1, 1, 1])
  })

  it('is to stay if the sum equals the threshold', () => {
    expect(decide({ weights: [6, 2, 2], threshold: 6, sharpness: 1 })[4]).toMatchObject({
      sum: 6,
      step: 0,
      sigmoid: 0.5,
    })
  })

  it('is made by a sigmoid neuron with the same weights, times the sharpness', () => {
    for (const sharpness of [1, 3]) {
      const found = decide({ weights: [6, -2, 2], threshold: 5, sharpness })
      for (const { sum, sigmoid } of found) expect(sigmoid).toBeCloseTo(logistic(sharpness * (sum - 5)), 12)
    }
  })

  it('has curves on which the cases lie', () => {
    const decision = { weights: [6, 2, 2], threshold: 5, sharpness: 2 }
    const { sums, sigmoid, step } = outputsOver([0, 10], decision, 11)
    expect(sums).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    for (const found of decide(decision)) {
      expect(sigmoid[found.sum]).toBeCloseTo(found.sigmoid, 12)
      expect(step[found.sum]).toBe(found.step)
    }
  })
})

describe('the perceptron rule', () => {
  it('finds weights that decide as someone wants', () => {
    const answers = [0, 0, 0, 1, 1, 1, 1, 1]
    const lesson = learn(answers)
    expect(lesson.converged).toBe(true)
    expect(decide({ ...lesson, sharpness: 1 }).map(({ step }) => step)).toEqual(answers)
  })

  it('finds weights whenever there are any', () => {
    for (let number = 0; number < 256; number++) {
      const { converged, separable } = learn(cases.map((_, i) => (number >> i) & 1))
      expect(converged).toBe(separable)
    }
  })

  it('says that there are none', () => {
    expect(learn(cases.map(([weather, friend]) => weather ^ friend))).toMatchObject({
      converged: false,
      separable: false,
    })
  })
})
