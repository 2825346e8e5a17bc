import { describe, expect, it } from 'vitest'
import { costsAlong, costsOver, dropBall, placeAt, slopes, valleys } from '../../web/views/downhill/landscape.js'
import { isOver, rollOf } from '../../web/views/downhill/roll.js'

/** Lets a ball roll down the parabola, and returns how it moves in the end. */
async function roll(learningRate: number, steps: number) {
  const ball = dropBall(slopes.parabola, [-2])
  for (let i = 0; i < steps; i++) await ball.step({ learningRate })
  return ball.trail
}

describe('a slope', () => {
  it('is the parabola (w - 1)^2 / 2 for a linear neuron, with the slope w - 1', () => {
    expect(placeAt(slopes.parabola, [-2])).toEqual({ weights: [-2], cost: 4.5, gradient: [-3] })
    const [first, middle, last] = costsAlong(slopes.parabola, 3)
    expect([first.weights, middle.weights, last.weights]).toEqual([[-3], [1], [5]])
    expect([first.cost, middle.cost, last.cost]).toEqual([8, 0, 8])
  })

  it('makes the steps of gradient descent', async () => {
    const trail = await roll(0.5, 2)
    expect(trail.map(({ weights }) => weights[0])).toEqual([-2, -0.5, 0.25])
  })

  it.each([
    [0.05, 'crawls'],
    [0.4, 'rolls'],
    [1.85, 'overshoots'],
    [2.1, 'diverges'],
  ] as const)('with the learning rate %s the ball %s', async (rate, how) => {
    expect(rollOf(await roll(rate, 3))).toBe(how)
  })

  it('ends when the ball lies still, or is far away', async () => {
    const still = await roll(1, 1)
    expect([rollOf(still), isOver(still[1])]).toEqual(['settled', true])
    const away = await roll(2.1, 90)
    expect(isOver(away[90])).toBe(true)
    expect(isOver(away[10])).toBe(false)
  })

  it('keeps the ball where it was if a step is not finite', async () => {
    const ball = dropBall(slopes.parabola, [-2])
    await ball.step({ learningRate: 1e308 })
    await ball.step({ learningRate: 1e308 })
    expect(ball.hasDiverged()).toBe(true)
    expect(ball.trail.at(-1)?.cost).toBeGreaterThan(0)
  })
})

describe('a valley', () => {
  it.each(Object.entries(valleys))('%s has a gradient that fits its costs', (_, landscape) => {
    const [x, y] = [0.7, -1.1]
    const { gradient } = placeAt(landscape, [x, y])
    const step = 1e-5
    const slope = (dx: number, dy: number) =>
      (placeAt(landscape, [x + dx, y + dy]).cost - placeAt(landscape, [x - dx, y - dy]).cost) / (2 * step)
    expect(gradient[0]).toBeCloseTo(slope(step, 0), 6)
    expect(gradient[1]).toBeCloseTo(slope(0, step), 6)
  })

  it('has its costs row by row', () => {
    const { values, columns } = costsOver(valleys.valley, 4)
    expect(values[columns + 2]).toBe(placeAt(valleys.valley, [1, -1]).cost)
  })

  it('has two lowest points if both signs can change', () => {
    const one = placeAt(valleys.twoValleys, [0.9, 1.7]).cost
    expect(placeAt(valleys.twoValleys, [-0.9, -1.7]).cost).toBe(one)
    expect(placeAt(valleys.twoValleys, [0, 0]).cost).toBeGreaterThan(10 * one)
  })

  // A bias that moves would take the ball out of the picture. Adam makes a full step of the smallest slope.
  it.each(Object.entries(valleys))(
    '%s has biases that stay exactly 0, so two weights are all',
    async (_, landscape) => {
      for (const optimizer of ['sgd', { name: 'sgd', momentum: 0.9 }, 'adam'] as const) {
        const ball = dropBall(landscape, landscape.start)
        for (let i = 0; i < 100; i++) await ball.step({ learningRate: 0.1, optimizer })
        const last = ball.trail[100]
        // The place has only the weights. With moved biases the network would have another cost there.
        expect(last).toEqual(placeAt(landscape, last.weights))
      }
    },
  )

  it('is walked along faster with momentum, with the settings that the page begins with', async () => {
    const { start } = valleys.valley
    const [plain, heavy] = [dropBall(valleys.valley, start), dropBall(valleys.valley, start)]
    for (let i = 0; i < 25; i++) {
      await plain.step({ learningRate: 0.9 })
      await heavy.step({ learningRate: 0.9, optimizer: { name: 'sgd', momentum: 0.5 } })
    }
    expect(heavy.trail[25].cost).toBeLessThan(plain.trail[25].cost / 10)
  })
})
