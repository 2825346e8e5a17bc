import { tableModel } from '../../index.js'
import { classNames } from '../input/labels.js'
import { dataOptions, sourceOf, tableOptions } from '../options/data-options.js'
import { backendOf, machineOptions, readMachine, sizesOf } from '../options/network-options.js'
import { printConfusion } from '../output/confusion.js'
import { readModelFile } from '../output/model-formats.js'
import { checkTableTest, printTableTest } from '../output/table-test.js'
import { defineCommand } from '../parsing/command.js'
import { duration, score } from '../parsing/format.js'
import { wholeKind } from '../parsing/option-parsers.js'
import { print } from '../terminal/terminal.js'

export const evaluate = defineCommand({
  name: 'evaluate',
  summary: 'evaluates a saved network on test examples',
  operands: '<MODEL>',
  options: {
    ...dataOptions,
    ...tableOptions,
    count: { kind: wholeKind(1), meaning: 'number of examples (default: all; 10000 drawn digits)' },
    ...machineOptions,
  },
  notes: [],
  async run(args) {
    const machine = readMachine(args)
    const [model] = args.operands
    const network = await readModelFile(model, machine)
    if (network.schema && (args.data !== undefined || args.sql !== undefined)) {
      checkTableTest(network.schema.target.name, args)
      await printTableTest(tableModel(network), args)
      return undefined
    }
    const source = sourceOf(args)
    const test = await source.test(args.count, network)
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
