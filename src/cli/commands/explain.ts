import type { TaskName } from '../../index.js'
import { networkMaker, readDtype, readShape, shapeOptions } from '../options/network-options.js'
import { readModelFile } from '../output/model-formats.js'
import { defineCommand } from '../parsing/command.js'
import { UsageError } from '../parsing/usage-error.js'
import { print } from '../terminal/terminal.js'

const tasks = ['train', 'gradients', 'evaluate', 'predict', 'classify'] as const satisfies readonly TaskName[]

/** The options that describe a network, which a file does as well. */
const shapeNames = ['inputs', 'outputs', ...(Object.keys(shapeOptions) as (keyof typeof shapeOptions)[])] as const

export const explain = defineCommand({
  name: 'explain',
  summary: 'lists what the machine does for one batch, command by command',
  operands: { usage: '[MODEL]', least: 0, most: 1 },
  options: {
    task: { value: 'NAME', meaning: 'train (default), gradients, evaluate, predict or classify' },
    batch: { value: 'N', meaning: 'rows of a batch (default 10)' },
    inputs: { value: 'N', meaning: 'numbers of a row (default 784)' },
    ...shapeOptions,
    outputs: { value: 'N', meaning: 'neurons of the last layer (default 10)' },
  },
  notes: ['A MODEL is a file that train has saved; without one the options describe the network.'],
  async run(args) {
    const task = args.choice('task', tasks) ?? 'train'
    const rows = args.whole('batch', 1, 2 ** 31 - 1) ?? 10
    const inputs = args.whole('inputs', 1)
    const outputs = args.whole('outputs', 1)
    const machine = { backend: 'typescript' } as const
    const dtype = readDtype(args)
    const make = networkMaker(readShape(args), { ...machine, ...(dtype && { dtype }) })
    // A wrong name must come to light before the file is read.
    make(1, 1)
    const [model] = args.operands
    const described = shapeNames.find((name) => args.has(name))
    if (model !== undefined && described) {
      throw new UsageError(`a MODEL and --${described} exclude each other: the file says what the network is`)
    }
    const network = model === undefined ? make(inputs ?? 784, outputs ?? 10) : await readModelFile(model, machine)
    await print(network.listing(task, { rows }))
    return undefined
  },
})
