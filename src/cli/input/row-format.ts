import { inspectValue } from '../../base/errors.js'
import { DataError, type Network } from '../../index.js'
import type { AnswerFormat } from './answer-format.js'
import type { Separator } from './cells.js'
import type { Line } from './lines.js'

/** How lines of a text are read, and written with their answers. */
export interface LineForm {
  readonly name: 'numbers' | 'objects' | 'table'
  /** The format of the answers. */
  readonly format: AnswerFormat
  /** The header in front of the answer's columns, if answers are CSV and columns have names. */
  readonly header?: string
  readonly separator: Separator
  /** Reads a line into `row`, and returns the text in front of its answer, if any. @throws DataError */
  read(line: Line, row: Float64Array): string | undefined
}

export interface FormOptions {
  /** The number of inputs of a row. */
  readonly width: number
  readonly dtype: Network['dtype']
  /** The fields or columns of the inputs, in order; default: found in the first line. */
  readonly inputs: readonly string[] | undefined
  /** Default: as the rows. Objects get objects, a table gets a table, and numbers get the answer alone. */
  readonly format: AnswerFormat | undefined
  /** The fields or columns of an answer. */
  readonly answerNames: (format: AnswerFormat) => readonly string[]
}

/** Refuses a row with a field of the answer, since one would replace the other. @throws DataError */
export function checkOwn({ number }: Line, answerNames: readonly string[], has: (name: string) => boolean): void {
  const name = answerNames.find(has)
  if (name === undefined) return
  throw new DataError(
    `line ${number}: there is a ${inspectValue(name)} already, and the answer has one: rename it, or take --format text`,
  )
}
