import { findMnist, Network } from '../../index.js'
import { historyLine } from '../output/history.js'
import { readModelFile } from '../output/model-formats.js'
import { schemaText } from '../output/schema-text.js'
import { defineCommand } from '../parsing/command.js'
import { columns } from '../parsing/format.js'
import { type Machine, processorOf, programOf, readMachineHere } from '../terminal/machine.js'
import { print } from '../terminal/terminal.js'

export const info = defineCommand({
  name: 'info',
  summary: 'shows the versions, the machine and the backend in use, and why; or what a model is',
  operands: '[MODEL]',
  options: { json: { meaning: 'print it as JSON' } },
  notes: ['With a MODEL, a file that train has saved, info shows the network and how it has learned.'],
  async run({ json, operands: [model] }) {
    if (model !== undefined) {
      const network = await readModelFile(model)
      await print(json ? JSON.stringify(factsOf(network), null, 2) : describeModel(network))
      return undefined
    }
    const { native, wasm, ...machine } = readMachineHere()
    const facts = { ...machine, backend: new Network([1, 1]).backend, native, wasm, mnist: (await findMnist()) ?? null }
    await print(json ? JSON.stringify(facts, null, 2) : describe(facts))
    return undefined
  },
})

function factsOf({ description, dtype, labelNames, inputNames, schema, history }: Network) {
  return { description, dtype, labelNames, inputNames, schema, history }
}

function describeModel(network: Network): string {
  const { schema } = network
  const table = schema ? `\n\nwhat it takes of a table:\n${schemaText(schema)}` : ''
  return `${network.summary()}\n${historyLine(network.history)}${table}`
}

interface Facts extends Machine {
  readonly backend: Network['backend']
  readonly mnist: string | null
}

function describe(facts: Facts): string {
  const { backend, native, wasm, mnist } = facts
  return columns([
    ['descent', programOf(facts)],
    ['processor', processorOf(facts)],
    ['backend', `${backend.name}: ${backend.reason}`],
    ['native', native.loads ? `${native.detail}; one thread, unless --threads is given` : native.reason],
    ['wasm', wasm.loads ? wasm.detail : wasm.reason],
    ['MNIST', mnist ?? 'not on this machine; "--dataset mnist" downloads it'],
  ])
}
