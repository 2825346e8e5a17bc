import { type Dataset, type FloatArray, type Network, OptionError } from '../common.js'
import { activationsOf, type Brightest, backpropagationOf, brightestOf, evaluationOf, exampleOf } from './answers.js'
import type { AnswerOf, QuestionName, QuestionOf } from './protocol.js'
import { costForSlices, costsInPlane, type Plane, placeInPlane, planeThrough, twinOf } from './slice.js'

/** What the answers need to know of the run. */
export interface Asked {
  readonly network: Network
  readonly training: Dataset
  readonly test: Dataset
  /** Resolves to a copy of the parameters: now if the network is idle, otherwise at the next pause. */
  parametersNow(): Promise<FloatArray>
  parametersAtStart(): FloatArray
  /** @throws OptionError if there is no such moment */
  parametersAt(moment: number): FloatArray
  /** A number that is another one whenever the parameters have changed. */
  version(): number
  /** The training row that comes next. Undefined if it is not known. */
  nextRow(): number | undefined
  movement(): AnswerOf<'movement'>
}

/** Answers questions about one network, also while it learns. */
export interface Answerer {
  ask<Name extends QuestionName>(name: Name, question: QuestionOf<Name>): Promise<AnswerOf<Name>>
  /** Refuses the questions that wait, with this reason. */
  close(reason: Error): void
}

type Answers = { readonly [Name in QuestionName]: (question: QuestionOf<Name>) => Promise<AnswerOf<Name>> }

/** The number of questions that may wait. */
const maxWaiting = 8

export function createAnswerer(asked: Asked): Answerer {
  const { network, training, test } = asked
  const ended = new AbortController()
  // Answers that take several calls of the network are computed by a twin, whose parameters do not change meanwhile.
  const twin = twinOf(network)
  let queue: Promise<unknown> = Promise.resolve()
  let waiting = 0
  let lastSlice: { readonly seed: number; readonly plane: Plane } | undefined
  let brightest: { readonly version: number; readonly found: Promise<readonly (readonly Brightest[])[]> } | undefined

  /** Runs `work` on the twin with the parameters of now. Such calls run one after another. */
  function onTwin<T>(work: (twin: Network) => Promise<T>): Promise<T> {
    if (waiting >= maxWaiting) throw new OptionError(`${maxWaiting} questions are waiting already: ask again later`)
    waiting++
    const answer = queue.then(async () => {
      try {
        ended.signal.throwIfAborted()
        const parameters = await asked.parametersNow()
        ended.signal.throwIfAborted()
        twin.parameters.set(parameters)
        return await work(twin)
      } finally {
        waiting--
      }
    })
    queue = answer.catch(() => undefined)
    return answer
  }

  /** All neurons are asked together, because a page asks for one after another. */
  function findBrightest(): Promise<readonly (readonly Brightest[])[]> {
    const version = asked.version()
    if (brightest?.version === version) return brightest.found
    const found = onTwin((twin) => brightestOf(twin, test))
    brightest = { version, found }
    found.catch(() => {
      brightest = undefined
    })
    return found
  }

  const answers: Answers = {
    activations: async (question) => activationsOf(network, question, training.labels !== undefined),
    backpropagation: (question) => onTwin(async (twin) => backpropagationOf(twin, question)),
    async example({ set, index, next }) {
      if (!next) return exampleOf(set === 'training' ? training : test, set, index)
      const row = asked.nextRow()
      return exampleOf(training, 'training', row ?? index)
    },
    async parameters({ at }) {
      if (at === 'now') return asked.parametersNow()
      return at === 'start' ? asked.parametersAtStart().slice() : asked.parametersAt(at.moment).slice()
    },
    evaluation: () => onTwin((twin) => evaluationOf(twin, test)),
    async brightest({ layer, neuron }) {
      const { rows, activations } = (await findBrightest())[layer]?.[neuron] ?? refuseNeuron(layer, neuron)
      return { examples: rows.map((row) => exampleOf(test, 'test', row)), activations }
    },
    async slice({ seed, size }) {
      // A slice can take seconds, so it has a network of its own, and other questions need not wait for it.
      const own = await onTwin(async (twin) => twinOf(twin))
      const plane = planeThrough(own.description, own.parameters, seed)
      const costs = await costsInPlane(own, training, plane, size, ended.signal)
      lastSlice = { seed, plane }
      return { costs, size }
    },
    place: ({ seed }) =>
      onTwin(async (twin) => {
        if (lastSlice?.seed !== seed) return undefined
        const cost = await costForSlices(twin, training, ended.signal)
        return { ...placeInPlane(lastSlice.plane, twin.parameters), cost }
      }),
    movement: async () => asked.movement(),
  }

  return {
    ask: async (name, question) => answers[name](question),
    close: (reason) => ended.abort(reason),
  }
}

function refuseNeuron(layer: number, neuron: number): never {
  throw new OptionError(`the network has no neuron ${neuron} in layer ${layer}; both are counted from 0`)
}
