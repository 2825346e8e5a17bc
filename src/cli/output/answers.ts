import { DataError, type Network } from '../../index.js'
import { type AnswerParts, answerNames } from '../input/answer-format.js'
import { joinCells } from '../input/cells.js'
import { classNames } from '../input/labels.js'
import type { Batch } from '../input/read-rows.js'
import type { LineForm } from '../input/row-format.js'

export interface AnswerOptions extends AnswerParts {
  /** Whether the user typed --outputs. If so, each line of text output is a JSON object that contains the outputs. */
  readonly withOutputs: boolean
}

/** The prediction for a row. Fields that are undefined do not appear in JSON. */
interface Answer {
  readonly class: number | undefined
  readonly label: string | undefined
  readonly outputs: readonly number[] | undefined
}

/**
 * Returns a function that formats the predictions for a batch as lines. CSV output has a header line before the first
 * batch.
 */
export function answerer(network: Network, options: AnswerOptions): (batch: Batch) => Promise<string[]> {
  // With this many significant digits, no two different outputs give the same text.
  const precision = network.dtype === 'float32' ? 9 : 17
  const names = classNames(network)
  const { labelNames } = network
  let first: LineForm | undefined

  async function answersTo(rows: Batch['rows']): Promise<Answer[]> {
    if (!rows) return []
    const classes = options.classes ? await network.classify(rows) : undefined
    const all = options.outputs > 0 ? await network.predict(rows) : undefined
    const width = all ? all.length / rows.rows : 0
    const outputsOf = (row: number): number[] | undefined =>
      all && Array.from(all.subarray(row * width, (row + 1) * width), (a) => Number(a.toPrecision(precision)))
    return Array.from({ length: rows.rows }, (_, row) => {
      const answer = classes?.[row]
      return { class: answer, label: answer === undefined ? undefined : labelNames?.[answer], outputs: outputsOf(row) }
    })
  }

  function asText(answer: Answer): string {
    if (options.withOutputs) return JSON.stringify(answer)
    return answer.class === undefined ? (answer.outputs ?? []).join() : names[answer.class]
  }

  return async ({ rows, kept, form, name }) => {
    if (first) checkAlike(first, form, name)
    const { format, header, separator, decimal } = form
    const columns = format === 'csv' && !first ? joinCells(answerNames(options, format), separator) : undefined
    first ??= form
    const lines = (await answersTo(rows)).map((answer, row) => {
      if (format === 'text') return asText(answer)
      if (format === 'ndjson') return `${kept[row] ?? '{'}${JSON.stringify(answer).slice(1)}`
      return besideCells(kept[row], joinCells(valuesOf(answer, decimal), separator), separator)
    })
    return columns === undefined ? lines : [besideCells(header, columns, separator), ...lines]
  }
}

const besideCells = (before: string | undefined, cells: string, separator: string): string =>
  before === undefined ? cells : `${before}${separator}${cells}`

const valuesOf = ({ class: answer, label, outputs = [] }: Answer, decimal: LineForm['decimal']): unknown[] => [
  ...(answer === undefined ? [] : [answer]),
  ...(label === undefined ? [] : [label]),
  ...outputs.map((output) => String(output).replace('.', decimal)),
]

const kinds = { numbers: 'only numbers', objects: 'objects', table: 'a table' } as const

/**
 * Checks that the predictions for all input files have the same format and header, because they go to one output.
 * @throws DataError if the predictions for a file do not match those for the first file
 */
function checkAlike(first: LineForm, form: LineForm, name: string): void {
  if (form.format !== first.format) {
    throw new DataError(
      `${name}: it has ${kinds[form.name]}, the first file ${kinds[first.name]}: --format answers both in one way`,
    )
  }
  if (form.format === 'csv' && form.header !== first.header) {
    throw new DataError(
      `${name}: its header is ${form.header ?? 'none'}, that of the first file ${first.header ?? 'none'}`,
    )
  }
}
