import type { Network } from '../../index.js'

/** The formats of answers: alone, as a line of JSON, or as additional columns of a table. */
export const answerFormats = ['text', 'ndjson', 'csv'] as const
export type AnswerFormat = (typeof answerFormats)[number]

/** The parts of an answer. */
export interface AnswerParts {
  /** Whether the outputs are classes; the largest one is the answer. */
  readonly classes: boolean
  readonly labels: boolean
  /** The number of outputs to write; 0 if the class is enough. */
  readonly outputs: number
}

/**
 * Outputs are classes if there are several, and they have names or lie between 0 and 1 (softmax, sigmoid). Otherwise the
 * outputs themselves are the answer.
 */
export function answerParts({ description, labelNames }: Network, withOutputs: boolean): AnswerParts {
  const { outputs, activation } = description.layers[description.layers.length - 1]
  const classes = outputs > 1 && (labelNames !== undefined || activation === 'softmax' || activation === 'sigmoid')
  return { classes, labels: classes && labelNames !== undefined, outputs: classes && !withOutputs ? 0 : outputs }
}

/** The fields or columns of an answer. A row must not have any of them. */
export function answerNames({ classes, labels, outputs }: AnswerParts, format: AnswerFormat): string[] {
  if (format === 'text') return []
  const columns = Array.from({ length: outputs }, (_, index) => `output${index}`)
  return [
    ...(classes ? ['class'] : []),
    ...(labels ? ['label'] : []),
    ...(format === 'csv' ? columns : outputs > 0 ? ['outputs'] : []),
  ]
}
