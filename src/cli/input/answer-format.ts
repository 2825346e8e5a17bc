import type { Network } from '../../index.js'

/** The formats of predictions: plain text, lines of JSON, or additional columns of a table. */
export const answerFormats = ['text', 'ndjson', 'csv'] as const
export type AnswerFormat = (typeof answerFormats)[number]

/** The parts of the prediction that `descent-nn predict` writes for each row. */
export interface AnswerParts {
  /** Whether the outputs stand for classes. If so, the prediction is a class. */
  readonly classes: boolean
  readonly labels: boolean
  /** The number of outputs to write. It is 0 if only the class is written. */
  readonly outputs: number
}

/**
 * Decides what to write as a prediction. Outputs stand for classes if the classes have names. Even without names, they
 * stand for classes if there are several outputs and the last layer is softmax or sigmoid. In all other cases, the
 * outputs themselves are the prediction.
 */
export function answerParts({ description, labelNames }: Network, withOutputs: boolean): AnswerParts {
  const { outputs, activation } = description.layers[description.layers.length - 1]
  const classes = labelNames !== undefined || (outputs > 1 && (activation === 'softmax' || activation === 'sigmoid'))
  return { classes, labels: classes && labelNames !== undefined, outputs: classes && !withOutputs ? 0 : outputs }
}

/**
 * Returns the names of the fields or columns that hold a prediction. The input row must not have fields or columns with
 * these names.
 */
export function answerNames({ classes, labels, outputs }: AnswerParts, format: AnswerFormat): string[] {
  if (format === 'text') return []
  const columns = Array.from({ length: outputs }, (_, index) => `output${index}`)
  return [
    ...(classes ? ['class'] : []),
    ...(labels ? ['label'] : []),
    ...(format === 'csv' ? columns : outputs > 0 ? ['outputs'] : []),
  ]
}
