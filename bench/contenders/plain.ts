import { activationsOf, type Form } from '../form.js'
import { type Implementation, type NetworkData, splitLayers, type TrainingWork, targetOf } from './implementation.js'

/**
 * A network that is written in the most obvious way, with typed arrays and plain nested loops, and without
 * optimizations. A training step does the same work as a training step of the other contenders.
 */
class PlainNetwork {
  readonly #form: Form
  readonly #layers: ReturnType<typeof splitLayers>
  /** The activations of each layer (rows x neurons), including the inputs. */
  readonly activations: Float32Array[]
  readonly #errors: Float32Array[]

  constructor(network: NetworkData, rows: number) {
    const { sizes } = network
    this.#form = network
    this.#layers = splitLayers(network)
    this.activations = sizes.map((size) => new Float32Array(rows * size))
    this.#errors = sizes.slice(1).map((size) => new Float32Array(rows * size))
  }

  /** Trains on one batch. The indices of its rows are `order[from]`, `order[from + 1]` and so on. */
  step({ inputs, labels, order, batchSize, learningRate }: TrainingWork, from: number): void {
    const [x] = this.activations
    const { inputs: width } = this.#layers[0]
    for (let r = 0; r < batchSize; r++) {
      for (let j = 0; j < width; j++) x[r * width + j] = inputs[order[from + r] * width + j] / 255
    }
    this.forward(batchSize)
    const last = this.#layers.length - 1
    const { outputs } = this.#layers[last]
    for (let r = 0; r < batchSize; r++) {
      for (let j = 0; j < outputs; j++) {
        const a = this.activations[last + 1][r * outputs + j]
        const y = targetOf(labels[order[from + r]], j, outputs)
        this.#errors[last][r * outputs + j] = this.#form.cost === 'quadratic' ? (a - y) * a * (1 - a) : a - y
      }
    }
    for (let l = last; l >= 0; l--) {
      if (l > 0) this.#passBack(l, batchSize)
      this.#update(l, batchSize, learningRate / batchSize)
    }
  }

  forward(rows: number): void {
    const activations = activationsOf(this.#form)
    this.#layers.forEach(({ inputs, outputs, weights: w, biases: b }, l) => {
      const [x, a] = [this.activations[l], this.activations[l + 1]]
      for (let r = 0; r < rows; r++) {
        for (let j = 0; j < outputs; j++) {
          let z = b[j]
          for (let i = 0; i < inputs; i++) z += w[j * inputs + i] * x[r * inputs + i]
          a[r * outputs + j] = z
        }
        activate(activations[l], a.subarray(r * outputs, (r + 1) * outputs))
      }
    })
  }

  #passBack(l: number, rows: number): void {
    const { inputs, outputs, weights: w } = this.#layers[l]
    const [a, delta, before] = [this.activations[l], this.#errors[l], this.#errors[l - 1]]
    for (let r = 0; r < rows; r++) {
      for (let i = 0; i < inputs; i++) {
        let error = 0
        for (let j = 0; j < outputs; j++) error += w[j * inputs + i] * delta[r * outputs + j]
        const output = a[r * inputs + i]
        before[r * inputs + i] = this.#form.hidden === 'relu' ? (output > 0 ? error : 0) : error * output * (1 - output)
      }
    }
  }

  #update(l: number, rows: number, step: number): void {
    const { inputs, outputs, weights: w, biases: b } = this.#layers[l]
    const [x, delta] = [this.activations[l], this.#errors[l]]
    for (let j = 0; j < outputs; j++) {
      for (let i = 0; i < inputs; i++) {
        let gradient = 0
        for (let r = 0; r < rows; r++) gradient += delta[r * outputs + j] * x[r * inputs + i]
        w[j * inputs + i] -= step * gradient
      }
      let gradient = 0
      for (let r = 0; r < rows; r++) gradient += delta[r * outputs + j]
      b[j] -= step * gradient
    }
  }
}

/** For one row, replaces the weighted inputs `z` of a layer's neurons with the outputs of these neurons. */
function activate(activation: Form['hidden' | 'output'], z: Float32Array): void {
  if (activation === 'softmax') {
    let largest = Number.NEGATIVE_INFINITY
    for (let j = 0; j < z.length; j++) largest = Math.max(largest, z[j])
    let sum = 0
    for (let j = 0; j < z.length; j++) {
      z[j] = Math.exp(z[j] - largest)
      sum += z[j]
    }
    for (let j = 0; j < z.length; j++) z[j] /= sum
  } else if (activation === 'relu') {
    for (let j = 0; j < z.length; j++) z[j] = Math.max(0, z[j])
  } else {
    for (let j = 0; j < z.length; j++) z[j] = 1 / (1 + Math.exp(-z[j]))
  }
}

export const plain: Implementation = {
  train(work) {
    const network = new PlainNetwork(work, work.batchSize)
    return {
      epoch() {
        for (let from = 0; from + work.batchSize <= work.order.length; from += work.batchSize) network.step(work, from)
      },
      parameters: () => work.parameters,
    }
  },
  infer(data) {
    const answerer = (rows: number) => {
      const network = new PlainNetwork(data, rows)
      return (x: Float32Array) => {
        network.activations[0].set(x)
        network.forward(rows)
        return network.activations[data.sizes.length - 1]
      }
    }
    return {
      answer: answerer(1),
      prepare(rows, count) {
        const answerAll = answerer(count)
        return () => answerAll(rows)
      },
    }
  },
}
