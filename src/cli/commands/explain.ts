import { type TaskName, trainingDefaults } from '../../index.js'
import { networkMaker, readShape, shapeOptions } from '../options/network-options.js'
import { readModelFile } from '../output/model-formats.js'
import { defineCommand, typedName } from '../parsing/command.js'
import { oneOf, wholeKind } from '../parsing/option-parsers.js'
import { UsageError } from '../parsing/usage-error.js'
import { print } from '../terminal/terminal.js'

const tasks = ['train', 'gradients', 'deltas', 'evaluate', 'predict', 'classify'] as const satisfies readonly TaskName[]

/** The options that describe a network. The user must not combine them with a model file. */
const shapeNames = ['inputs', 'outputs', ...(Object.keys(shapeOptions) as (keyof typeof shapeOptions)[])] as const

export const explain = defineCommand({
  name: 'explain',
  summary: 'lists the commands that run for one batch',
  operands: '[MODEL]',
  options: {
    task: { kind: oneOf(...tasks), meaning: 'train (default), gradients, deltas, evaluate, predict or classify' },
    batchSize: {
      kind: wholeKind(1, 2 ** 31 - 1),
      alias: '--batch',
      meaning: `rows of a batch (default ${trainingDefaults.batchSize})`,
    },
    inputs: { kind: wholeKind(1), meaning: 'numbers of a row (default 784)' },
    ...shapeOptions,
    outputs: { kind: wholeKind(1), meaning: 'neurons of the last layer (default 10)' },
  },
  notes: ['A MODEL is a file that train has saved; without one the options describe the network.'],
  async run(args) {
    const { task = 'train', batchSize = trainingDefaults.batchSize, inputs = 784, outputs = 10, dtype } = args
    const machine = { backend: 'typescript' } as const
    const make = networkMaker(readShape(args), { ...machine, ...(dtype && { dtype }) })
    // Creating a small network checks the options, such as the name of an activation, before the model file is read.
    make(1, 1)
    const [model] = args.operands
    const described = shapeNames.find((name) => args[name] !== undefined)
    if (model !== undefined && described) {
      throw new UsageError(
        `a MODEL and --${typedName(described)} exclude each other: the file says what the network is`,
      )
    }
    const network = model === undefined ? make(inputs, outputs) : await readModelFile(model, machine)
    await print(network.listing(task, { rows: batchSize }))
    return undefined
  },
})
