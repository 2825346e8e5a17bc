import type { Network } from '../../index.js'

/** The formats of answers: plain text, lines of JSON, or additional columns of a table. */
export const answerFormats = ['text', 'ndjson', 'csv'] as const
export type AnswerFormat = (typeof answerFormats)[number]

/** The parts of an answer. */
export interface AnswerParts {
  /** Whether the outputs stand for classes. The answer is then the class with the largest output. */
  readonly classes: boolean
  readonly labels: boolean
  /** The number of outputs to write. It is 0 if only the class is written. */
  readonly outputs: number
}

/**
 * Several outputs count as classes if they have names or are between 0 and 1 (softmax, sigmoid). In all other cases,
 * the outputs themselves are the answer.
 */
export function answerParts({ description, labelNames }: Network, withOutputs: boolean): AnswerParts {
  const { outputs, activation } = description.layers[description.layers.length - 1]
  const classes = outputs > 1 && (labelNames !== undefined || activation === 'softmax' || activation === 'sigmoid')
  return { classes, labels: classes && labelNames !== undefined, outputs: classes && !withOutputs ? 0 : outputs }
}

/** The fields or columns of an answer. A row must not have a field or column with one of these names. */
export function answerNames({ classes, labels, outputs }: AnswerParts, format: AnswerFormat): string[] {
  if (format === 'text') return []
  const columns = Array.from({ length: outputs }, (_, index) => `output${index}`)
  return [
    ...(classes ? ['class'] : []),
    ...(labels ? ['label'] : []),
    ...(format === 'csv' ? columns : outputs > 0 ? ['outputs'] : []),
  ]
}
