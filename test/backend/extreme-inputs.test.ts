import { expect, it } from 'vitest'
import type { BackendName } from '#src/backend/backend'
import { activations } from '#src/compile/activations'
import { type ActivationName, dense, Network } from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'

// Every exponent of float64 and both signs; the edges where exponentials leave the normal and the subnormal numbers, in both
// precisions; and 0.
const edges = [
  -745.2, -745.1, -744.9, -744.8, -744.4, -708.5, -708.3, -103.98, -103.9, -88.8, -87.4, -87.3, -40.1, -39.9,
]
const inputs = Float64Array.from([
  0,
  ...edges,
  ...edges.map((x) => -x),
  ...Array.from({ length: 2 * 330 }, (_, i) => (i % 2 ? 1.37 : -1.37) * 2 ** (Math.floor(i / 2) - 200)),
  ...Array.from({ length: 4000 }, (_, i) => -760 + 0.2 * i),
])

describeOnBackends('activations', (backend) => {
  const names = Object.keys(activations) as ActivationName[]
  it.each(names.flatMap((name) => (['float32', 'float64'] as const).map((dtype) => [name, dtype] as const)))(
    'have no gap for any input: %s in %s',
    (name, dtype) => {
      const make = (by: BackendName) =>
        // Softmax of one number is always 1, so it gets a second one, which is 0.
        name === 'softmax'
          ? new Network({ inputs: 1, layers: [dense(2, name)] }, { backend: by, dtype, parameters: [1, 0, 0, 0] })
          : new Network({ inputs: 1, layers: [dense(1, name)] }, { backend: by, dtype, parameters: [1, 0] })
      const finite = inputs.filter((x) => dtype === 'float64' || Math.abs(x) < 3e38)
      const outputs = make(backend).feedforward(finite)
      const plain = make('typescript').feedforward(finite)
      const [epsilon, smallest] = dtype === 'float32' ? [2 ** -23, 2 ** -126] : [2 ** -52, 2 ** -1022]
      const width = outputs.length / finite.length
      const wrong = Array.from(finite).filter((x, i) => {
        // In gelu's tail, exp(-x^2 / 2) magnifies the rounding of x^2.
        const units = name === 'gelu' ? 8 * (1 + x * x) : 8
        // Native takes exponentials that are subnormal as 0, and silu and gelu multiply them by x.
        const flushed = 2 * smallest * Math.max(1, Math.abs(x))
        return [...outputs.subarray(i * width, (i + 1) * width)].some((y, j) => {
          const expected = plain[i * width + j]
          return !(y === expected || Math.abs(y - expected) <= units * epsilon * Math.abs(expected) + flushed)
        })
      })
      expect(wrong).toEqual([])
    },
  )
})
