import type { Implementation } from './implementation.js'
import { writeOnnx } from './onnx-file.js'
import { requirePeer } from './require-peer.js'

interface Tensor {
  readonly data: Float32Array
}

interface Runtime {
  readonly Tensor: new (type: 'float32', values: Float32Array, shape: readonly number[]) => Tensor
  readonly InferenceSession: {
    create(model: Uint8Array, options: Readonly<Record<string, unknown>>): Promise<Session>
  }
}

interface Session {
  run(inputs: { x: Tensor }): Promise<{ y: Tensor }>
}

/**
 * Runs ONNX Runtime on the CPU. Even for one row, ONNX Runtime returns a promise, so the latency includes the wait for
 * this promise.
 */
export const onnx = (threads: number): Implementation => ({
  async infer(network) {
    const { Tensor, InferenceSession } = requirePeer<Runtime>('onnxruntime-node')
    const options = { intraOpNumThreads: threads, interOpNumThreads: 1, executionProviders: ['cpu'] }
    const session = await InferenceSession.create(writeOnnx(network), options)
    const [width] = network.sizes
    const run = async (x: Tensor) => (await session.run({ x })).y.data
    return {
      answer: (row) => run(new Tensor('float32', row, [1, width])),
      prepare(rows, count) {
        const x = new Tensor('float32', rows, [count, width])
        return () => run(x)
      },
    }
  },
})
