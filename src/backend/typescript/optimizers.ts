import type { Operands } from './bind.js'

/** parameters -= learningRate * gradient */
export function sgd({ count, learningRate, gradient, parameters }: Operands<'sgd'>): void {
  const rate = learningRate[0]
  for (let i = 0; i < count; i++) parameters[i] -= rate * gradient[i]
}

/** step += 1 */
export function countStep({ step }: Operands<'countStep'>): void {
  step[0] += 1
}

/** velocity = momentum * velocity + gradient; parameters -= learningRate * velocity */
export function momentum(operands: Operands<'momentum'>): void {
  const { count, momentum, learningRate, gradient, velocity, parameters } = operands
  const rate = learningRate[0]
  for (let i = 0; i < count; i++) {
    velocity[i] = momentum * velocity[i] + gradient[i]
    parameters[i] -= rate * velocity[i]
  }
}

/** velocity = momentum * velocity + gradient; parameters -= learningRate * (gradient + momentum * velocity) */
export function nesterov(operands: Operands<'nesterov'>): void {
  const { count, momentum, learningRate, gradient, velocity, parameters } = operands
  const rate = learningRate[0]
  for (let i = 0; i < count; i++) {
    velocity[i] = momentum * velocity[i] + gradient[i]
    parameters[i] -= rate * (gradient[i] + momentum * velocity[i])
  }
}

/** squares += gradient^2; parameters -= learningRate * gradient / (sqrt(squares) + epsilon) */
export function adagrad({ count, epsilon, learningRate, gradient, squares, parameters }: Operands<'adagrad'>): void {
  const rate = learningRate[0]
  for (let i = 0; i < count; i++) {
    squares[i] += gradient[i] * gradient[i]
    parameters[i] -= (rate * gradient[i]) / (Math.sqrt(squares[i]) + epsilon)
  }
}

/**
 * squares = decay * squares + (1 - decay) * gradient^2;
 * parameters -= learningRate * gradient / (sqrt(squares) + epsilon)
 */
export function rmsprop(operands: Operands<'rmsprop'>): void {
  const { count, decay, epsilon, learningRate, gradient, squares, parameters } = operands
  const rate = learningRate[0]
  for (let i = 0; i < count; i++) {
    squares[i] = decay * squares[i] + (1 - decay) * gradient[i] * gradient[i]
    parameters[i] -= (rate * gradient[i]) / (Math.sqrt(squares[i]) + epsilon)
  }
}

/**
 * Adam, or AdamW if weightDecay is not 0:
 * mean = beta1 * mean + (1 - beta1) * gradient; square = beta2 * square + (1 - beta2) * gradient^2;
 * parameters -= learningRate * (weightDecay * parameters + m / (sqrt(s) + epsilon)),
 * where the bias-corrected averages are m = mean / (1 - beta1^step) and s = square / (1 - beta2^step)
 */
export function adam(operands: Operands<'adam'>): void {
  const { count, beta1, beta2, epsilon, weightDecay, learningRate, step, gradient, mean, square, parameters } = operands
  const rate = learningRate[0] / (1 - power(beta1, step[0]))
  const rootOfCorrection = Math.sqrt(1 - power(beta2, step[0]))
  const kept = 1 - learningRate[0] * weightDecay
  for (let i = 0; i < count; i++) {
    const g = gradient[i]
    mean[i] = beta1 * mean[i] + (1 - beta1) * g
    square[i] = beta2 * square[i] + (1 - beta2) * g * g
    parameters[i] = kept * parameters[i] - (rate * mean[i]) / (Math.sqrt(square[i]) / rootOfCorrection + epsilon)
  }
}

/**
 * Returns base^exponent for an integer exponent. It uses only multiplications, because the results of Math.pow may
 * differ between platforms.
 */
function power(base: number, exponent: number): number {
  let result = 1
  for (let rest = exponent, square = base; rest > 0; rest = Math.floor(rest / 2), square *= square) {
    if (rest % 2 === 1) result *= square
  }
  return result
}

const [smallestStep, largestStep] = [1e-6, 50]

/**
 * Moves each parameter against the sign of its gradient. Each parameter has its own step size, which grows while the
 * sign stays the same and shrinks when the sign changes.
 */
export function rprop({ count, learningRate, gradient, previous, sizes, parameters }: Operands<'rprop'>): void {
  for (let i = 0; i < count; i++) {
    const agreement = gradient[i] * previous[i]
    // Before the first step, the stored size is 0. The first step size is the learning rate.
    const size = sizes[i] === 0 ? learningRate[0] : sizes[i]
    const next = agreement > 0 ? 1.2 * size : agreement < 0 ? 0.5 * size : size
    sizes[i] = next < smallestStep ? smallestStep : next > largestStep ? largestStep : next
    const g = agreement < 0 ? 0 : gradient[i]
    parameters[i] -= g > 0 ? sizes[i] : g < 0 ? -sizes[i] : g
    previous[i] = g
  }
}
