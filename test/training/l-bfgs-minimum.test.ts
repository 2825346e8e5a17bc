import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Dataset, dense, Network } from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'
import { normals, normwiseError } from '../support/numbers.js'
import { drawing } from '../support/random-networks.js'

/** The solution of a system of linear equations, by elimination with pivots. */
function solve(matrix: number[][], right: number[]): number[] {
  const all = matrix.map((row, i) => [...row, right[i]])
  for (let p = 0; p < all.length; p++) {
    const best = all.slice(p).reduce((most, row, i) => (Math.abs(row[p]) > Math.abs(all[most][p]) ? p + i : most), p)
    ;[all[p], all[best]] = [all[best], all[p]]
    for (const row of all.slice(p + 1)) {
      const factor = row[p] / all[p][p]
      for (let j = p; j < row.length; j++) row[j] -= factor * all[p][j]
    }
  }
  const x = right.map(() => 0)
  for (let p = all.length - 1; p >= 0; p--) {
    const known = x.reduce((sum, value, j) => (j > p ? sum + value * all[p][j] : sum), 0)
    x[p] = (all[p][all.length] - known) / all[p][p]
  }
  return x
}

interface Problem {
  readonly width: number
  readonly size: number
  readonly seed: number
  readonly l2: number
}

/** A pass takes 256 rows: less than a pass, exactly one, and several. */
const problems: fc.Arbitrary<Problem> = fc.record({
  width: fc.integer({ min: 1, max: 4 }),
  size: fc.constantFrom(30, 256, 257, 600),
  seed: fc.nat(1000),
  l2: fc.constantFrom(0.003, 0.1, 1),
})

/** Rows of features, each followed by a 1 whose weight is the bias. */
function featuresOf({ width, size, seed }: Problem): number[][] {
  const x = normals(size * width, seed, 'x')
  return Array.from({ length: size }, (_, r) => [...x.subarray(r * width, (r + 1) * width), 1])
}

function answersOf({ width, size, seed }: Problem, features: readonly number[][]): number[] {
  const weights = normals(width + 1, seed, 'weights')
  const noise = normals(size, seed, 'noise')
  return features.map((row, r) => row.reduce((sum, value, j) => sum + value * weights[j], noise[r]))
}

/** sum of rows(weight x x') / rows + l2 for all but the bias */
function momentsOf(features: readonly number[][], { width, l2 }: Problem, weightOf: (r: number) => number): number[][] {
  return Array.from({ length: width + 1 }, (_, i) =>
    Array.from({ length: width + 1 }, (_, j) => {
      const sum = features.reduce((total, row, r) => total + weightOf(r) * row[i] * row[j], 0)
      return sum / features.length + (i === j && i < width ? l2 : 0)
    }),
  )
}

/** Least squares: the normal equations, ridge included. */
function solveLeastSquares(problem: Problem, features: readonly number[][], answers: readonly number[]): number[] {
  const right = features[0].map(
    (_, j) => features.reduce((sum, row, r) => sum + row[j] * answers[r], 0) / features.length,
  )
  const matrix = momentsOf(features, problem, () => 1)
  return solve(matrix, right)
}

/** Logistic regression by Newton's method, which shares nothing with L-BFGS. */
function solveLogistic(problem: Problem, features: readonly number[][], answers: readonly number[]): number[] {
  let weights = features[0].map(() => 0)
  for (let step = 0; step < 50; step++) {
    const shares = features.map(
      (row) => 1 / (1 + Math.exp(-row.reduce((sum, value, j) => sum + value * weights[j], 0))),
    )
    const gradient = weights.map((weight, j) => {
      const sum = features.reduce((total, row, r) => total + (shares[r] - answers[r]) * row[j], 0)
      return sum / features.length + (j < problem.width ? problem.l2 * weight : 0)
    })
    const newton = solve(
      momentsOf(features, problem, (r) => shares[r] * (1 - shares[r])),
      gradient,
    )
    weights = weights.map((weight, j) => weight - newton[j])
  }
  return weights
}

describeOnBackends('l-bfgs', (backend) => {
  async function weightsLearned(
    { width, l2 }: Problem,
    features: readonly number[][],
    answers: readonly number[],
    kind: 'least squares' | 'logistic',
  ): Promise<ArrayLike<number>> {
    const description =
      kind === 'logistic'
        ? ({ layers: [dense(1)], cost: 'cross-entropy' } as const)
        : ({ layers: [dense(1, 'identity')] } as const)
    const network = new Network({ inputs: width, ...description, initializer: 'zeros' }, { dtype: 'float64', backend })
    const data = new Dataset({
      inputs: features.map((row) => row.slice(0, width)),
      targets: answers.map((answer) => [answer]),
    })
    await network.fit(data, { optimizer: 'l-bfgs', learningRate: 1, epochs: 30, l2 })
    return network.parameters
  }

  it('finds the solution of the normal equations', async () => {
    const property = fc.asyncProperty(problems, async (problem) => {
      const features = featuresOf(problem)
      const answers = answersOf(problem, features)
      const learned = await weightsLearned(problem, features, answers, 'least squares')
      expect(normwiseError(learned, solveLeastSquares(problem, features, answers))).toBeLessThan(1e-8)
    })
    await fc.assert(property, drawing(1300, 10))
  })

  it("finds the minimum of logistic regression, as Newton's method does", async () => {
    const property = fc.asyncProperty(problems, async (problem) => {
      const features = featuresOf(problem)
      const answers = answersOf(problem, features).map((value) => (value > 0 ? 1 : 0))
      const learned = await weightsLearned(problem, features, answers, 'logistic')
      expect(normwiseError(learned, solveLogistic(problem, features, answers))).toBeLessThan(1e-8)
    })
    await fc.assert(property, drawing(1301, 10))
  })
})
