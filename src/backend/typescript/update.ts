import type { Operands } from './bind.js'

/** gradient += l1 sign(w) + l2 w */
export function addPenalty({ count, l1, l2, w, gradient }: Operands<'addPenalty'>): void {
  const absolute = l1[0]
  const square = l2[0]
  for (let i = 0; i < count; i++) gradient[i] += absolute * Math.sign(w[i]) + square * w[i]
}

/** parameters -= learningRate gradient */
export function sgd({ count, learningRate, gradient, parameters }: Operands<'sgd'>): void {
  const rate = learningRate[0]
  for (let i = 0; i < count; i++) parameters[i] -= rate * gradient[i]
}
