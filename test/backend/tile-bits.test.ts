import { describe, expect, it } from 'vitest'
import type { Dtype } from '#src/program/kernels'
import { addon, backend, missing, nativeExpected } from '../support/backends.js'
import { runCommand } from '../support/command.js'
import { normals } from '../support/numbers.js'

// Products of these sizes are computed in tiles whose sizes depend on those of the product. The lengths of the rows are
// below, at and above those of the vectors of each level.
const rows = [1, 2, 3, 4, 5, 6, 7, 8, 9, 17]
const [mostRows, mostColumns] = [17, 29]
const shapes = [
  [false, false],
  [true, false],
  [false, true],
] as const

const isHere = 'addon' in addon || nativeExpected
// Products that no forward pass has are computed in tiles too, except on x64 without AVX2, where OpenBLAS computes them.
const allInTiles = isHere && (process.arch !== 'x64' || /AVX/.test(backend('native').detail))

const ofNative = (['float32', 'float64'] as const).flatMap((dtype) =>
  shapes
    .filter(([, transB]) => transB || allInTiles)
    .flatMap(([transA, transB]) => [0, 1, 0.7].map((beta) => [dtype, transA, transB, beta] as const)),
)

const title = 'an element of a product has the same bits in every tile: %s, transA %s, transB %s, beta %s'
describe(`native${missing}`, () => it.runIf(isHere).each(ofNative)(title, expectSameBits))

function expectSameBits(dtype: Dtype, transA: boolean, transB: boolean, beta: number): void {
  for (const k of transB ? [1, 2, 3, 5, 11, 16, 30, 33] : [4, 16, 300]) {
    const [a, b, out] = [normals(mostRows * k, 1), normals(k * mostColumns, 2), normals(mostRows * mostColumns, 3)]
    /** The first m x n elements of the product, computed by one command. */
    const product = (m: number, n: number) =>
      runCommand(backend('native'), {
        kernel: 'gemm',
        dtype,
        values: { m, n, k, transA, transB, alpha: -0.3, beta },
        withPlain: false,
        prepare(regions) {
          for (let i = 0; i < m; i++)
            for (let q = 0; q < k; q++) regions.a[transA ? q * m + i : i * k + q] = a[i * k + q]
          for (let q = 0; q < k; q++)
            for (let j = 0; j < n; j++) regions.b[transB ? j * k + q : q * n + j] = b[j * k + q]
          for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) regions.out[i * n + j] = out[i * mostColumns + j]
        },
      }).actual.out
    const whole = product(mostRows, mostColumns)
    const different: string[] = []
    for (const m of rows) {
      for (let n = 1; n <= mostColumns; n++) {
        const part = product(m, n)
        for (let i = 0; i < m; i++)
          for (let j = 0; j < n; j++)
            if (part[i * n + j] !== whole[i * mostColumns + j]) different.push(`${m} x ${n}, k ${k}: ${i}, ${j}`)
      }
    }
    expect(different).toEqual([])
  }
}
