import { describe, expect, it } from 'vitest'
import { Dataset, type FloatArray, Network } from '#src/index'
import { costForSlices, costsInPlane, type Plane, placeInPlane, planeThrough } from '#src/see/slice'

const network = (parameters?: FloatArray) =>
  new Network([3, 4, 2], { seed: 5, dtype: 'float64', ...(parameters && { parameters }) })
const plane = (seed: number) => planeThrough(network().description, network().parameters, seed)
const length = (values: ArrayLike<number>) => Math.hypot(...Array.from(values))
const { signal } = new AbortController()

/** The parameters at a point of the plane. */
const pointOf = ({ center, directions: [right, up] }: Plane, x: number, y: number) =>
  center.map((value, i) => value + x * right[i] + y * up[i])

describe('planeThrough', () => {
  it('gives the weights of each neuron their own length in both directions, and lets the biases stay', () => {
    const { center, directions } = plane(1)
    const neurons = [0, 3, 6, 9, 16, 20].map((from) => [from, from < 12 ? from + 3 : from + 4])
    for (const direction of directions) {
      for (const [from, to] of neurons) {
        expect(length(direction.subarray(from, to))).toBeCloseTo(length(center.subarray(from, to)), 12)
      }
      expect([...direction.subarray(12, 16), ...direction.subarray(24)]).toEqual([0, 0, 0, 0, 0, 0])
    }
  })

  it('has directions that depend on the seed, and that differ', () => {
    const [right, up] = plane(1).directions
    expect(plane(1).directions).toEqual([right, up])
    expect(plane(2).directions[0]).not.toEqual(right)
    expect(up).not.toEqual(right)
  })

  it('keeps a copy of the middle', () => {
    const own = network()
    const { center } = planeThrough(own.description, own.parameters, 1)
    own.parameters.fill(9)
    expect(center).toEqual(network().parameters)
  })
})

describe('placeInPlane', () => {
  it('finds a point of the plane, also if the directions are not orthogonal', () => {
    const own = plane(1)
    const parameters = pointOf(own, 0.25, -0.5)
    const { x, y, height, distance } = placeInPlane(own, parameters)
    expect([x, y]).toEqual([expect.closeTo(0.25, 12), expect.closeTo(-0.5, 12)])
    expect(height).toBeCloseTo(0, 12)
    expect(distance).toBeCloseTo(length(parameters.map((value, i) => value - own.center[i])), 12)
  })

  it('says how far a place is above the plane', () => {
    const own = plane(1)
    const parameters = Float64Array.from(own.center)
    parameters[0] += 1
    const { x, y, height, distance } = placeInPlane(own, parameters)
    expect(distance).toBeCloseTo(1, 12)
    const nearest = pointOf(own, x, y)
    expect(length(parameters.map((value, i) => value - nearest[i]))).toBeCloseTo(height, 12)
    expect(height).toBeLessThan(1)
    // What is left is orthogonal to both directions.
    for (const direction of own.directions) {
      const left = parameters.map((value, i) => (value - nearest[i]) * direction[i])
      expect(left.reduce((sum, value) => sum + value)).toBeCloseTo(0, 12)
    }
  })

  it('is in the middle of a plane without directions', () => {
    const own = planeThrough(network().description, new Float64Array(26), 1)
    const place = placeInPlane(own, new Float64Array(26).fill(1))
    expect(place).toEqual({ x: 0, y: 0, height: Math.sqrt(26), distance: Math.sqrt(26) })
  })
})

describe('costsInPlane', () => {
  it('has the cost of the network in the middle, and rows from the lowest y', async () => {
    const rows = new Dataset({
      inputs: [
        [0, 1, 2],
        [1, 0, -1],
      ],
      labels: [0, 1],
    })
    const own = plane(3)
    const costs = await costsInPlane(network(), rows, own, 3, signal)
    expect(costs).toHaveLength(9)
    expect(costs[4]).toBe((await network().evaluate(rows)).cost)
    expect(costs[2]).toBe(await costForSlices(network(pointOf(own, 1, -1)), rows, signal))
  })
})
