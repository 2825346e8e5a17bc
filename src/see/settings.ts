import { createRandom, randomOrder } from '../base/random.js'
import { type ActivationName, Dataset, dense, type LoadOptions, Network } from '../common.js'
import { countParameters } from '../compile/parameters.js'
import { pictureSide } from '../drawing/weight-picture.js'
import type { DigitKind, Settings, Shape } from './protocol.js'

/** The examples of a session, and what is known of them. */
export interface SessionData {
  readonly name: string
  readonly training: Dataset
  readonly test: Dataset
  /** The names of the classes, if they have names. */
  readonly labelNames?: readonly string[] | undefined
  /** Resolves when all rows have their inputs. Until then only their labels are right. Default: they have them. */
  readonly ready?: Promise<void> | undefined
}

/** The network of chapter 1 of Nielsen's book, and its run. */
export const bookSettings: Settings = {
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

/** Returns the kind of digits that the data are, as the command line names them. Undefined for any other data. */
export function digitsIn({ name }: Pick<SessionData, 'name'>): DigitKind | undefined {
  return name === 'digits' || name === 'mnist' ? name : undefined
}

/** Returns the settings with which a session begins. Rows with targets get outputs without bounds. */
export function defaultSettings({ training }: SessionData): Settings {
  return training.labels ? bookSettings : { ...bookSettings, output: 'identity', learningRate: 0.01 }
}

/** The learning rate for costs other than the quadratic one, which would diverge at the book's rate for that one. */
const gentleRate = 0.05

/** Returns the settings of a new network that resembles an existing one, and of a run that goes on with it. */
export function settingsLike({ description }: Network, before: Settings): Settings {
  const { layers, cost } = description
  const hidden = layers.slice(0, -1)
  return {
    ...before,
    hidden: hidden.map(({ outputs }) => outputs),
    activation: hidden[0]?.activation ?? before.activation,
    output: layers[layers.length - 1].activation,
    cost,
    learningRate: cost === 'quadratic' ? before.learningRate : Math.min(before.learningRate, gentleRate),
  }
}

/**
 * Makes a new network for the data. Inputs that are no pictures are standardized, because columns of tables can be of
 * any size.
 * @throws OptionError if a setting is wrong
 */
export function makeNetwork(settings: Settings, data: SessionData, machine: LoadOptions): Network {
  const { hidden, activation, output, cost, seed } = settings
  const { training, labelNames } = data
  const layers = [...hidden.map((size) => dense(size, activation)), dense(outputsOf(data), output)]
  const network = new Network({ inputs: training.width, layers, cost }, { ...machine, seed })
  if (labelNames && training.labels) network.labelNames = labelNames
  if (!pictureOf(training)) network.standardize(training)
  return network
}

/** Returns the number of outputs that a network for the data has: its targets or its classes. */
function outputsOf({ training, test, labelNames }: SessionData): number {
  if (training.targets) return training.targetWidth
  if (labelNames) return labelNames.length
  let most = 1
  for (const { labels } of [training, test]) for (const label of labels ?? []) most = Math.max(most, label + 1)
  return most
}

/** Returns the size of the pictures that the inputs are. Undefined if they are none. */
function pictureOf({ inputs, width, inputNames }: Dataset): Shape['picture'] {
  const side = pictureSide(width, inputNames, inputs)
  return side === undefined ? undefined : { width: side, height: side }
}

/** Returns what a picture of the network needs to know of it. */
export function shapeOf(network: Network, { training }: SessionData): Shape {
  const { inputs, layers, cost } = network.description
  return {
    inputs,
    layers: layers.map(({ outputs }) => outputs),
    activations: layers.map(({ activation }): ActivationName => activation),
    cost,
    parameters: countParameters(network.description),
    dtype: network.dtype,
    picture: pictureOf(training),
    inputNames: network.inputNames ?? training.inputNames,
    classes: training.labels && (network.labelNames ?? numbersTo(Math.max(2, layers[layers.length - 1].outputs))),
  }
}

const numbersTo = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index))

/** Returns a dataset with the same rows, whose labels are shuffled. */
export function withShuffledLabels(dataset: Dataset, seed: number): Dataset {
  const { inputs, width, scale, inputNames, labels, rows } = dataset
  if (!labels) return dataset
  const order = randomOrder(rows, createRandom(seed, 'shuffled labels'))
  return new Dataset({ inputs, width, scale, inputNames, labels: order.map((row) => labels[row]) })
}
