import { inspectValue } from '../../base/errors.js'
import { DataError, type Network } from '../../index.js'
import type { AnswerFormat } from './answer-format.js'
import type { Separator } from './cells.js'
import type { Line } from './lines.js'

/** Says how the lines of a text are read, and how they are written with their answers. */
export interface LineForm {
  readonly name: 'numbers' | 'objects' | 'table'
  /** The format of the answers. */
  readonly format: AnswerFormat
  /** The header of the columns before those of the answer. Only for CSV answers and columns with names. */
  readonly header?: string
  readonly separator: Separator
  /** Reads a line into `row`. Returns the text to write in front of its answer, if any. @throws DataError */
  read(line: Line, row: Float64Array): string | undefined
}

export interface FormOptions {
  /** The number of inputs of a row. */
  readonly width: number
  readonly dtype: Network['dtype']
  /** The fields or columns of the inputs, in order. By default, they are found from the first line. */
  readonly inputs: readonly string[] | undefined
  /** The format of the answers. By default, objects get objects, tables get tables, and numbers get plain answers. */
  readonly format: AnswerFormat | undefined
  /** Returns the names of the fields or columns of an answer. */
  readonly answerNames: (format: AnswerFormat) => readonly string[]
}

/** Refuses a row that has a field of the answer, because the answer would replace that field. @throws DataError */
export function checkOwn({ number }: Line, answerNames: readonly string[], has: (name: string) => boolean): void {
  const name = answerNames.find(has)
  if (name === undefined) return
  throw new DataError(
    `line ${number}: there is a ${inspectValue(name)} already, and the answer has one: rename it, or take --format text`,
  )
}
