import { type Network, openTable, type RowCounts, type TableModel, tableModel } from '../../index.js'
import { answerFormats, answerNames, answerParts } from '../input/answer-format.js'
import { splitNames } from '../input/cells.js'
import { openNamedTable } from '../input/open-named-table.js'
import { type Batch, type RowOptions, rowsOfFile, rowsOfStandardInput } from '../input/read-rows.js'
import type { LineForm } from '../input/row-format.js'
import { csvOptions } from '../options/data-options.js'
import { machineOptions, readMachine } from '../options/network-options.js'
import { answerer } from '../output/answers.js'
import { readModelFile } from '../output/model-formats.js'
import { tableAnswers } from '../output/table-answers.js'
import { countLines } from '../output/table-test.js'
import { type Arguments, defineCommand } from '../parsing/command.js'
import { count } from '../parsing/format.js'
import { oneOf } from '../parsing/option-parsers.js'
import { UsageError } from '../parsing/usage-error.js'
import { createStatus, note, printData } from '../terminal/terminal.js'

const byteScale = 1 / 255
/**
 * The command-line arguments that stand for standard input. Standard input is read with process.stdin, because opening
 * /dev/stdin as a file fails if standard input is a socket.
 */
const standardInput = ['-', '/dev/stdin']

/** The number of lines of a table that are printed together. */
const linesAtOnce = 1024

const options = {
  format: {
    kind: oneOf(...answerFormats),
    meaning:
      'how to answer: text (the answer alone), ndjson (an object a line) or csv; by default as the rows come: objects to objects, a table to a table, text to numbers',
  },
  inputs: {
    value: 'NAMES',
    meaning:
      'the fields of objects or the columns of a table that are the inputs, in their order: a,b,c (default: those of the network)',
  },
  outputs: {
    meaning:
      'print the outputs too: {"class":7,"outputs":[...]} for each row, with its "label" where it has a name; columns in a table',
  },
  skipMisfits: { meaning: 'leave out rows that do not fit a network that learned from a table, and count them' },
  ...csvOptions,
  scale: { meaning: 'the numbers go from 0 to 255, not from 0 to 1 (those of IDX bytes always do)' },
  ...machineOptions,
} as const

export const predict = defineCommand({
  name: 'predict',
  summary: 'prints the answer to each row of files or of standard input',
  operands: '<MODEL> [FILE...]',
  options,
  notes: [
    [
      'A FILE is an IDX file of pictures or a text, plain or gzip, or a pipe; without a FILE, or with -, it reads a text from',
      'standard input. A text is UTF-8 and has a row a line: numbers separated by commas or blanks, or a JSON array; an object',
      'in JSON (NDJSON); or, below a header, the cells of a table (CSV; .tsv by tabs). Objects and tables come back as they',
      'came, with the answer behind: class, label where classes have names, and outputs (output0, output1 in a table), none of',
      'which they may have already. With --format ndjson the cells of a table become texts under the names of its header, with',
      '--format csv the fields of the first object become columns; rows without names have the answer alone. A line that is',
      'no such row ends it with an error and exit code 1, after the answers to the lines before; so does a file of another',
      'form than the first, and in a table one with other columns, but their order may differ. A network that was trained on',
      'a table finds fields and columns by their names, in any order. Memory does not grow with the number of rows, and who',
      'writes a row and waits gets an answer.',
      'The answer is the name of a class where the network has names (labelNames), or else its number. Outputs are classes',
      'where they have names, or where there are several and they are sigmoid or softmax; a single output with names is the',
      'second class from 0.5 up, else the first. Other outputs are the answer themselves.',
    ].join('\n'),
    'descent-nn predict model.safetensors < rows.ndjson > answers.ndjson',
  ],
  async run(args) {
    const [model, ...files] = args.operands
    const { format, outputs: withOutputs = false } = args
    const inputs = args.inputs ? splitNames('--inputs', args.inputs) : undefined
    const twice = inputs?.find((name, place) => inputs.includes(name, place + 1))
    if (twice !== undefined)
      throw new UsageError(`--inputs must name each input once, not ${JSON.stringify(twice)} twice`)
    const network = await readModelFile(model, readMachine(args))
    if (network.schema) return predictTables(tableModel(network), files, args)
    const parts = answerParts(network, withOutputs)
    const answer = answerer(network, { ...parts, withOutputs })
    const rowOptions: Omit<RowOptions, 'first'> = {
      width: network.description.inputs,
      dtype: network.dtype,
      inputs: inputs && checkNamed(inputs, network),
      inputNames: network.inputNames,
      delimiter: args.delimiter,
      decimal: args.decimal ?? '.',
      format,
      answerNames: (format) => answerNames(parts, format),
      scale: args.scale ? byteScale : undefined,
    }
    // If the predictions are printed on a terminal, they already show the progress, so there is no status line.
    const status = process.stdout.isTTY ? undefined : createStatus()
    let answered = 0
    try {
      for await (const batch of allRows(files, rowOptions)) {
        const lines = await answer(batch)
        if (lines.length > 0) await printData(lines.join('\n'))
        answered += batch.rows?.rows ?? 0
        status?.show(`${count(answered)} rows answered`)
      }
    } finally {
      status?.clear()
    }
    return undefined
  },
})

/** Answers the rows of tables by a network that knows their columns. */
async function predictTables(
  model: TableModel,
  files: readonly string[],
  { format, outputs, delimiter, decimal, skipMisfits }: Arguments<typeof options>,
): Promise<number | undefined> {
  const counts: RowCounts = { rows: 0, misfits: 0, withoutTarget: 0, unseen: {} }
  const onMisfit = skipMisfits ? 'skip' : 'throw'
  const status = process.stdout.isTTY ? undefined : createStatus()
  try {
    for (const file of files.length === 0 ? ['-'] : files) {
      const isInput = standardInput.includes(file)
      const dialect = { delimiter, decimal }
      const table = isInput
        ? await openTable(process.stdin, { ...dialect, format: format === 'ndjson' ? 'ndjson' : 'csv' })
        : await openNamedTable({ data: file, ...dialect })
      const written = format ?? (/\.(?:ndjson|jsonl)(?:\.gz)?$/i.test(file) ? 'ndjson' : 'csv')
      let lines: string[] = []
      for await (const line of tableAnswers(model, table, {
        format: written,
        probabilities: outputs === true,
        onMisfit,
        counts,
      })) {
        lines.push(line)
        if (lines.length < linesAtOnce) continue
        await printData(lines.join('\n'))
        status?.show(`${count(counts.rows)} rows answered`)
        lines = []
      }
      if (lines.length > 0) await printData(lines.join('\n'))
    }
  } finally {
    status?.clear()
  }
  for (const line of countLines(counts, model.schema.target.name)) note(line)
  return undefined
}

/**
 * Returns the names of the network's inputs if the network has names, because --inputs may list them in any order. If the
 * network has no names, or if --inputs names a single field that is an array of all inputs, returns `inputs`.
 * @throws UsageError if an input of the network is missing
 */
function checkNamed(inputs: readonly string[], { inputNames, description }: Network): readonly string[] {
  if (!inputNames || (inputs.length === 1 && description.inputs > 1)) return inputs
  const missing = inputNames.find((name) => !inputs.includes(name))
  if (missing === undefined) return inputNames
  const names = inputNames.map((name) => JSON.stringify(name)).join(', ')
  throw new UsageError(
    `--inputs lacks ${JSON.stringify(missing)}, which is an input of the network: its inputs are ${names}`,
  )
}

async function* allRows(files: readonly string[], options: Omit<RowOptions, 'first'>): AsyncGenerator<Batch> {
  let first: LineForm | undefined
  for (const file of files.length === 0 ? ['-'] : files) {
    const batches = standardInput.includes(file)
      ? rowsOfStandardInput({ ...options, first })
      : rowsOfFile(file, { ...options, first })
    for await (const batch of batches) {
      first ??= batch.form
      yield batch
    }
  }
}
