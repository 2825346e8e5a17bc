import { digits, Network } from '#src/browser'
import type { Command, Frame, SessionEvent, Settings, State, Watcher } from '#src/see/protocol'
import { reduce } from '#src/see/reduce'
import type { OwnSession } from './port.js'

const book: Settings = {
  hidden: [30],
  activation: 'sigmoid',
  output: 'sigmoid',
  cost: 'quadratic',
  seed: 1,
  learningRate: 3,
  batchSize: 10,
  epochs: 30,
  l2: 0,
  shuffledLabels: false,
}

/** A small session with which the views can be built until the real one is there. */
export async function makeOwnSession(id: string): Promise<OwnSession> {
  const training = await digits({ count: 2000, seed: 1 })
  const test = await digits({ count: 500, seed: 2 })
  const make = ({ hidden, seed }: Settings) => new Network([784, ...hidden, 10], { seed })
  let network = make(book)
  let start = network.parameters.slice()
  let watcher: Watcher | undefined
  let state: State = {
    session: 'fake',
    event: 0,
    backend: network.backend,
    shape: {
      inputs: 784,
      layers: [30, 10],
      activations: ['sigmoid', 'sigmoid'],
      cost: 'quadratic',
      parameters: network.parameters.length,
      dtype: network.dtype,
      picture: { width: 28, height: 28 },
      inputNames: undefined,
      classes: [...'0123456789'],
    },
    settings: book,
    data: { name: 'drawn digits', training: training.rows, test: test.rows },
    phase: 'idle',
    pace: 'full',
    position: { epoch: 1, done: 0, rows: training.rows, batches: 0, examplesPerSecond: 0 },
    curve: [],
    epochs: [],
    moments: [{ id: 0, epoch: 1, batches: 0 }],
    writer: id,
    problem: undefined,
  }
  const frame = (): Frame => ({
    batches: state.position.batches,
    parameters: network.parameters.slice(),
    neurons: state.shape.layers[0],
  })
  function emit(event: object): void {
    const numbered = { ...event, number: state.event + 1 } as SessionEvent
    state = reduce(state, numbered)
    watcher?.event(numbered)
  }
  async function learnBatch(): Promise<void> {
    const from = (state.position.batches * 10) % training.rows
    const cost = await network.partialFit(training.slice(from, from + 10), { learningRate: 3 })
    const batches = state.position.batches + 1
    const position = { ...state.position, batches, done: from + 10, epoch: 1 + Math.floor((batches - 1) / 200) }
    emit({ type: 'learned', position, point: { batches, cost } })
    if (from + 10 < training.rows) return
    const { cost: testCost, accuracy } = await network.evaluate(test)
    const validation = { cost: testCost, accuracy, metrics: {} }
    const epoch = { number: position.epoch, cost, learningRate: 3, accuracy, validation, training: undefined }
    emit({ type: 'epoch', epoch })
  }
  async function learn(): Promise<void> {
    while (state.phase === 'learning') {
      await learnBatch()
      watcher?.frame(frame())
      await new Promise((resolve) => setTimeout(resolve, state.pace === 'full' ? 1 : 1000 / state.pace))
    }
  }
  async function obey(command: Command): Promise<void> {
    if (command.do === 'learn') {
      const wasLearning = state.phase === 'learning'
      emit({ type: 'set', state: { phase: 'learning', pace: command.pace } })
      if (!wasLearning) void learn()
    } else if (command.do === 'pause') {
      emit({ type: 'set', state: { phase: 'paused' } })
    } else if (command.do === 'step') {
      await learnBatch()
      watcher?.frame(frame())
    } else if (command.do === 'restart') {
      const settings = { ...book, ...state.settings, ...command.settings }
      network = make(settings)
      start = network.parameters.slice()
      const position = { epoch: 1, done: 0, rows: training.rows, batches: 0, examplesPerSecond: 0 }
      const shape = { ...state.shape, layers: [...settings.hidden, 10], parameters: network.parameters.length }
      emit({ type: 'set', state: { phase: 'idle', settings, shape, position, curve: [], epochs: [] } })
      watcher?.frame(frame())
    } else {
      throw new Error(`${command.do} is not there yet`)
    }
  }
  return {
    watch(next) {
      watcher = next
      next.state(state)
      next.frame(frame())
      return () => {
        watcher = undefined
      }
    },
    command: obey,
    async ask(name, question) {
      const asked = question as never as { inputs: Float32Array; label?: number; index: number; at: unknown }
      if (name === 'activations') {
        const y = asked.label === undefined ? undefined : Int32Array.of(asked.label)
        const { layers } = y ? network.activations(asked.inputs, y) : network.activations(asked.inputs)
        const { a } = layers[layers.length - 1]
        return { layers, answer: a.indexOf(Math.max(...a)) } as never
      }
      if (name === 'example') {
        const inputs = Float32Array.from(
          test.inputs.subarray(784 * asked.index, 784 * asked.index + 784),
          (x) => x / 255,
        )
        return { set: 'test', index: asked.index, label: test.labels?.[asked.index], inputs } as never
      }
      if (name === 'parameters') return (asked.at === 'start' ? start : network.parameters.slice()) as never
      throw new Error(`${name} is not there yet`)
    },
  }
}
