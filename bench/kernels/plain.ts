import type { KernelFunctions } from '#src/backend/typescript/bind'

/** The measured kernels, written in the most obvious way, with plain loops. */
export const plainKernels: Pick<KernelFunctions, 'gemm' | 'sigmoid' | 'softmax' | 'momentum' | 'adam'> = {
  gemm({ transA, transB, m, n, k, alpha, scale, a, b, beta, out }) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0
        for (let p = 0; p < k; p++)
          sum += (transA ? a[p * m + i] : a[i * k + p]) * (transB ? b[j * k + p] : b[p * n + j])
        out[i * n + j] = (beta === 0 ? 0 : beta * out[i * n + j]) + alpha * scale[0] * sum
      }
    }
  },
  sigmoid({ count, z, out }) {
    for (let i = 0; i < count; i++) out[i] = 1 / (1 + Math.exp(-z[i]))
  },
  softmax({ rows, columns, z, out }) {
    for (let r = 0; r < rows; r++) {
      let largest = Number.NEGATIVE_INFINITY
      for (let j = 0; j < columns; j++) largest = Math.max(largest, z[r * columns + j])
      let sum = 0
      for (let j = 0; j < columns; j++) sum += Math.exp(z[r * columns + j] - largest)
      for (let j = 0; j < columns; j++) out[r * columns + j] = Math.exp(z[r * columns + j] - largest) / sum
    }
  },
  momentum({ count, momentum, learningRate, gradient, velocity, parameters }) {
    for (let i = 0; i < count; i++) {
      velocity[i] = momentum * velocity[i] + gradient[i]
      parameters[i] -= learningRate[0] * velocity[i]
    }
  },
  adam({ count, beta1, beta2, epsilon, weightDecay, learningRate, step, gradient, mean, square, parameters }) {
    const [first, second] = [1 - beta1 ** step[0], 1 - beta2 ** step[0]]
    for (let i = 0; i < count; i++) {
      mean[i] = beta1 * mean[i] + (1 - beta1) * gradient[i]
      square[i] = beta2 * square[i] + (1 - beta2) * gradient[i] ** 2
      const change = mean[i] / first / (Math.sqrt(square[i] / second) + epsilon)
      parameters[i] -= learningRate[0] * (weightDecay * parameters[i] + change)
    }
  },
}
