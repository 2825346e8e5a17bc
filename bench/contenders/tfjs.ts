import { activationsOf } from '../form.js'
import {
  concatenate,
  type Implementation,
  type NetworkData,
  splitLayers,
  targetOf,
  transpose,
} from './implementation.js'
import { requirePeer } from './require-peer.js'

interface Tensor {
  data(): Promise<Float32Array>
  dataSync(): Float32Array
  dispose(): void
}

interface Model {
  setWeights(weights: Tensor[]): void
  getWeights(): Tensor[]
  compile(options: { optimizer: unknown; loss: string }): void
  fit(x: Tensor, y: Tensor, options: Readonly<Record<string, unknown>>): Promise<unknown>
  predict(x: Tensor, options?: { batchSize: number }): Tensor
}

interface TensorFlow {
  enableProdMode(): void
  setBackend(name: string): Promise<boolean>
  tensor(values: Float32Array, shape: readonly number[]): Tensor
  tidy<T>(work: () => T): T
  sequential(options: { layers: unknown[] }): Model
  readonly layers: { dense(options: Readonly<Record<string, unknown>>): unknown }
  readonly train: { sgd(learningRate: number): unknown }
}

interface Wasm {
  setThreadsCount(threads: number): void
}

async function load(backend: 'cpu' | 'wasm'): Promise<TensorFlow> {
  const tf = requirePeer<TensorFlow>('@tensorflow/tfjs')
  tf.enableProdMode()
  if (backend === 'wasm') requirePeer<Wasm>('@tensorflow/tfjs-backend-wasm').setThreadsCount(1)
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no backend ${backend} here`)
  return tf
}

/**
 * Creates a model with the given parameters. TensorFlow.js stores weights as (inputs x outputs), so the weights in
 * `data`, which are (outputs x inputs), are transposed.
 */
function createModel(tf: TensorFlow, data: NetworkData): Model {
  const layers = splitLayers(data)
  const activations = activationsOf(data)
  const model = tf.sequential({
    layers: layers.map(({ inputs, outputs }, l) =>
      tf.layers.dense({ units: outputs, inputShape: [inputs], activation: activations[l] }),
    ),
  })
  model.setWeights(
    layers.flatMap(({ inputs, outputs, weights, biases }) => [
      tf.tensor(transpose(weights, outputs, inputs), [inputs, outputs]),
      tf.tensor(biases, [outputs]),
    ]),
  )
  return model
}

/** Runs TensorFlow.js in plain JavaScript or in WebAssembly, through its layers API, on one thread. */
export function tfjs(backend: 'cpu' | 'wasm'): Implementation {
  return {
    async train(work) {
      const { sizes, inputs, labels, order, batchSize, learningRate } = work
      const tf = await load(backend)
      const model = createModel(tf, work)
      const outputs = sizes[sizes.length - 1]
      if (work.cost === 'quadratic') {
        // The quadratic cost of descent is half the sum of the squared errors of the outputs. The loss of TensorFlow.js
        // is the mean of these squared errors. The learning rate is scaled so that both give the same steps.
        model.compile({ optimizer: tf.train.sgd((learningRate * outputs) / 2), loss: 'meanSquaredError' })
      } else {
        model.compile({ optimizer: tf.train.sgd(learningRate), loss: 'categoricalCrossentropy' })
      }
      const x = new Float32Array(order.length * sizes[0])
      const y = new Float32Array(order.length * outputs)
      order.forEach((row, i) => {
        for (let j = 0; j < sizes[0]; j++) x[i * sizes[0] + j] = inputs[row * sizes[0] + j] / 255
        for (let j = 0; j < outputs; j++) y[i * outputs + j] = targetOf(labels[row], j, outputs)
      })
      const [rows, targets] = [tf.tensor(x, [order.length, sizes[0]]), tf.tensor(y, [order.length, outputs])]
      const options = { epochs: 1, batchSize, shuffle: false, verbose: 0, yieldEvery: 'never' }
      return {
        epoch: () => model.fit(rows, targets, options),
        parameters() {
          const weights = model.getWeights().map((tensor) => tensor.dataSync())
          return concatenate(
            weights.map((values, i) => (i % 2 === 0 ? transpose(values, sizes[i / 2], sizes[i / 2 + 1]) : values)),
          )
        },
      }
    },
    async infer(data) {
      const tf = await load(backend)
      const model = createModel(tf, data)
      const [width] = data.sizes
      return {
        answer: (row) => tf.tidy(() => model.predict(tf.tensor(row, [1, width])).dataSync()),
        prepare(rows, count) {
          const x = tf.tensor(rows, [count, width])
          return async () => {
            const y = model.predict(x, { batchSize: 1000 })
            const values = await y.data()
            y.dispose()
            return values
          }
        },
      }
    },
  }
}
