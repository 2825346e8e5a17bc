/**
 * What a session and the pages that watch it say to each other. A session owns a network and its data. It runs on a
 * server or in a worker of the page. A page starts from a snapshot of the state, and then applies numbered events.
 */

import type { ActivationName, CostName, FloatArray, PastEpoch } from '../common.js'
import type { PlaceInPlane } from './slice.js'

/** The settings of a new network and of its run. */
export interface Settings {
  /** The number of neurons of each hidden layer. */
  readonly hidden: readonly number[]
  readonly activation: ActivationName
  readonly output: ActivationName
  readonly cost: CostName
  readonly seed: number
  readonly learningRate: number
  readonly batchSize: number
  readonly epochs: number
  readonly l2: number
  /** Whether the labels of the training rows are shuffled, so that there is nothing to learn but noise. */
  readonly shuffledLabels: boolean
}

/** How digits are placed in their pictures: as those of MNIST, or as those that `digits` draws. */
export type DigitKind = 'mnist' | 'digits'

/** How fast a run goes: batches per second, or as fast as the backend can. */
export type Pace = number | 'full'

/** What a page may ask a session to do. Only the page that is the writer may. */
export type Command =
  /** Learns at this pace until the run ends or is paused. */
  | { readonly do: 'learn'; readonly pace: Pace }
  | { readonly do: 'pause' }
  /** Learns from one example, one batch or the rest of the epoch, and pauses. */
  | { readonly do: 'step'; readonly size: 'example' | 'batch' | 'epoch' }
  /**
   * Sets the network back to a moment of the timeline. Learning then goes on from there: at the end of an epoch with the
   * next epoch, and within an epoch with all rows of this epoch. What came later stays until then.
   */
  | { readonly do: 'return'; readonly moment: number }
  /** Replaces the network by a new one. Settings that are not given stay. */
  | { readonly do: 'restart'; readonly settings: Partial<Settings> }
  /** Replaces the network by the trained one that is shipped with the page. */
  | { readonly do: 'load-demo' }
  /** Makes the page that sends this command the writer. */
  | { readonly do: 'take-over' }

export type Phase = 'idle' | 'learning' | 'paused' | 'finished'

/** How far a run has come. */
export interface Position {
  /** The number of the epoch, from 1. */
  readonly epoch: number
  /** The number of examples that the network has learned from in this epoch. */
  readonly done: number
  /** The number of examples in an epoch. */
  readonly rows: number
  /** The number of batches since the run began. */
  readonly batches: number
  /** The number of examples of the next batch that were looked at one by one. The network learns at the batch's end. */
  readonly shown: number
  /** The mean speed of the last second, or 0 if nothing was learned in it. */
  readonly examplesPerSecond: number
  /** The highest speed since the network was made. */
  readonly fastest: number
}

/** A point of the cost curve: the mean cost of the examples since the point before. */
export interface CurvePoint {
  readonly batches: number
  readonly cost: number
}

/** The part of a curve and the epochs that came after a moment. */
export interface Later {
  readonly curve: readonly CurvePoint[]
  readonly epochs: readonly PastEpoch[]
}

/** A moment to which the network can be set back. The first moment of the list is the start. */
export interface Moment {
  readonly id: number
  /** The number of the epoch, from 1, and the number of examples of this epoch that the network had learned from. */
  readonly epoch: number
  readonly done: number
  readonly batches: number
}

/** The layers of a network, as far as a picture needs them. */
export interface Shape {
  readonly inputs: number
  /** The number of neurons of each layer, from the first hidden layer to the output layer. */
  readonly layers: readonly number[]
  readonly activations: readonly ActivationName[]
  readonly cost: CostName
  readonly parameters: number
  readonly dtype: 'float32' | 'float64'
  /** The width and the height of the pictures that the inputs are. Undefined if the inputs are not pictures. */
  readonly picture: { readonly width: number; readonly height: number } | undefined
  readonly inputNames: readonly string[] | undefined
  /** The names of the classes. Undefined if the network does not classify. */
  readonly classes: readonly string[] | undefined
}

export interface State {
  /** Differs from session to session, so that a page notices that the server was started again. */
  readonly session: string
  /** The number of the last event that is part of this state. */
  readonly event: number
  readonly backend: { readonly name: string; readonly detail: string; readonly reason: string }
  readonly shape: Shape
  /** Undefined if the network was not made from settings: it was loaded, or a run in the terminal trains it. */
  readonly settings: Settings | undefined
  readonly data: { readonly name: string; readonly training: number; readonly test: number }
  /** Which digits the network learns from, or has learned from. Undefined if that is not known. */
  readonly digits: DigitKind | undefined
  readonly phase: Phase
  readonly pace: Pace
  readonly position: Position
  /** At most `maxCurvePoints` points. When there are more, the neighbors of lowest and highest cost are kept. */
  readonly curve: readonly CurvePoint[]
  /** The last epochs, at most `maxEpochs`. */
  readonly epochs: readonly PastEpoch[]
  /** What came after the moment to which the network was set back. It is gone when the network takes another way. */
  readonly later: Later
  /** The number of the epoch with which the run ends. Undefined if that is not known. */
  readonly lastEpoch: number | undefined
  readonly moments: readonly Moment[]
  /**
   * The page that may send commands: the id that it was given, or `terminalWriter` if pages can only watch. Undefined if
   * there is no page.
   */
  readonly writer: string | undefined
  /** Why the last command or the run failed. */
  readonly problem: string | undefined
}

/** What is later than a network that was not set back. */
export const nothingLater: Later = { curve: [], epochs: [] }
/** The writer of a run that the terminal controls. Ids of pages are longer. */
export const terminalWriter = 'terminal'
/** The largest number of points in the curve of a state. */
export const maxCurvePoints = 2000
/** The largest number of epochs in a state. When there are more, the oldest is left out. */
export const maxEpochs = 1000

/**
 * A change of the state. Events are numbered without gaps. `set` replaces whole members of the state. `learned` adds a
 * point to the curve and ends what came later, and `epochs` adds the results of the epochs since the event before.
 */
export type SessionEvent = { readonly number: number } & (
  | { readonly type: 'set'; readonly state: Partial<Omit<State, 'session' | 'event'>> }
  | { readonly type: 'learned'; readonly position: Position; readonly point: CurvePoint | undefined }
  | { readonly type: 'epochs'; readonly epochs: readonly PastEpoch[] }
)

/**
 * The parameters at one moment of the run, for pictures that move. Frames are not numbered: only the latest counts.
 * They hold W1, b1, W2, b2, ... as `network.parameters` does. If the network has more than `maxFrameParameters`
 * parameters, a frame has the first layer of the first neurons only, as many as fit, and no other layers.
 */
export interface Frame {
  readonly batches: number
  readonly parameters: FloatArray
  /** The number of neurons of the first layer in this frame. Less than those of the layer if the network is large. */
  readonly neurons: number
}

export const maxFrameParameters = 120_000

/** A row with its number in its dataset. */
export interface Example {
  readonly set: 'training' | 'test'
  readonly index: number
  readonly label: number | undefined
  /** The desired outputs. Undefined if the rows have labels. */
  readonly targets: FloatArray | undefined
  /** The inputs as `activations` takes them: from 0 to 1 for pictures, otherwise as the dataset has them. */
  readonly inputs: Float32Array
}

/** A wrong answer on the test rows. */
export interface Mistake {
  readonly index: number
  readonly label: number
  readonly answer: number
  /** The activation of the output that gave the answer. Of a single output that is below 0.5, 1 minus the activation. */
  readonly sureness: number
}

/** An output on a test row of a network that does not classify. */
export interface OutputError {
  readonly index: number
  /** The number of the output, from 0. */
  readonly output: number
  readonly value: number
  readonly target: number
  /** The value minus the target. */
  readonly error: number
}

/** How many parameters moved how far. Of more than 50,000 parameters, evenly spaced ones are counted. */
export interface Histogram {
  /** The base-10 logarithm of the first edge. */
  readonly from: number
  /** The width of a bin, as a difference of logarithms. */
  readonly step: number
  readonly counts: Uint32Array
  /** The number of parameters that did not move, or moved less than the first edge. */
  readonly still: number
}

/** The questions that a page may ask at any time, also while the network learns. Each has an answer. */
export interface Questions {
  /** What the neurons compute for an input, or for a row of a dataset. With `label`, also their errors. */
  activations: {
    readonly question: {
      readonly inputs: Float32Array
      readonly label?: number
    }
    readonly answer: {
      /** The inputs as the first layer gets them: scaled and standardized. */
      readonly inputs: FloatArray
      readonly layers: readonly { readonly z: FloatArray; readonly a: FloatArray; readonly delta?: FloatArray }[]
      /** The brightest output, or undefined if the network does not classify. */
      readonly answer: number | undefined
    }
  }
  /** One example through the network and back, with the parameters of one moment. */
  backpropagation: {
    readonly question: {
      readonly inputs: Float32Array
      /** The class number of the example. Undefined if it has targets. */
      readonly label: number | undefined
      readonly targets: FloatArray | undefined
    }
    readonly answer: {
      readonly cost: number
      /** The inputs as the first layer gets them: scaled and standardized. */
      readonly inputs: FloatArray
      /** The desired outputs. */
      readonly targets: FloatArray
      readonly layers: readonly { readonly z: FloatArray; readonly a: FloatArray; readonly delta: FloatArray }[]
      /** The parameters, and the gradient of the cost in the same layout. */
      readonly parameters: FloatArray
      readonly gradient: FloatArray
    }
  }
  /**
   * An example of a dataset. `next: true` gives the training example that comes next in the run. Where that is not
   * known, because no epoch is under way, it gives the training example with the index.
   */
  example: {
    readonly question: { readonly set: 'training' | 'test'; readonly index: number; readonly next?: boolean }
    readonly answer: Example
  }
  /** All parameters now, at the start, or at a moment of the timeline. */
  parameters: {
    readonly question: { readonly at: 'now' | 'start' | { readonly moment: number } }
    readonly answer: FloatArray
  }
  /** The confusion table and the mistakes on the test rows, the surest mistakes first, at most 500. */
  evaluation: {
    readonly question: Record<string, never>
    readonly answer: {
      readonly cost: number
      readonly accuracy: number | undefined
      readonly rows: number
      /** classes x classes, row-major: rows are labels, columns are answers. Undefined without labels. */
      readonly confusion: Uint32Array | undefined
      readonly mistakes: readonly Mistake[]
      /** The largest errors of a network that does not classify, the largest first, at most 100. Otherwise empty. */
      readonly errors: readonly OutputError[]
    }
  }
  /** The nine test rows that give a neuron its highest activations, the highest first. */
  brightest: {
    readonly question: { readonly layer: number; readonly neuron: number }
    readonly answer: { readonly examples: readonly Example[]; readonly activations: FloatArray }
  }
  /**
   * The cost on up to 1,000 training rows over a plane through the parameters as they are now. The plane has two random
   * directions, each scaled neuron by neuron to the length of the weights (Li and others, 2018). The grid has size x size
   * points from -1 to 1 in both directions, row-major, from 3 x 3 to 61 x 61.
   */
  slice: {
    readonly question: { readonly seed: number; readonly size: number }
    readonly answer: { readonly costs: Float64Array; readonly size: number }
  }
  /**
   * Where the network is now, seen from the plane of the last slice, and its cost on the rows of the slice. Undefined if
   * the last slice had another seed, or if the network was replaced since.
   */
  place: {
    readonly question: { readonly seed: number }
    readonly answer: (PlaceInPlane & { readonly cost: number }) | undefined
  }
  /** How far the parameters moved: in the last batch that was looked at, and over each epoch so far. */
  movement: {
    readonly question: Record<string, never>
    readonly answer: {
      /** The settings of the run that moved the parameters. */
      readonly settings: Settings | undefined
      /** For each epoch, the quantiles 5, 25, 50, 75 and 95 % of the distances, row-major. */
      readonly epochs: Float64Array
      /** The histogram of the last epoch. */
      readonly histogram: Histogram | undefined
      readonly batch: Histogram | undefined
    }
  }
}

export type QuestionName = keyof Questions
export type QuestionOf<Name extends QuestionName> = Questions[Name]['question']
export type AnswerOf<Name extends QuestionName> = Questions[Name]['answer']

/** What a page needs of a session, wherever it runs. */
export interface Connection {
  /** The id of this page, to compare with `State.writer`. */
  readonly id: string
  /**
   * Calls the watcher with the state, and then with each event and the latest frame. Returns a function that ends it.
   * After a lost connection the watcher gets a new state.
   */
  watch(watcher: Watcher): () => void
  /** @throws Error whose message can be shown, if the command is refused */
  command(command: Command): Promise<void>
  /** @throws Error whose message can be shown, if there is no answer */
  ask<Name extends QuestionName>(name: Name, question: QuestionOf<Name>): Promise<AnswerOf<Name>>
}

export interface Watcher {
  state(state: State): void
  event(event: SessionEvent): void
  frame(frame: Frame): void
  /** The connection was lost (false) or is there again (true). `problem` says why it was lost, if that is known. */
  connected(isConnected: boolean, problem?: string): void
}
