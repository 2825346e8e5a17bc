import { defineCommand } from './command.js'
import { printConfusion } from './confusion.js'
import { dataOptions, sourceOf, tableOptions } from './data-options.js'
import { duration, score } from './format.js'
import { classNames } from './labels.js'
import { readModelFile } from './model-formats.js'
import { backendOf, machineOptions, readMachine, sizesOf } from './network-options.js'
import { print } from './terminal.js'

export const evaluate = defineCommand({
  name: 'evaluate',
  summary: 'tells how well a saved network reads examples that it has not learned from',
  operands: { usage: 'MODEL', least: 1, most: 1 },
  options: {
    ...dataOptions,
    ...tableOptions,
    count: { value: 'N', meaning: 'how many examples (default: all of them; 10000 drawn digits)' },
    ...machineOptions,
  },
  notes: [],
  async run(args) {
    const machine = readMachine(args)
    const source = sourceOf(args)
    const count = args.whole('count', 1)
    const [model] = args.operands
    const network = await readModelFile(model, machine)
    const test = await source.test(count, network.labelNames)
    const start = performance.now()
    const evaluation = await network.evaluate(test)
    const time = duration((performance.now() - start) / 1000)
    const { cost, confusion } = evaluation
    await print(
      `${model}: ${sizesOf(network)}, ${network.description.cost} cost, ${network.dtype}, on ${backendOf(network)}`,
    )
    await print(`${source.name}: ${score(evaluation)}, cost ${cost.toPrecision(4)}, in ${time}`)
    if (confusion) await print(`\n${printConfusion(confusion, classNames(network))}`)
    return undefined
  },
})
