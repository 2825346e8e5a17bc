import { describe, expect, it } from 'vitest'
import type { BackendName } from '#src/backend/backend'
import {
  expm1OfNegative,
  expOfNegative,
  log,
  log1p,
  normalCdf,
  normalDensity,
  sineAndCosine,
} from '#src/base/exact-math'
import type { Dtype, KernelName } from '#src/program/kernels'
import * as exact from '../support/arbitrary-precision.js'
import { backend as backendNamed } from '../support/backends.js'
import { runCommand } from '../support/command.js'
import { describeOnBackends } from '../support/each-backend.js'

const { abs, distance, fixed, lastPlace, multiply, one, sweep, tanhOfSoftplus } = exact

/** Where the functions change their formula, or where a result becomes subnormal, 0 or infinite in either type. */
const edges = [
  // The smallest and largest arguments of exponentials.
  ...[87, 87.33655, 88.72284, 103.27893, 103.97208, 708, 708.3964, 709.7827, 744.4401, 744.7866, 745, 745.1332, 750],
  // Exponentials split x into k ln 2 + r, where |r| is at most half of ln 2.
  ...Array.from({ length: 1076 }, (_, k) => (k + 0.5) * Math.LN2).filter((_, k) => k < 8 || k % 9 === 0 || k > 1070),
  // 1 + exp(-x) rounds to 1, and exp(-x) - 1 rounds to -1.
  ...[16.635, 36.737, 40],
  // The four formulas of the normal distribution, and where it becomes subnormal or 0.
  ...[0.84375, 1.25, 1 / 0.35, 28].map((x) => x * Math.SQRT2),
  ...[12.7, 13.2, 14.2, 37.5, 38.4, 38.6],
  // The slopes of SiLU, GELU and mish are 0 near these numbers.
  ...[1.2784645, 0.7517915, 1.1924312],
]
const dtypes = ['float32', 'float64'] as const
const sweeps = { float32: sweep('float32', edges), float64: sweep('float64', edges) }

/** An exact value, and the size of the terms that add up to it, where that is larger. Errors are relative to it. */
interface Value {
  readonly value: bigint
  readonly size?: bigint
}

/** Values of functions that add terms of both signs, which cancel. */
const sumOf = (first: bigint, second: bigint): Value => ({ value: first + second, size: abs(first) + abs(second) })

/** The factors of SELU are constants of the dtype, so that only their rounding in float64 is left out here. */
const [seluAbove, seluBelow] = [fixed(1.0507009873554805), fixed(1.7580993408473768)]

const kernels = {
  sigmoid: (x) => ({ value: exact.sigmoid(x) }),
  tanh: (x) => ({ value: exact.tanh(x) }),
  elu: (x) => ({ value: x > 0n ? x : exact.exp(x) - one }),
  selu: (x) => ({ value: multiply(x > 0n ? seluAbove : seluBelow, x > 0n ? x : exact.exp(x) - one) }),
  gelu: (x) => ({ value: multiply(x, exact.normalCdf(x)) }),
  silu: (x) => ({ value: multiply(x, exact.sigmoid(x)) }),
  mish: (x) => ({ value: multiply(x, tanhOfSoftplus(x)) }),
  softplus: (x) => ({ value: exact.softplus(x) }),
  // With an error of 1, these give the slope.
  geluBackward: (x) => sumOf(exact.normalCdf(x), multiply(x, exact.normalDensity(x))),
  siluBackward: (x) => {
    const s = exact.sigmoid(x)
    return sumOf(s, multiply(x, multiply(s, one - s)))
  },
  mishBackward: (x) => {
    const w = tanhOfSoftplus(x)
    return sumOf(w, multiply(x, multiply(multiply(one - w, one + w), exact.sigmoid(x))))
  },
  softplusBackward: (x) => ({ value: exact.sigmoid(x) }),
} satisfies Partial<Record<KernelName, (x: bigint) => Value>>

/**
 * How far a result may be from the exact value, in units of its last place: an exponential errs by up to two units, and
 * four operations around it by half a unit each. In the tail of the normal distribution, the density exp(-z^2 / 2)
 * magnifies the relative error of z and of z^2, which is at most 1.5 units, by z^2.
 */
const units = (kernel: string, x: number): number =>
  4 + (kernel.startsWith('gelu') && Math.abs(x) <= 40 ? 1.5 * x * x : 0)

/**
 * What is allowed besides: an exponential that is subnormal has a place value of 2^-1074, and TypeScript takes those
 * below exp(-745) as 0; native takes all below exp(-708) as 0, or below exp(-87) in float32. SiLU, GELU, mish
 * and their slopes multiply the exponential by x.
 */
function lost(kernel: string, x: number, backend: BackendName, dtype: Dtype): number {
  const limit = backend !== 'native' ? 1.5 * 2 ** -1074 : dtype === 'float32' ? 1.5 * 2 ** -126 : 1.5 * 2 ** -1022
  return /silu|gelu|mish/.test(kernel) ? limit * Math.min(1000, Math.max(1, Math.abs(x))) : limit
}

/** Whether a result is as near to its exact value as said above. */
function isNear(found: number, { value, size = value }: Value, dtype: Dtype, most: number, besides: number): boolean {
  const place = lastPlace(size, dtype)
  return distance(found, value, place) <= most + besides / 2 ** place
}

describeOnBackends('elementary functions, against integer arithmetic', (name) => {
  it.each(dtypes.flatMap((dtype) => Object.entries(kernels).map(([kernel, f]) => [dtype, kernel, f] as const)))(
    'are right to the last places at every exponent and its edges: %s, %s',
    (dtype, kernel, f) => {
      const xs = sweeps[dtype]
      const { actual } = runCommand(backendNamed(name), {
        kernel: kernel as keyof typeof kernels,
        dtype,
        values: { count: xs.length },
        withPlain: false,
        prepare(views) {
          views.z.set(xs)
          views.delta?.fill(1)
        },
      })
      const found = actual.out ?? actual.delta
      // TypeScript computes in float64 and rounds the result once.
      const roundsOnce = name !== 'native' && dtype === 'float32'
      const wrong = Array.from(xs, (x, i) => ({ x, found: found[i] })).filter(
        ({ x, found }) =>
          !isNear(found, f(fixed(x)), dtype, roundsOnce ? 0.51 : units(kernel, x), lost(kernel, x, name, dtype)),
      )
      expect(wrong).toEqual([])
    },
  )

  it.each(dtypes)('give costs that are right to the last places: %s', (dtype) => {
    const sizes = Array.from({ length: 90 }, (_, i) => 2 ** (i - 70))
    const xs = sweep(dtype, []).filter((x) => x === 0 || sizes.includes(Math.abs(x)))
    const all = [...xs, ...edges, ...edges.map((x) => -x)].map(dtype === 'float32' ? Math.fround : Number)
    const wrong: object[] = []
    for (const x of all) {
      for (const answer of [0, 1]) {
        const z = fixed(x)
        const value = exact.softplus(answer === 1 ? -z : z)
        const cost = (kernel: KernelName, columns: number, regions: Record<string, number[]>) => {
          const prepare = (views: Readonly<Record<string, Float32Array | Float64Array>>) => {
            for (const [region, numbers] of Object.entries(regions)) views[region].set(numbers)
          }
          const values = { rows: 1, columns }
          return runCommand(backendNamed(name), { kernel, dtype, values, prepare, withPlain: false }).actual.sum[0]
        }
        // ln(1 + exp(z)) - y z
        const sigmoid = cost('sigmoidCrossEntropyCost', 1, { weights: [1], z: [x], y: [answer], sum: [0] })
        const terms = answer === 1 ? exact.softplus(z) + abs(z) : value
        if (!isNear(sigmoid, { value, size: terms }, 'float64', 4, 1.5 * 2 ** -1074)) wrong.push({ x, answer, sigmoid })
        // The sum of the exponentials is at least 1, so an error in its last place is one of 2^-52 in its logarithm.
        const regions = { weights: [1], z: [x, 0], y: [answer, 1 - answer], sum: [0] }
        const softmax = cost('softmaxCrossEntropyCost', 2, regions)
        if (!isNear(softmax, { value, size: one + abs(z) }, 'float64', 4, 0)) wrong.push({ x, answer, softmax })
      }
    }
    expect(wrong).toEqual([])
  })
})

describe('the functions of exact-math.ts, against integer arithmetic', () => {
  const { float64: xs } = sweeps
  const inTail = (x: number) => (Math.abs(x) <= 40 ? x * x : 0)

  it.each<[string, (x: number) => number, (x: bigint) => bigint, (x: number) => boolean, (x: number) => number]>([
    ['expOfNegative', expOfNegative, exact.exp, (x) => x <= 0, () => 2],
    ['expm1OfNegative', expm1OfNegative, (x) => exact.exp(x) - one, (x) => x <= 0, () => 2],
    ['log', log, exact.log, (x) => x >= 2 ** -1022 && x <= 1, () => 2],
    ['log1p', log1p, (x) => exact.log(one + x), (x) => x >= 0 && x <= 1, () => 2],
    ['normalCdf', normalCdf, exact.normalCdf, () => true, (x) => 4 + 1.5 * inTail(x)],
    ['normalDensity', normalDensity, exact.normalDensity, () => true, (x) => 4 + inTail(x)],
  ])('%s is right to the last places at every exponent and its edges', (_name, f, g, isIn, most) => {
    const wrong = xs.filter((x) => isIn(x) && !isNear(f(x), { value: g(fixed(x)) }, 'float64', most(x), 0))
    expect([...wrong]).toEqual([])
  })

  it('sineAndCosine errs by less than 2^-49, because the terms of the cosine add up to at most cosh(pi), which is 12', () => {
    const angles = [...xs, ...Array.from({ length: 630 }, (_, i) => (i - 315) / 100)].filter((x) => Math.abs(x) <= 3.15)
    const wrong = angles.filter((angle) => {
      const [found, { sin, cos }] = [sineAndCosine(angle), exact.sineAndCosine(fixed(angle))]
      return !(distance(found.sin, sin, -49) < 1 && distance(found.cos, cos, -49) < 1)
    })
    expect(wrong).toEqual([])
  })
})
