import { answerer, answerFormats } from './answers.js'
import { defineCommand } from './command.js'
import { count } from './format.js'
import { readModelFile } from './model-formats.js'
import { machineOptions, readMachine } from './network-options.js'
import { type Batch, type RowOptions, rowsOfFile, rowsOfStandardInput } from './rows.js'
import { createStatus, print } from './terminal.js'

const byteScale = 1 / 255

export const predict = defineCommand({
  name: 'predict',
  summary: 'prints the answer to each row of files or of standard input',
  operands: { usage: 'MODEL [FILE...]', least: 1, most: Infinity },
  options: {
    format: {
      value: 'NAME',
      meaning:
        'how to answer: text (the answer alone), ndjson (an object a line) or csv; by default as the rows come: objects to objects, a table to a table, text to numbers',
    },
    inputs: {
      value: 'NAMES',
      meaning: 'the fields of objects or the columns of a table that are the inputs, in their order: a,b,c',
    },
    outputs: {
      meaning:
        'print the outputs too: {"class":7,"outputs":[...]} for each row, with its "label" where it has a name; columns in a table',
    },
    scale: { meaning: 'the numbers go from 0 to 255, not from 0 to 1 (those of IDX bytes always do)' },
    ...machineOptions,
  },
  notes: [
    [
      'A FILE is an IDX file of pictures, plain or gzip, or a text; without a FILE it reads a text from standard input.',
      'A text has a row a line: numbers separated by commas or blanks, or a JSON array; an object in JSON (NDJSON); or, below',
      'a header without a number, the cells of a table (CSV). Objects and tables come back with all their fields and the',
      'answer behind them. A line that is no such row ends it with an error and exit code 1, after the answers to the lines',
      'before. Memory does not grow with the number of rows, and who writes a row and waits gets an answer.',
      'The answer is the name of a class where the network has names (labelNames), or else its number.',
    ].join('\n'),
    'descent predict model.safetensors < rows.ndjson > answers.ndjson',
  ],
  async run(args) {
    const [model, ...files] = args.operands
    const format = args.choice('format', answerFormats)
    const inputs = args.text('inputs')?.split(',')
    const network = await readModelFile(model, readMachine(args))
    const answer = answerer(network, { format, outputs: args.has('outputs') })
    const { inputs: width } = network.description
    // Where the answers go to a terminal, they tell themselves how far it is.
    const status = process.stdout.isTTY ? undefined : createStatus()
    let answered = 0
    try {
      for await (const batch of allRows(files, { width, inputs, scale: args.has('scale') ? byteScale : undefined })) {
        await print(await answer(batch))
        answered += batch.rows.size
        status?.show(`${count(answered)} rows answered`)
      }
    } finally {
      status?.clear()
    }
    return undefined
  },
})

async function* allRows(files: readonly string[], options: RowOptions): AsyncGenerator<Batch> {
  if (files.length === 0) yield* rowsOfStandardInput(options)
  for (const file of files) yield* file === '-' ? rowsOfStandardInput(options) : rowsOfFile(file, options)
}
