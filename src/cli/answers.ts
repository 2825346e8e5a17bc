import type { Network } from '../index.js'
import { classNames } from './labels.js'
import type { Batch } from './rows.js'

/** How answers are written: alone, as a line of JSON, or as further columns of a table. */
export const answerFormats = ['text', 'ndjson', 'csv'] as const
export type AnswerFormat = (typeof answerFormats)[number]

export interface AnswerOptions {
  /** Where it is not said, that of the rows: objects get objects, a table gets a table, and numbers get the answer alone. */
  readonly format: AnswerFormat | undefined
  /** Whether the outputs are written too. */
  readonly outputs: boolean
}

/** One row's answer. */
interface Answer {
  readonly class: number
  readonly label?: string
  readonly outputs?: readonly number[]
}

/** A function that gives the lines of answers to a batch; the first ones of a table begin with its header. */
export function answerer(network: Network, { format, outputs }: AnswerOptions): (batch: Batch) => Promise<string> {
  // So many digits tell every number of the type from its neighbours.
  const precision = network.dtype === 'float32' ? 9 : 17
  const names = classNames(network)
  const { labelNames } = network
  let headed = false

  async function answersTo({ rows }: Batch): Promise<Answer[]> {
    const classes = await network.classify(rows)
    const all = outputs ? await network.predict(rows) : undefined
    const width = names.length
    return Array.from(classes, (answer, row) => ({
      class: answer,
      ...(labelNames && { label: labelNames[answer] }),
      ...(all && {
        outputs: Array.from(all.subarray(row * width, (row + 1) * width), (a) => Number(a.toPrecision(precision))),
      }),
    }))
  }

  return async (batch) => {
    const answers = await answersTo(batch)
    const { form, kept } = batch
    const asked = format ?? formatOf(form.name)
    if (asked === 'csv') {
      const before = (cells: string | undefined, rest: readonly unknown[]) =>
        [...(cells === undefined ? [] : [cells]), ...rest.map(cell)].join()
      const lines = answers.map((answer, row) => before(textOf(kept[row]), valuesOf(answer)))
      if (headed) return lines.join('\n')
      headed = true
      return [before(form.header, columnsOf(answers[0])), ...lines].join('\n')
    }
    if (asked === 'text' && !outputs) return answers.map((answer) => names[answer.class]).join('\n')
    return answers.map((answer, row) => JSON.stringify({ ...fieldsOf(kept[row]), ...answer })).join('\n')
  }
}

function formatOf(name: Batch['form']['name']): AnswerFormat {
  return name === 'objects' ? 'ndjson' : name === 'table' ? 'csv' : 'text'
}

const textOf = (kept: Batch['kept'][number]): string | undefined => (typeof kept === 'string' ? kept : undefined)
const fieldsOf = (kept: Batch['kept'][number]) => (typeof kept === 'object' ? kept : undefined)

const valuesOf = ({ class: answer, label, outputs = [] }: Answer): unknown[] => [
  answer,
  ...(label === undefined ? [] : [label]),
  ...outputs,
]

const columnsOf = ({ label, outputs = [] }: Answer): string[] => [
  'class',
  ...(label === undefined ? [] : ['label']),
  ...outputs.map((_, index) => `output${index}`),
]

/** A cell as RFC 4180 has it. */
function cell(value: unknown): string {
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
