import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import type { BackendName } from '#src/backend/backend'
import { Dataset, digits, type FloatArray, Network } from '#src/index'
import { loadDemo } from '#src/see/demo'
import { drawDigits } from '#src/see/drawn-digits'
import { type Command, type Frame, nothingLater, type SessionEvent, type State } from '#src/see/protocol'
import { reduce } from '#src/see/reduce'
import { createSession, type Session, type SessionOptions } from '#src/see/session'
import { describeOnBackends } from '../support/each-backend.js'

const training = await digits({ count: 200, seed: 1 })
const test = await digits({ count: 50, seed: 2 })
const data = { name: 'digits', training, test }
const settings = { hidden: [8], epochs: 2, seed: 3 }

const sessions: Session[] = []
function open(options: Partial<SessionOptions> = {}): Session {
  const session = createSession({ data, settings, machine: { backend: 'typescript' }, ...options })
  sessions.push(session)
  return session
}
afterEach(async () => {
  for (const session of sessions.splice(0)) await session.close()
})

/** Watches a session as a page does: with a state of its own that events change. */
function page(session: Session, id: string) {
  const events: SessionEvent[] = []
  const frames: Frame[] = []
  let state: State | undefined
  let look = (): void => undefined
  const leave = session.watch(id, {
    state(first) {
      state = first
    },
    event(event) {
      events.push(event)
      if (state) state = reduce(state, event)
      look()
    },
    frame: (frame) => frames.push(frame),
  })
  const now = (): State => {
    if (!state) throw new Error('there is no state yet')
    return state
  }
  return {
    events,
    frames,
    leave,
    get state() {
      return now()
    },
    /** Waits until the state is as described. */
    until: (isSo: (state: State) => boolean) =>
      new Promise<void>((resolve) => {
        look = () => {
          if (isSo(now())) resolve()
        }
        look()
      }),
  }
}

/** Two arrays have the same hash if they have the same bits. */
const hash = ({ buffer, byteOffset, byteLength }: FloatArray): string =>
  createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex')

const isFinished = ({ phase }: State): boolean => phase === 'finished'
const options = (backend: BackendName) => ({ machine: { backend } })

describeOnBackends('a session', (backend) => {
  it('gives the bits of fit, however it is paused', async () => {
    const session = open(options(backend))
    const watching = page(session, 'page-one')
    await session.command('page-one', { do: 'step', size: 'batch' })
    await session.command('page-one', { do: 'step', size: 'batch' })
    await session.command('page-one', { do: 'step', size: 'epoch' })
    await watching.until(({ phase }) => phase === 'paused')
    expect(watching.state.position).toMatchObject({ epoch: 1, done: 200, batches: 20 })
    await session.command('page-one', { do: 'learn', pace: 40 })
    await session.command('page-one', { do: 'pause' })
    await session.command('page-one', { do: 'learn', pace: 'full' })
    await watching.until(isFinished)

    const network = new Network([784, 8, 10], { seed: 3, backend })
    await network.fit(training, { epochs: 2, learningRate: 3, batchSize: 10, validation: test })
    expect(hash(await session.ask('parameters', { at: 'now' }))).toBe(hash(network.parameters))
    expect(watching.state.epochs).toEqual(network.history)
    expect(watching.state.position).toMatchObject({ epoch: 2, done: 200, batches: 40 })
    expect(session.state).toEqual(watching.state)
  })

  it('has had a speed, however short its run was', async () => {
    const session = open({ ...options(backend), settings: { ...settings, epochs: 1, batchSize: 200 } })
    const watching = page(session, 'page-one')
    await session.command('page-one', { do: 'learn', pace: 'full' })
    await watching.until(isFinished)
    const { batches, examplesPerSecond, fastest } = watching.state.position
    expect({ batches, examplesPerSecond }).toEqual({ batches: 1, examplesPerSecond: 0 })
    expect(fastest).toBeGreaterThan(0)
  })

  it('answers with the numbers of the library', async () => {
    const session = open(options(backend))
    const network = new Network([784, 8, 10], { seed: 3, backend })
    const example = await session.ask('example', { set: 'test', index: 7 })
    expect(example.label).toBe(test.labels?.[7])
    const row = test.slice(7, 8)
    const expected = network.activations(row, [7])
    const { inputs } = example
    expect(inputs).toEqual(Float32Array.from(expected.inputs))
    const answer = await session.ask('activations', { inputs, label: 7 })
    expect(answer.layers).toEqual(expected.layers)
    expect(answer.answer).toBe((await network.classify(row))[0])

    const evaluation = await session.ask('evaluation', {})
    const { cost, accuracy, confusion } = await network.evaluate(test)
    expect(evaluation).toMatchObject({ cost, accuracy, rows: 50, errors: [] })
    expect(evaluation.confusion).toEqual(Uint32Array.from(confusion?.flat() ?? []))
    const answers = await network.classify(test)
    const wrong = [...answers.keys()].filter((index) => answers[index] !== test.labels?.[index])
    expect(evaluation.mistakes.map(({ index }) => index).sort((a, b) => a - b)).toEqual(wrong)
    expect(evaluation.mistakes.every(({ index, answer }) => answers[index] === answer)).toBe(true)
    const sureness = evaluation.mistakes.map((mistake) => mistake.sureness)
    expect(sureness).toEqual([...sureness].sort((a, b) => b - a))

    const back = await session.ask('backpropagation', { inputs, label: 7, targets: undefined })
    const targets = Float32Array.from({ length: 10 }, (_, index) => (index === 7 ? 1 : 0))
    expect(back.targets).toEqual(targets)
    expect(back.layers).toEqual(expected.layers)
    expect(back.gradient).toEqual(network.gradients(inputs, targets).parameters)
  })

  it('finds the rows that light a neuron most', async () => {
    const session = open(options(backend))
    const network = new Network([784, 8, 10], { seed: 3, backend })
    const { a } = network.activations(test).layers[0]
    const column = Array.from({ length: test.rows }, (_, row) => a[8 * row + 5])
    const best = [...column.keys()].sort((i, j) => column[j] - column[i]).slice(0, 9)
    const { examples, activations } = await session.ask('brightest', { layer: 0, neuron: 5 })
    expect(examples.map(({ index }) => index)).toEqual(best)
    expect([...activations]).toEqual(best.map((row) => column[row]))
  })
})

describe('a session whose data are not there yet', () => {
  /** A session whose pictures are blank until `draw` is called. */
  function openBlank() {
    const drawn = training.inputs.slice()
    const later = new Dataset({ inputs: new Uint8Array(drawn.length), width: 784, labels: training.labels ?? [] })
    let arrive = (): void => undefined
    let fail = (_: Error): void => undefined
    const ready = new Promise<void>((resolve, reject) => {
      arrive = resolve
      fail = reject
    })
    const session = open({ data: { ...data, training: later, ready } })
    const draw = () => {
      later.inputs.set(drawn)
      arrive()
    }
    return { session, draw, fail }
  }

  it('shows its network at once, and answers what needs no rows', async () => {
    const { session, draw } = openBlank()
    const { state } = page(session, 'page-one')
    expect(state.shape.layers).toEqual([8, 10])
    expect(state.data).toEqual({ name: 'digits', training: 200, test: 50 })
    const network = new Network([784, 8, 10], { seed: 3, backend: 'typescript' })
    const inputs = new Float32Array(784).fill(0.5)
    expect((await session.ask('activations', { inputs })).layers).toEqual(network.activations(inputs).layers)
    draw()
  })

  it('waits for the rows before it answers about them or learns from them', async () => {
    const { session, draw } = openBlank()
    const watching = page(session, 'page-one')
    const example = session.ask('example', { set: 'training', index: 3 })
    const learned = session.command('page-one', { do: 'step', size: 'epoch' })
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(watching.state.position.batches).toBe(0)
    draw()
    await learned
    await watching.until(({ phase }) => phase === 'paused')
    expect((await example).inputs).toEqual(
      Float32Array.from(training.inputs.subarray(3 * 784, 4 * 784), (ink) => ink * Math.fround(1 / 255)),
    )
    const network = new Network([784, 8, 10], { seed: 3, backend: 'typescript' })
    await network.fit(training, { epochs: 1, learningRate: 3, batchSize: 10, validation: test })
    expect(hash(await session.ask('parameters', { at: 'now' }))).toBe(hash(network.parameters))
  })

  it('says why the rows did not come', async () => {
    const { session, fail } = openBlank()
    page(session, 'page-one')
    const [answer, learned] = [
      session.ask('evaluation', {}),
      session.command('page-one', { do: 'step', size: 'batch' }),
    ]
    fail(new Error('the worker threads ended with 200 of 200 digits not drawn'))
    await expect(answer).rejects.toThrow(/^the worker threads ended with 200 of 200 digits not drawn$/)
    await expect(learned).rejects.toThrow(/^the worker threads ended with 200 of 200 digits not drawn$/)
  })

  it('has the digits of the command line, with their labels at once', async () => {
    const begun = drawDigits({ training: 200, test: 50 })
    expect(begun.name).toBe('digits')
    expect(begun.training.labels).toEqual(training.labels)
    expect(begun.test.labels).toEqual(test.labels)
    await begun.ready
    expect(begun.training.inputs).toEqual(training.inputs)
    expect(begun.test.inputs).toEqual(test.inputs)
  })
})

describe('a session', () => {
  it('answers while it learns', async () => {
    const session = open({ settings: { ...settings, epochs: 1000 } })
    page(session, 'page-one')
    await session.command('page-one', { do: 'learn', pace: 'full' })
    const { inputs } = await session.ask('example', { set: 'test', index: 0 })
    const { layers } = await session.ask('activations', { inputs })
    expect(layers[1].a).toHaveLength(10)
    expect((await session.ask('evaluation', {})).rows).toBe(50)
    expect(await session.ask('parameters', { at: 'now' })).not.toEqual(await session.ask('parameters', { at: 'start' }))
    expect(session.state.phase).toBe('learning')
  })

  it('shows the examples of a batch one by one, and learns at its end', async () => {
    const session = open({ settings: { ...settings, batchSize: 3 } })
    page(session, 'page-one')
    const step = () => session.command('page-one', { do: 'step', size: 'example' })
    const start = await session.ask('parameters', { at: 'start' })
    await step()
    await step()
    expect(session.state.position).toMatchObject({ done: 0, shown: 2 })
    expect(await session.ask('parameters', { at: 'now' })).toEqual(start)
    await step()
    expect(session.state.position).toMatchObject({ done: 3, shown: 0, batches: 1 })
    expect(await session.ask('parameters', { at: 'now' })).not.toEqual(start)
  })

  it('returns to a moment, and forgets what came after it', async () => {
    const session = open()
    const watching = page(session, 'page-one')
    await session.command('page-one', { do: 'learn', pace: 'full' })
    await watching.until(isFinished)
    const end = await session.ask('parameters', { at: 'now' })
    const last = session.state.moments.at(-1)
    expect(last).toMatchObject({ epoch: 2, done: 200, batches: 40 })
    const [first] = session.state.moments
    await session.command('page-one', { do: 'return', moment: first.id })
    expect(await session.ask('parameters', { at: 'now' })).toEqual(await session.ask('parameters', { at: 'start' }))
    expect(session.state).toMatchObject({ phase: 'paused', curve: [], epochs: [] })
    expect(session.state.later.epochs.map(({ number }) => number)).toEqual([1, 2])
    expect(await session.ask('movement', {})).toMatchObject({ epochs: new Float64Array(0), histogram: undefined })
    expect(session.state.position).toMatchObject({ epoch: 1, done: 0, batches: 0 })
    // One can still go to a later moment, until the run takes another way.
    expect(session.state.moments.at(-1)).toEqual(last)
    expect(watching.state).toEqual(session.state)
    await expect(session.command('page-one', { do: 'return', moment: 99 })).rejects.toThrow(
      `moment must be the id of a moment, such as ${last?.id}, not 99`,
    )
    // There and back: everything is as it was.
    const { later } = session.state
    await session.command('page-one', { do: 'return', moment: last?.id ?? 0 })
    expect(session.state).toMatchObject({ curve: later.curve, epochs: later.epochs, later: nothingLater })
    expect((await session.ask('movement', {})).epochs).toHaveLength(10)
    await session.command('page-one', { do: 'return', moment: first.id })
    // The first batch of another way ends what came later, on the timeline too.
    await session.command('page-one', { do: 'step', size: 'batch' })
    expect(session.state.later).toEqual(nothingLater)
    expect(session.state.curve.map(({ batches }) => batches)).toEqual([1])
    expect(session.state.moments.map(({ batches }) => batches)).toEqual([0, 1])
    await session.command('page-one', { do: 'learn', pace: 'full' })
    await watching.until(isFinished)
    expect(hash(await session.ask('parameters', { at: 'now' }))).toBe(hash(end))
    expect(session.state.moments).not.toContainEqual(last)
    expect(session.state.position).toMatchObject({ epoch: 2, done: 200, batches: 40 })
  })

  it('learns up to the epochs that were asked for, also from an earlier moment, and as many more on request', async () => {
    const session = open()
    const watching = page(session, 'page-one')
    const send = (command: Command) => session.command('page-one', command)
    const epoch = async () => {
      await send({ do: 'step', size: 'epoch' })
      await watching.until(({ phase }) => phase !== 'learning')
    }
    const where = () => {
      const { phase, lastEpoch, position, epochs } = session.state
      return [phase, lastEpoch, position.epoch, position.done, epochs.length]
    }
    expect(where()).toEqual(['idle', 2, 1, 0, 0])
    await epoch()
    expect(where()).toEqual(['paused', 2, 1, 200, 1])
    await epoch()
    expect(where()).toEqual(['finished', 2, 2, 200, 2])
    // A question must not begin another run.
    await session.ask('example', { set: 'training', index: 0, next: true })
    expect(where()).toEqual(['finished', 2, 2, 200, 2])
    await epoch()
    expect(where()).toEqual(['finished', 3, 3, 200, 3])
    await send({ do: 'step', size: 'batch' })
    expect(where()).toEqual(['paused', 4, 4, 10, 3])
    await send({ do: 'learn', pace: 'full' })
    await watching.until(isFinished)
    expect(where()).toEqual(['finished', 4, 4, 200, 4])
    await send({ do: 'learn', pace: 'full' })
    await watching.until(({ phase, lastEpoch }) => phase === 'finished' && lastEpoch === 6)
    expect(where()).toEqual(['finished', 6, 6, 200, 6])
    const second = session.state.moments.find(({ epoch, done }) => epoch === 2 && done === 200)
    await send({ do: 'return', moment: second?.id ?? 99 })
    expect(where()).toEqual(['paused', 6, 2, 200, 2])
    await send({ do: 'learn', pace: 'full' })
    await watching.until(isFinished)
    expect(where()).toEqual(['finished', 6, 6, 200, 6])
  })

  it('restarts with other settings, or stays as it is where one is wrong', async () => {
    const session = open()
    const watching = page(session, 'page-one')
    await session.command('page-one', { do: 'learn', pace: 'full' })
    await expect(session.command('page-one', { do: 'restart', settings: { learningRate: -1 } })).rejects.toThrow(
      'learningRate must be a number above 0, not -1',
    )
    await expect(session.command('page-one', { do: 'restart', settings: JSON.parse('{"speed": 1}') })).rejects.toThrow(
      'unknown setting "speed"',
    )
    expect(session.state.settings).toMatchObject({ hidden: [8], learningRate: 3 })
    await session.command('page-one', { do: 'restart', settings: { hidden: [5, 4], seed: 9 } })
    expect(session.state).toMatchObject({ phase: 'idle', epochs: [], curve: [] })
    expect(session.state.shape.layers).toEqual([5, 4, 10])
    const network = new Network([784, 5, 4, 10], { seed: 9, backend: 'typescript' })
    expect(await session.ask('parameters', { at: 'now' })).toEqual(network.parameters.slice())
    expect(watching.frames.at(-1)?.parameters).toEqual(network.parameters.slice())
  })

  it('loads the trained network that is shipped, in the middle of a run', async () => {
    const machine = { backend: 'typescript' } as const
    const session = open({ loadDemo: () => loadDemo(machine) })
    const watching = page(session, 'page-one')
    await session.command('page-one', { do: 'learn', pace: 'full' })
    await watching.until(({ position }) => position.batches > 0)
    await session.command('page-one', { do: 'load-demo' })
    const demo = await loadDemo(machine)
    expect(await session.ask('parameters', { at: 'now' })).toEqual(demo.parameters.slice())
    expect(watching.state).toMatchObject({ phase: 'idle', settings: undefined, epochs: [], curve: [] })
    expect(watching.state.shape.layers).toEqual([128, 10])
    expect((await session.ask('evaluation', {})).accuracy).toBe((await demo.evaluate(test)).accuracy)
    await session.command('page-one', { do: 'step', size: 'batch' })
    expect(watching.state.position).toMatchObject({ epoch: 1, done: 10, batches: 1 })
  })

  it('keeps its network where there is no trained one, or one for other inputs', async () => {
    const without = open()
    page(without, 'page-one')
    await expect(without.command('page-one', { do: 'load-demo' })).rejects.toThrow(
      'this session has no trained network to load',
    )
    const rows = new Dataset({
      inputs: [
        [1, 2],
        [3, 4],
      ],
      labels: [0, 1],
    })
    const other = open({
      data: { name: 'rows', training: rows, test: rows },
      loadDemo: () => loadDemo({ backend: 'typescript' }),
    })
    page(other, 'page-one')
    await expect(other.command('page-one', { do: 'load-demo' })).rejects.toThrow(
      'the trained network has 784 inputs, but the data have 2',
    )
    expect(other.state.shape.layers).toEqual([8, 2])
  })

  it('says which digits its network has learned from, if it knows', async () => {
    const network = () => new Network([784, 8, 10], { seed: 3, backend: 'typescript' })
    const made = open({ loadDemo: () => loadDemo({ backend: 'typescript' }) })
    page(made, 'page-one')
    expect(made.state.digits).toBe('digits')
    expect(open({ data: { ...data, name: 'mnist' } }).state.digits).toBe('mnist')
    expect(open({ data: { ...data, name: 'folder' } }).state.digits).toBeUndefined()
    // A network that was loaded may have learned from other digits than those that it is shown.
    const loaded = open({ network: network() })
    page(loaded, 'page-one')
    expect(loaded.state.digits).toBeUndefined()
    expect(open({ network: network(), digits: 'digits' }).state.digits).toBe('digits')
    await loaded.command('page-one', { do: 'restart', settings: {} })
    expect(loaded.state.digits).toBe('digits')
    await made.command('page-one', { do: 'load-demo' })
    expect(made.state.digits).toBe('mnist')
  })

  it('shuffles the labels of the training rows, and of no others', async () => {
    const session = open({ settings: { ...settings, shuffledLabels: true } })
    const labels: (number | undefined)[] = []
    for (let index = 0; index < 200; index++) {
      labels.push((await session.ask('example', { set: 'training', index })).label)
    }
    expect(labels).not.toEqual([...(training.labels ?? [])])
    expect(labels.sort()).toEqual([...(training.labels ?? [])].sort())
    expect((await session.ask('example', { set: 'test', index: 3 })).label).toBe(test.labels?.[3])
  })

  it('measures how far the parameters move', async () => {
    const session = open()
    const watching = page(session, 'page-one')
    const before = await session.ask('parameters', { at: 'now' })
    await session.command('page-one', { do: 'step', size: 'batch' })
    const after = await session.ask('parameters', { at: 'now' })
    const { batch, epochs } = await session.ask('movement', {})
    const moved = before.map((value, index) => Math.abs(value - after[index]))
    const bin = moved.filter((distance) => Math.floor((Math.log10(distance) + 8) / 0.25) === 20).length
    expect(bin).toBeGreaterThan(0)
    expect(batch?.counts[20]).toBe(bin)
    expect((batch?.still ?? 0) + (batch?.counts.reduce((sum, count) => sum + count, 0) ?? 0)).toBe(before.length)
    expect(epochs).toHaveLength(0)
    await session.command('page-one', { do: 'step', size: 'epoch' })
    await watching.until(({ phase }) => phase === 'paused')
    const end = await session.ask('parameters', { at: 'now' })
    const sorted = before.map((value, index) => Math.abs(value - end[index])).sort()
    const { epochs: quantiles } = await session.ask('movement', {})
    expect(quantiles).toHaveLength(5)
    expect(quantiles[2]).toBeCloseTo(sorted[Math.ceil(sorted.length / 2) - 1], 6)
  })

  it('computes the cost over a plane whose middle is the network', async () => {
    const session = open()
    const { costs, size } = await session.ask('slice', { seed: 1, size: 3 })
    expect(size).toBe(3)
    const network = new Network([784, 8, 10], { seed: 3, backend: 'typescript' })
    const { cost } = await network.evaluate(training)
    expect(costs[4]).toBe(cost)
    expect(new Set(costs).size).toBe(9)
    await expect(session.ask('slice', { seed: 1, size: 2 })).rejects.toThrow(
      'size must be a whole number from 3 to 61, not 2',
    )
  })

  it('obeys one page, which another can replace', async () => {
    const session = open()
    const one = page(session, 'page-one')
    const two = page(session, 'page-two')
    expect(two.state.writer).toBe('page-one')
    await expect(session.command('page-two', { do: 'pause' })).rejects.toThrow(
      'another page is in control: take over before you send commands',
    )
    await expect(session.command('page-three', { do: 'take-over' })).rejects.toThrow(
      'this page does not watch the session',
    )
    await session.command('page-two', { do: 'take-over' })
    expect(one.state.writer).toBe('page-two')
    await expect(session.command('page-one', { do: 'pause' })).rejects.toThrow('another page is in control')
    two.leave()
    expect(one.state.writer).toBe('page-one')
    one.leave()
    expect(session.state.writer).toBeUndefined()
  })

  it('goes on when all pages have left', async () => {
    const session = open()
    const watching = page(session, 'page-one')
    await session.command('page-one', { do: 'learn', pace: 'full' })
    watching.leave()
    const later = page(session, 'page-two')
    await later.until(isFinished)
    expect(later.state.position.batches).toBe(40)
  })

  it('says why a run ended early', async () => {
    const session = open({ settings: { ...settings, learningRate: 1e30, activation: 'relu', output: 'identity' } })
    const watching = page(session, 'page-one')
    await session.command('page-one', { do: 'learn', pace: 'full' })
    await watching.until(isFinished)
    expect(session.state.problem).toMatch(/^training diverged/)
  })

  it('learns from targets', async () => {
    const inputs = Float32Array.from({ length: 40 }, (_, row) => row / 40)
    const rows = new Dataset({ inputs, width: 1, targets: inputs.map((x) => 2 * x) })
    const session = open({ data: { name: 'line', training: rows, test: rows }, settings: { hidden: [3], epochs: 5 } })
    const watching = page(session, 'page-one')
    await session.command('page-one', { do: 'learn', pace: 'full' })
    await watching.until(isFinished)
    const { errors, confusion, mistakes } = await session.ask('evaluation', {})
    expect(confusion).toBeUndefined()
    expect(mistakes).toEqual([])
    const sizes = errors.map(({ error }) => Math.abs(error))
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a))
    expect(errors[0].value - errors[0].target).toBe(errors[0].error)
    expect((await session.ask('example', { set: 'test', index: 4 })).targets).toEqual(rows.targets?.slice(4, 5))
  })

  it('refuses questions that it cannot answer', async () => {
    const session = open()
    await expect(session.ask('example', { set: 'test', index: 50 })).rejects.toThrow(
      'index must be a row of the test rows, from 0 to 49, not 50',
    )
    await expect(session.ask('brightest', { layer: 2, neuron: 0 })).rejects.toThrow(
      'the network has no neuron 0 in layer 2; both are counted from 0',
    )
    await expect(session.ask('activations', { inputs: new Float32Array(3) })).rejects.toThrow('784')
  })
})
