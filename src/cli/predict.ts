import { type Dataset, Network } from '../index.js'
import { defineCommand } from './command.js'
import { classNames } from './labels.js'
import { machineOptions, readMachine } from './network-options.js'
import { type RowOptions, rowsOfFile, rowsOfStandardInput } from './rows.js'
import { print } from './terminal.js'

const byteScale = 1 / 255

export const predict = defineCommand({
  name: 'predict',
  summary: 'prints the answer to each row of files or of standard input',
  operands: { usage: 'MODEL [FILE...]', least: 1, most: Infinity },
  options: {
    outputs: {
      meaning: 'print the outputs too: {"class":7,"outputs":[...]} for each row, with its "label" where it has a name',
    },
    scale: { meaning: 'the numbers go from 0 to 255, not from 0 to 1 (those of IDX bytes always do)' },
    ...machineOptions,
  },
  notes: [
    [
      'A FILE is an IDX file of pictures, plain or gzip, or a text; without a FILE it reads a text from standard input.',
      'A text has a row a line: numbers separated by commas or blanks, or a JSON array. A line that is no such row ends',
      'it with an error and exit code 1, after the answers to the lines before.',
      'The answer is the name of a class where the network has names (labelNames), or else its number.',
    ].join('\n'),
  ],
  async run(args) {
    const [model, ...files] = args.operands
    const network = await Network.load(model, readMachine(args))
    const answer = answerer(network, args.has('outputs'))
    const options = { width: network.description.inputs, scale: args.has('scale') ? byteScale : undefined }
    for await (const batch of allRows(files, options)) await print(await answer(batch))
    return undefined
  },
})

async function* allRows(files: readonly string[], options: RowOptions): AsyncGenerator<Dataset> {
  if (files.length === 0) yield* rowsOfStandardInput(options)
  for (const file of files) yield* file === '-' ? rowsOfStandardInput(options) : rowsOfFile(file, options)
}

/** A function that gives the lines of answers to a batch. */
function answerer(network: Network, withOutputs: boolean): (batch: Dataset) => Promise<string> {
  // So many digits tell every number of the type from its neighbours.
  const precision = network.dtype === 'float32' ? 9 : 17
  const names = classNames(network)
  const { labelNames } = network
  return async (batch) => {
    const classes = await network.classify(batch)
    if (!withOutputs) return Array.from(classes, (answer) => names[answer]).join('\n')
    const all = await network.predict(batch)
    const width = all.length / classes.length
    return Array.from(classes, (answer, row) => {
      const outputs = Array.from(all.subarray(row * width, (row + 1) * width), (a) => Number(a.toPrecision(precision)))
      return JSON.stringify({ class: answer, ...(labelNames && { label: labelNames[answer] }), outputs })
    }).join('\n')
  }
}
