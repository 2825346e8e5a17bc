import { inspectValue } from '../../base/errors.js'
import { DataError, type Network } from '../../index.js'
import type { AnswerFormat } from './answer-format.js'
import type { Separator } from './cells.js'
import type { Line } from './lines.js'

/** How the lines of a text become rows of numbers, and go out again with their answers. */
export interface LineForm {
  readonly name: 'numbers' | 'objects' | 'table'
  /** How its rows are answered. */
  readonly format: AnswerFormat
  /** What its rows have before the answer's columns, where they are answered in CSV and have names. */
  readonly header?: string
  readonly separator: Separator
  /** Reads a line into `row`, and returns what stands before its answer, if anything does. @throws DataError */
  read(line: Line, row: Float64Array): string | undefined
}

export interface FormOptions {
  /** Numbers that a row must have. */
  readonly width: number
  readonly dtype: Network['dtype']
  /** The fields or columns that are inputs, in their order; where it is not said, they are found in the first line. */
  readonly inputs: readonly string[] | undefined
  /** Where it is not said, that of the rows: objects get objects, a table gets a table, and numbers get the answer alone. */
  readonly format: AnswerFormat | undefined
  /** The fields or columns that an answer has. */
  readonly answerNames: (format: AnswerFormat) => readonly string[]
}

/** A row must not have what its answer has: one would replace the other. @throws DataError */
export function checkOwn({ number }: Line, answerNames: readonly string[], has: (name: string) => boolean): void {
  const name = answerNames.find(has)
  if (name === undefined) return
  throw new DataError(
    `line ${number}: there is a ${inspectValue(name)} already, and the answer has one: rename it, or take --format text`,
  )
}
