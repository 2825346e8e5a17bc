import type { DecimalMark, Delimiter } from '../../base/delimiters.js'
import { inspectValue } from '../../base/errors.js'
import { DataError, type Network } from '../../index.js'
import type { AnswerFormat } from './answer-format.js'
import type { Line } from './lines.js'

/** Says how to parse the lines of an input text, and how to write the predictions for them. */
export interface LineForm {
  readonly name: 'numbers' | 'objects' | 'table'
  /** The format of the predictions. */
  readonly format: AnswerFormat
  /** The names of the fields or columns that are the inputs. Lines of numbers have no names. */
  readonly inputs?: readonly string[]
  /** The names of all fields or columns, in the order in which CSV output has them. */
  readonly columns?: readonly string[]
  /** The header of the input columns. In CSV output, the headings of the prediction columns follow it. */
  readonly header?: string
  readonly separator: Delimiter
  /** The decimal mark of the outputs in a table. */
  readonly decimal: DecimalMark
  /**
   * Parses a line into `row`. Returns the text to write in front of the prediction, if any.
   * @throws DataError if the line does not have the expected inputs
   */
  read(line: Line, row: Float64Array): string | undefined
}

export interface FormOptions {
  /** The number of inputs in a row. */
  readonly width: number
  readonly dtype: Network['dtype']
  /**
   * The names of the fields or columns with the inputs, in the order of the inputs. By default, they are detected from
   * the first line.
   */
  readonly inputs: readonly string[] | undefined
  /** The names of the network's inputs, if it has any. Without `inputs`, fields and columns are found by these names. */
  readonly inputNames: readonly string[] | undefined
  /** How the first file was read. Undefined for the first file. Later files go to the same output. */
  readonly first: LineForm | undefined
  /** The character between two cells, if the user typed it. */
  readonly delimiter: Delimiter | undefined
  /** The decimal mark of the numbers in a text. */
  readonly decimal: DecimalMark
  /**
   * The format of the predictions. By default, predictions for JSON objects are JSON objects, predictions for a table
   * are a table, and predictions for lines of numbers are plain text.
   */
  readonly format: AnswerFormat | undefined
  /** Returns the names of the fields or columns that a prediction adds to its row. */
  readonly answerNames: (format: AnswerFormat) => readonly string[]
}

/**
 * Returns the names of the inputs that were found in the first file, if a later file has them too. So a later file may
 * have its fields or columns in another order.
 */
export function inputsOfFirst({ first }: FormOptions, has: (name: string) => boolean): readonly string[] | undefined {
  return first?.inputs?.every(has) ? first.inputs : undefined
}

/**
 * Returns the columns of the first file, if `columns` are the same in any order. Otherwise returns undefined, also if
 * two columns have the same name.
 */
export function columnsOfFirst({ first }: FormOptions, columns: readonly string[]): readonly string[] | undefined {
  const names = new Set(columns)
  const same = names.size === columns.length && first?.columns?.length === columns.length
  return same && first.columns.every((name) => names.has(name)) ? first.columns : undefined
}

/**
 * Checks that a row has none of the fields that a prediction adds, because the prediction would replace them.
 * @throws DataError if the row has such a field
 */
export function checkOwn({ number }: Line, answerNames: readonly string[], has: (name: string) => boolean): void {
  const name = answerNames.find(has)
  if (name === undefined) return
  throw new DataError(
    `line ${number}: there is a ${inspectValue(name)} already, and the answer has one: rename it, or take --format text`,
  )
}
