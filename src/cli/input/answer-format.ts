import type { Network } from '../../index.js'

/** How answers are written: alone, as a line of JSON, or as further columns of a table. */
export const answerFormats = ['text', 'ndjson', 'csv'] as const
export type AnswerFormat = (typeof answerFormats)[number]

/** What the answer to a row says. */
export interface AnswerParts {
  /** Whether the outputs are classes, of which the largest is the answer. */
  readonly classes: boolean
  readonly labels: boolean
  /** How many outputs are written, 0 where the class is enough. */
  readonly outputs: number
}

/**
 * Outputs are classes where there are several, and they have names or are shares or answers from 0 to 1 (softmax, sigmoid).
 * Otherwise the largest of them means nothing, and they are the answer themselves.
 */
export function answerParts({ description, labelNames }: Network, withOutputs: boolean): AnswerParts {
  const { outputs, activation } = description.layers[description.layers.length - 1]
  const classes = outputs > 1 && (labelNames !== undefined || activation === 'softmax' || activation === 'sigmoid')
  return { classes, labels: classes && labelNames !== undefined, outputs: classes && !withOutputs ? 0 : outputs }
}

/** The fields or columns that an answer has, which a row must not have as well. */
export function answerNames({ classes, labels, outputs }: AnswerParts, format: AnswerFormat): string[] {
  if (format === 'text') return []
  const columns = Array.from({ length: outputs }, (_, index) => `output${index}`)
  return [
    ...(classes ? ['class'] : []),
    ...(labels ? ['label'] : []),
    ...(format === 'csv' ? columns : outputs > 0 ? ['outputs'] : []),
  ]
}
