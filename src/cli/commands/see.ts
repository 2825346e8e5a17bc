import type { Network } from '../../index.js'
import { loadDemo } from '../../see/demo.js'
import { createSession } from '../../see/session.js'
import type { SessionData } from '../../see/settings.js'
import { dataOptions, namesPlace, type Source, sourceOf, tableOptions } from '../options/data-options.js'
import { machineOptions, readMachine, sizesOf } from '../options/network-options.js'
import { readModelFile } from '../output/model-formats.js'
import { defineCommand } from '../parsing/command.js'
import { wholeKind } from '../parsing/option-parsers.js'
import { UsageError } from '../parsing/usage-error.js'
import { pageOptions, showPage, waitForEnd } from '../run/show-page.js'
import { catchInterruption } from '../terminal/interruption.js'
import { print } from '../terminal/terminal.js'

/** The number of training digits that are drawn by default. More take longer than a reader likes to wait. */
const drawnDigits = 6000

export const see = defineCommand({
  name: 'see',
  summary: 'shows a network in the browser, and lets you train it there',
  operands: '[MODEL]',
  options: {
    ...pageOptions,
    ...dataOptions,
    ...tableOptions,
    count: { kind: wholeKind(1), meaning: `number of training examples (default: all; ${drawnDigits} drawn digits)` },
    ...machineOptions,
  },
  notes: [
    [
      'Without MODEL the page begins with a new network, which you train in the page. Data without MODEL are learned from;',
      'with MODEL they are also what the network is tested on. The page is on this machine only, and its address has a',
      'token that is new each time. Closing the page does not stop the training; Ctrl-C here ends both.',
    ].join('\n'),
  ],
  async run(args) {
    const machine = readMachine(args)
    const source = sourceOf(args)
    const [model] = args.operands
    const network = model === undefined ? undefined : await readModelFile(model, machine)
    const data = await readData(source, args.count, network)
    if (network && !namesPlace(args)) checkInputs(network, data, model)
    const signal = catchInterruption()
    const session = createSession({ data, network, machine, loadDemo: () => loadDemo(machine) })
    const server = await showPage(session, args)
    await print(`the page is at ${server.address}`)
    await print('Ctrl-C here ends it')
    const exitCode = await waitForEnd(signal)
    await server.close()
    await session.close()
    return exitCode
  },
})

async function readData(source: Source, count: number | undefined, network: Network | undefined): Promise<SessionData> {
  const isDrawn = 'dataset' in source.place && source.place.dataset === 'digits'
  const { training, test, labelNames } = await source.split(
    count ?? (isDrawn ? drawnDigits : undefined),
    undefined,
    network?.inputNames,
  )
  return { name: source.name, training, test, labelNames: labelNames ?? network?.labelNames }
}

/** @throws UsageError if the network cannot have learned from the drawn digits */
function checkInputs(network: Network, { training }: SessionData, model: string): void {
  const { inputs } = network.description
  if (inputs === training.width) return
  throw new UsageError(
    `${model} (${sizesOf(network)}) has ${inputs} inputs, and drawn digits have ${training.width}: name its data with --data`,
  )
}
