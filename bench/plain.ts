import type { Dataset } from 'descent'
import type { Case } from './cases.js'

/**
 * The network as anybody would first write it in JavaScript: typed arrays and plain triple loops, no tricks. What it does in
 * a step is what the other contenders do.
 */
export class PlainNetwork {
  readonly #sizes: readonly number[]
  readonly #weights: Float32Array[]
  readonly #biases: Float32Array[]
  readonly #activations: Float32Array[]
  readonly #errors: Float32Array[]

  constructor({ sizes, batchSize }: Case) {
    const layers = sizes.slice(1)
    this.#sizes = sizes
    this.#weights = layers.map((outputs, l) => new Float32Array(outputs * sizes[l]).map(gauss))
    this.#biases = layers.map((outputs) => new Float32Array(outputs).map(gauss))
    this.#activations = sizes.map((size) => new Float32Array(batchSize * size))
    this.#errors = layers.map((outputs) => new Float32Array(batchSize * outputs))
  }

  /** One batch: the rows of the dataset that `order` names from `from` on. */
  step({ inputs, labels, width }: Dataset, order: Uint32Array, from: number, { batchSize, learningRate }: Case): void {
    const [x] = this.#activations
    for (let r = 0; r < batchSize; r++) {
      for (let j = 0; j < width; j++) x[r * width + j] = inputs[order[from + r] * width + j] / 255
    }
    this.#forward(batchSize)
    const last = this.#errors.length - 1
    const outputs = this.#sizes[last + 1]
    for (let r = 0; r < batchSize; r++) {
      for (let j = 0; j < outputs; j++) {
        const a = this.#activations[last + 1][r * outputs + j]
        const y = labels?.[order[from + r]] === j ? 1 : 0
        this.#errors[last][r * outputs + j] = (a - y) * a * (1 - a)
      }
    }
    for (let l = last; l >= 0; l--) {
      if (l > 0) this.#passBack(l, batchSize)
      this.#update(l, batchSize, learningRate / batchSize)
    }
  }

  #forward(rows: number): void {
    for (let l = 0; l < this.#weights.length; l++) {
      const [inputs, outputs] = [this.#sizes[l], this.#sizes[l + 1]]
      const [w, b, x, a] = [this.#weights[l], this.#biases[l], this.#activations[l], this.#activations[l + 1]]
      for (let r = 0; r < rows; r++) {
        for (let j = 0; j < outputs; j++) {
          let z = b[j]
          for (let i = 0; i < inputs; i++) z += w[j * inputs + i] * x[r * inputs + i]
          a[r * outputs + j] = 1 / (1 + Math.exp(-z))
        }
      }
    }
  }

  #passBack(l: number, rows: number): void {
    const [inputs, outputs] = [this.#sizes[l], this.#sizes[l + 1]]
    const [w, a, delta, before] = [this.#weights[l], this.#activations[l], this.#errors[l], this.#errors[l - 1]]
    for (let r = 0; r < rows; r++) {
      for (let i = 0; i < inputs; i++) {
        let error = 0
        for (let j = 0; j < outputs; j++) error += w[j * inputs + i] * delta[r * outputs + j]
        before[r * inputs + i] = error * a[r * inputs + i] * (1 - a[r * inputs + i])
      }
    }
  }

  #update(l: number, rows: number, step: number): void {
    const [inputs, outputs] = [this.#sizes[l], this.#sizes[l + 1]]
    const [w, b, x, delta] = [this.#weights[l], this.#biases[l], this.#activations[l], this.#errors[l]]
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

  /** The share of the rows answered correctly. */
  accuracy(test: Dataset, rows: number): number {
    let correct = 0
    const outputs = this.#sizes[this.#sizes.length - 1]
    const answers = this.#activations[this.#activations.length - 1]
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < test.width; j++) this.#activations[0][j] = test.inputs[r * test.width + j] / 255
      this.#forward(1)
      let best = 0
      for (let j = 1; j < outputs; j++) if (answers[j] > answers[best]) best = j
      if (best === test.labels?.[r]) correct++
    }
    return correct / rows
  }
}

function gauss(): number {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random())
}
