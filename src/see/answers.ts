import { classCount, classOf, confidenceIn } from '../base/argmax.js'
import { isLongTurn, yieldToEventLoop } from '../base/event-loop.js'
import { type Dataset, type FloatArray, type Network, OptionError } from '../common.js'
import type { AnswerOf, Example, Mistake, OutputError, QuestionOf } from './protocol.js'

const maxMistakes = 500
const maxErrors = 100
const brightestCount = 9

/** Answers the question `activations`. While the network learns, it reads a published copy of the parameters. */
export function activationsOf(
  network: Network,
  { inputs, label }: QuestionOf<'activations'>,
  isClassifier: boolean,
): AnswerOf<'activations'> {
  const { inputs: scaled, layers } =
    label === undefined ? network.activations(inputs) : network.activations(inputs, Int32Array.of(label))
  const { a } = layers[layers.length - 1]
  return { inputs: scaled, layers, answer: isClassifier ? classOf(a, 0, a.length) : undefined }
}

/** @throws OptionError if the dataset has no such row */
export function exampleOf(dataset: Dataset, set: Example['set'], index: number): Example {
  const { inputs, width, scale, labels, targets, targetWidth, rows } = dataset
  if (!Number.isInteger(index) || index < 0 || index >= rows) {
    throw new OptionError(`index must be a row of the ${set} rows, from 0 to ${rows - 1}, not ${index}`)
  }
  const factor = Math.fround(scale)
  const row = inputs.subarray(index * width, (index + 1) * width)
  return {
    set,
    index,
    label: labels?.[index],
    targets: targets?.slice(index * targetWidth, (index + 1) * targetWidth),
    inputs: Float32Array.from(row, (value) => value * factor),
  }
}

/** Answers the question `backpropagation` about a network that is idle. */
export function backpropagationOf(
  network: Network,
  { inputs, label, targets: given }: QuestionOf<'backpropagation'>,
): AnswerOf<'backpropagation'> {
  const { layers } = network.description
  const { outputs } = layers[layers.length - 1]
  const targets = given ?? oneHot(network, label, outputs)
  const { inputs: x, layers: errors } = network.activations(inputs, [targets])
  const { cost, parameters: gradient } = network.gradients(inputs, targets)
  return { cost, inputs: x, targets, layers: errors, parameters: network.parameters.slice(), gradient }
}

/** @throws OptionError if there is no such class */
function oneHot({ dtype }: Network, label: number | undefined, outputs: number): FloatArray {
  const targets = dtype === 'float32' ? new Float32Array(outputs) : new Float64Array(outputs)
  if (label === undefined || label >= classCount(outputs)) {
    throw new OptionError(`label must be a class from 0 to ${classCount(outputs) - 1}, not ${label}`)
  }
  // A single output stands for class 1 of two.
  if (outputs === 1) targets[0] = label
  else targets[label] = 1
  return targets
}

/** Evaluates the network on the test rows, and finds its worst answers: the surest mistakes, or the largest errors. */
export async function evaluationOf(network: Network, test: Dataset): Promise<AnswerOf<'evaluation'>> {
  const { cost, accuracy, rows, confusion } = await network.evaluate(test)
  const outputs = await network.predict(test)
  const { labels, targets } = test
  return {
    cost,
    accuracy,
    rows,
    confusion: confusion && Uint32Array.from(confusion.flat()),
    mistakes: labels ? mistakesIn(outputs, labels) : [],
    errors: targets ? errorsIn(outputs, targets, test.targetWidth) : [],
  }
}

function mistakesIn(outputs: FloatArray, labels: Int32Array): Mistake[] {
  const count = outputs.length / labels.length
  const mistakes: Mistake[] = []
  labels.forEach((label, index) => {
    const answer = classOf(outputs, index * count, count)
    if (answer === label) return
    mistakes.push({ index, label, answer, sureness: confidenceIn(answer, outputs, index * count, count) })
  })
  return mistakes.sort((a, b) => b.sureness - a.sureness).slice(0, maxMistakes)
}

function errorsIn(outputs: FloatArray, targets: FloatArray, width: number): OutputError[] {
  const worst = Uint32Array.from(outputs, (_, i) => i).sort(
    (i, j) => Math.abs(outputs[j] - targets[j]) - Math.abs(outputs[i] - targets[i]),
  )
  return Array.from(worst.subarray(0, maxErrors), (i) => ({
    index: Math.floor(i / width),
    output: i % width,
    value: outputs[i],
    target: targets[i],
    error: outputs[i] - targets[i],
  }))
}

/** The rows with the highest activations of a neuron, the highest first. */
export interface Brightest {
  readonly rows: readonly number[]
  readonly activations: FloatArray
}

/** The number of multiplications after which the event loop may get a turn. */
const turnMultiplications = 250_000

/** Finds the nine test rows that give each neuron its highest activations, by layer and neuron. */
export async function brightestOf(network: Network, test: Dataset): Promise<readonly (readonly Brightest[])[]> {
  const tops = network.description.layers.map(({ outputs }) =>
    Array.from({ length: outputs }, () => ({ rows: [] as number[], values: [] as number[] })),
  )
  const group = Math.max(1, Math.floor(turnMultiplications / network.parameters.length))
  for (let from = 0; from < test.rows; from += group) {
    const rows = test.slice(from, Math.min(test.rows, from + group))
    const { layers } = network.activations(rows)
    layers.forEach(({ a }, layer) => {
      const neurons = tops[layer]
      for (let i = 0; i < a.length; i++) {
        const { rows, values } = neurons[i % neurons.length]
        if (values.length === brightestCount && !(a[i] > values[brightestCount - 1])) continue
        const place = values.findIndex((value) => a[i] > value)
        const at = place < 0 ? values.length : place
        values.splice(at, 0, a[i])
        rows.splice(at, 0, from + Math.floor(i / neurons.length))
        if (values.length > brightestCount) {
          values.pop()
          rows.pop()
        }
      }
    })
    if (isLongTurn()) await yieldToEventLoop()
  }
  const Type = network.dtype === 'float32' ? Float32Array : Float64Array
  return tops.map((neurons) => neurons.map(({ rows, values }) => ({ rows, activations: Type.from(values) })))
}
