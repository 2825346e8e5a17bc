import { describe, expect, it } from 'vitest'
import { Divergence, type Job } from '#src/engine/engine-job'
import { createLbfgs } from '#src/training/l-bfgs'

const job: Job = { task: 'gradients', rows: 1, size: 1, source: {}, scalars: { learningRate: 1 } }

/** An engine with one parameter, starting at 0, and the given cost function. `tried` records each parameter it was evaluated at. */
function engineOf(cost: (x: number) => number, slope: (x: number) => number) {
  const regions = { cost: new Float64Array(1), gradient: new Float64Array(1) }
  const tried: number[] = []
  const parameters = new Float64Array(1)
  return {
    tried,
    parameters,
    dtype: 'float64',
    kept: { state: new Float64Array(0), standardization: undefined, inputNames: undefined },
    read: (_: unknown, name: string) => regions[name as keyof typeof regions],
    async run() {
      const [x] = parameters
      tried.push(x)
      regions.cost[0] = cost(x)
      regions.gradient[0] += slope(x)
      if (!Number.isFinite(regions.cost[0])) throw new Divergence(0, Number.NaN)
    },
  } as const
}

describe('the line search of l-bfgs', () => {
  it('doubles the step until the slope has dropped by a tenth, and then stops', async () => {
    const engine = engineOf(
      (x) => 0.5 * (x - 100) ** 2,
      (x) => x - 100,
    )
    const step = createLbfgs(engine, 3)
    // The first direction has length 1 and slope -100.
    expect(await step(job)).toBe(5000)
    expect(engine.tried).toEqual([0, 1, 2, 4, 8, 16])
    // One step determines the parabola, so the next step goes to its minimum.
    expect(await step(job)).toBe(3528)
    expect(engine.tried.slice(6)).toEqual([16, 100])
    expect([...engine.kept.state]).toEqual([2, 16, 16, 84, 84, 0, 0])
  })

  it('halves a step that is too long', async () => {
    const engine = engineOf(
      (x) => 0.5 * (8 * x - 1) ** 2,
      (x) => 8 * (8 * x - 1),
    )
    await createLbfgs(engine, 3)(job)
    // At 1 and 1/2 the cost is higher than at 0, and at 1/4 it is not low enough.
    expect(engine.tried).toEqual([0, 1, 0.5, 0.25, 0.125])
  })

  it('takes the last good step if the cost is NaN before the slope has dropped by a tenth', async () => {
    const wall = 1 / 3
    const slope = (x: number) => -1 + 0.02 * x
    const engine = engineOf((x) => (x < wall ? -x + 0.01 * x * x : Number.NaN), slope)
    await createLbfgs(engine, 3)(job)
    expect(engine.tried.length).toBe(31)
    const [low] = engine.tried.filter((x) => x < wall).slice(-1)
    expect(low).toBeCloseTo(wall, 8)
    // The last trial was beyond the wall, so the search went back.
    expect(engine.tried[30]).toBeGreaterThan(wall)
    expect(engine.parameters[0]).toBe(low)
    expect([...engine.kept.state.subarray(0, 3)]).toEqual([1, low, slope(low) - slope(0)])
  })
})
