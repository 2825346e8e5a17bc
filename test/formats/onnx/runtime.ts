import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { FloatArray } from '#src/base/memory'

/** ONNX Runtime's answers to rows of the given sizes: every output of the file, by name. */
export async function runOnnx(
  path: string,
  rows: FloatArray,
  ...sizes: readonly number[]
): Promise<Record<string, { dims: readonly number[]; data: ArrayLike<number | bigint> }>> {
  // Without its optimizer, which would fuse nodes. Only errors are printed.
  const session = await InferenceSession.create(path, { intraOpNumThreads: 1, logSeverityLevel: 3 })
  try {
    const dims = [rows.length / sizes.reduce((product, size) => product * size, 1), ...sizes]
    const input = rows instanceof Float32Array ? new Tensor('float32', rows, dims) : new Tensor('float64', rows, dims)
    const outputs = await session.run({ [session.inputNames[0]]: input })
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { dims, data }]) => [name, { dims, data: data as Float32Array }]),
    )
  } finally {
    await session.release()
  }
}
