import type { Network } from '../../index.js'
import { loadDemo } from '../../see/demo.js'
import { drawDigits } from '../../see/drawn-digits.js'
import { createSession } from '../../see/session.js'
import { digitsIn, type SessionData } from '../../see/settings.js'
import { dataOptions, namesPlace, type Source, sourceOf, tableOptions, testDigitsFor } from '../options/data-options.js'
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
    const drawing = new AbortController()
    const data = await readData(source, args.count, network, drawing.signal)
    if (network && !namesPlace(args)) checkInputs(network, data, model)
    const signal = catchInterruption()
    // Data that are named are those of the network. Without them the digits are drawn, and nobody knows what it learned.
    const digits = namesPlace(args) ? digitsIn(data) : undefined
    const session = createSession({ data, network, digits, machine, loadDemo: () => loadDemo(machine) })
    const server = await showPage(session, args)
    try {
      await print(`the page is at ${server.address}`)
      await print('Ctrl-C here ends it')
      const end = waitForEnd(signal)
      // The digits may still be drawn. If that fails, the page is of no use.
      return await Promise.race([end, data.ready?.then(() => end) ?? end])
    } finally {
      drawing.abort()
      await server.close()
      await session.close()
    }
  },
})

/** Reads the data. Digits are drawn while the page opens already. */
async function readData(
  source: Source,
  count: number | undefined,
  network: Network | undefined,
  signal: AbortSignal,
): Promise<SessionData> {
  if ('dataset' in source.place && source.place.dataset === 'digits') {
    const training = count ?? drawnDigits
    return { ...drawDigits({ training, test: testDigitsFor(training) }, signal), labelNames: network?.labelNames }
  }
  const { training, test, labelNames } = await source.split(count, undefined, network?.inputNames)
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
