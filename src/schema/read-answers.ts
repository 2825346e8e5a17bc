import type { FloatArray } from '../base/memory.js'
import type { TableSchema } from './schema.js'

/** What the outputs of a network say about a row. */
export interface Answer {
  /** The most probable class, or the number. */
  readonly prediction: string | number
  /** The probability of each class. Undefined if the target is a number. */
  readonly probabilities: Readonly<Record<string, number>> | undefined
}

/** Returns a function that reads the answer from the outputs of a row, which begin at `at`. */
export function answerReader({ target }: Pick<TableSchema, 'target'>): (outputs: FloatArray, at: number) => Answer {
  if (target.kind === 'number') {
    const { mean, deviation, folded } = target
    return (outputs, at) => ({
      prediction: folded ? outputs[at] : outputs[at] * deviation + mean,
      probabilities: undefined,
    })
  }
  const { classes } = target
  return (outputs, at) => {
    let best = 0
    const probabilities: Record<string, number> = {}
    for (let i = 0; i < classes.length; i++) {
      probabilities[classes[i]] = outputs[at + i]
      if (outputs[at + i] > outputs[at + best]) best = i
    }
    return { prediction: classes[best], probabilities }
  }
}
