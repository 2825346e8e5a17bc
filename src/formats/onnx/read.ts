import { ModelError } from '../../base/errors.js'
import { openFile, reserve } from '../../base/files.js'
import type { Mlp } from '../mlp.js'
import { attributeTypes, operators } from './operators.js'
import { type Graph, type Node, parseModel } from './parse.js'
import { activationOf, type InputStage, linear, stackOf, untouched } from './stage.js'
import { floatsOf, onnxTypes, wholeNumbersOf } from './tensor.js'
import { placeOf, rowsValue, type Step, type Value } from './value.js'

/** The multilayer perceptron that an ONNX file describes. */
export interface OnnxModel extends Mlp {
  /** The class names in the graph, if it has any. */
  readonly labelNames: readonly string[] | undefined
  /** Whether the graph returns the logarithms of the outputs that the layers compute. */
  readonly hasLogarithms: boolean
}

/** The maximum size of a file in bytes. Protobuf has the same limit. */
const maxFileBytes = 2 ** 31 - 1

/**
 * Reads an ONNX file from any program. The graph must be a multilayer perceptron. `output` is the name of the output to
 * use if the graph has several.
 * @throws ModelError if the file cannot be read, or if a node cannot be part of a multilayer perceptron. The message
 * names the file, and also the node and its byte offset if a node is the cause.
 */
export async function readOnnxModel(path: string, output: string | undefined): Promise<OnnxModel> {
  const opened = await openFile(path, ModelError)
  try {
    const { size } = opened
    if (size > maxFileBytes)
      throw new ModelError(`${path}: it has ${size} bytes, an ONNX file has at most ${maxFileBytes}`)
    const file = reserve(path, size, ModelError, () => new Uint8Array(size))
    const count = await opened.read(file, 0)
    if (count < size) throw new ModelError(`${path}: the file had ${size} bytes, but it ends at byte ${count} now`)
    return interpret(parseModel(path, file), size, output)
  } finally {
    await opened.close()
  }
}

function interpret(graph: Graph, size: number, output: string | undefined): OnnxModel {
  const { path } = graph
  const values = new Map<string, Value>()
  const producers = new Map<string, Node>()
  for (const [name, tensor] of graph.initializers) {
    const numbers = { floats: () => floatsOf(tensor), wholeNumbers: () => wholeNumbersOf(tensor) }
    values.set(name, { kind: 'constant', dims: tensor.dims, ...numbers })
  }
  const input = inputOf(graph)
  values.set(input.name, rowsValue(untouched(input.stage)))
  const { batch } = input
  const spend = createBudget(path, size)
  for (const node of graph.nodes) {
    const [name] = node.outputs
    for (const each of node.outputs) {
      if (each === '') continue
      if (values.has(each))
        throw new ModelError(`${placeOf(graph, node)}: its output ${JSON.stringify(each)} already exists`)
      producers.set(each, node)
      // Mark every output of the node as refused (not supported). The first output gets its real value below. The other
      // outputs, such as the mask of a dropout node, stay refused.
      values.set(each, {
        kind: 'refused',
        error: refusal(graph, node, `only its first output is supported, not ${JSON.stringify(each)}`),
      })
    }
    if (name) values.set(name, evaluate(graph, node, values, { batch, spend }))
  }
  const chosen = chooseOutput(graph, values, output)
  const { rows } = chosen.value
  const producer = producers.get(chosen.name)
  const fail = (problem: string) =>
    producer
      ? refusal(graph, producer, problem)
      : new ModelError(`${path}: the output ${JSON.stringify(chosen.name)}: ${problem}`)
  const logits = linear(rows, spend)
  const stage = logits ?? rows.stage
  const hasLogarithms = rows.samples === 'log-softmax'
  const activation = logits ? 'identity' : hasLogarithms ? 'softmax' : activationOf(rows)
  if (stage.kind === 'affine' && stage.below.stage.kind === 'layer') {
    throw fail('it multiplies or shifts the columns of an activation, and no matrix follows that could do this')
  }
  if (stage.kind !== 'layer') throw fail('the network has no layer')
  if (!activation) throw fail('the function after the last layer is not an activation of descent')
  const stack = stackOf(stage, activation)
  checkTypes(stack.layers, fail)
  const { standardization } = stack
  if (standardization && ![...standardization.means, ...standardization.factors].every(Number.isFinite)) {
    throw fail('what it does to the inputs cannot be written as (x - means) * factors')
  }
  return { ...stack, metadata: graph.metadata, labelNames: chosen.value.labelNames, hasLogarithms }
}

const refusal = (graph: Graph, node: Node, problem: string) => new ModelError(`${placeOf(graph, node)}: ${problem}`)

/**
 * Returns the value of a node. If the operator is not supported, returns a refused value. A refused value causes an
 * error only if the output of the network depends on it.
 */
function evaluate(
  graph: Graph,
  node: Node,
  values: ReadonlyMap<string, Value>,
  limits: Pick<Step, 'batch' | 'spend'>,
): Value {
  const fail = (problem: string) => refusal(graph, node, problem)
  const inputs = node.inputs.map((name) => {
    if (name === '') return undefined
    const value = values.get(name)
    // ONNX requires that nodes are listed in the order of evaluation.
    if (!value) throw fail(`its input ${JSON.stringify(name)} is not the output of an earlier node`)
    return value
  })
  const refused = inputs.find((value) => value?.kind === 'refused')
  if (refused) return refused
  if (inputs.some((value) => value?.kind === 'classes')) return { kind: 'classes' }
  const name = node.domain === '' ? node.operator : `${node.domain}.${node.operator}`
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined
  try {
    if (!operator) throw fail(`this operator is not supported; supported are ${Object.keys(operators).join(', ')}`)
    for (const [attribute, value] of node.attributes) {
      const shown = JSON.stringify(attribute)
      if (!operator.attributes?.includes(attribute)) throw fail(`its attribute ${shown} is not supported`)
      const expected = attributeTypes[attribute]
      if (expected && value.type !== expected) {
        throw fail(`its attribute ${shown} has the type ${value.type}, expected ${expected}`)
      }
    }
    return operator.apply({ node, inputs, fail, ...limits })
  } catch (error) {
    if (error instanceof ModelError) return { kind: 'refused', error }
    throw error
  }
}

function inputOf(graph: Graph): { name: string; batch: number | undefined; stage: InputStage } {
  const { path, inputs, initializers } = graph
  // Leave out the weights. Older versions of ONNX list them among the inputs.
  const own = inputs.filter(({ name }) => !initializers.has(name))
  if (own.length !== 1) throw new ModelError(`${path}: its graph has ${own.length} inputs, expected 1`)
  const [{ name, type, dims }] = own
  if (type === onnxTypes.uint8) {
    // A network scales bytes by 1/255 before it uses them, and the graph does not.
    throw new ModelError(`${path}: its input ${JSON.stringify(name)} has the type UINT8, expected FLOAT or DOUBLE`)
  }
  if (dims && dims.length < 2) {
    throw new ModelError(
      `${path}: its input ${JSON.stringify(name)} has ${dims.length} dimensions, expected at least 2`,
    )
  }
  const columns = dims?.slice(1).reduce((product, size) => product && size && product * size, 1 as number | undefined)
  return {
    name,
    batch: dims?.[0],
    stage: {
      kind: 'inputs',
      shape: ['rows', ...(dims?.slice(1) ?? [undefined])],
      columns,
      means: Float64Array.of(0),
      factors: Float64Array.of(1),
    },
  }
}

/**
 * Returns a function that counts the numbers computed from a file. That function throws a ModelError if the total
 * exceeds a limit. The limit grows with the size of the file, so that a small file cannot expand into a huge network.
 */
function createBudget(path: string, size: number): (count: number) => void {
  const limit = 1_000_000 + 8 * size
  let spent = 0
  return (count) => {
    spent += count
    if (spent > limit)
      throw new ModelError(`${path}: its ${size} bytes would expand to more than ${limit} numbers in layers`)
  }
}

function chooseOutput(
  { path, outputs }: Graph,
  values: ReadonlyMap<string, Value>,
  wanted: string | undefined,
): { name: string; value: Extract<Value, { kind: 'rows' }> } {
  const names = outputs.map(({ name }) => name)
  const known = `its outputs are ${names.map((name) => JSON.stringify(name)).join(', ')}`
  if (wanted !== undefined && !names.includes(wanted)) {
    throw new ModelError(`${path}: it has no output ${JSON.stringify(wanted)}; ${known}`)
  }
  const found: { name: string; value: Extract<Value, { kind: 'rows' }> }[] = []
  for (const name of wanted === undefined ? names : [wanted]) {
    const value = values.get(name)
    if (!value) throw new ModelError(`${path}: no node computes its output ${JSON.stringify(name)}`)
    if (value.kind === 'refused') throw value.error
    if (value.kind === 'rows') found.push({ name, value })
    else if (value.kind === 'constant')
      throw new ModelError(`${path}: its output ${JSON.stringify(name)} is a constant`)
  }
  if (found.length === 1) return found[0]
  throw new ModelError(
    `${path}: ${found.length} of its outputs could be the network's, expected 1; ${known}${found.length > 1 ? '; choose one with the option output' : ''}`,
  )
}

function checkTypes(layers: Mlp['layers'], fail: (problem: string) => ModelError): void {
  const types = new Set(layers.map(({ weights }) => weights.constructor))
  if (types.size > 1) throw fail('some of its layers have FLOAT weights and others DOUBLE')
}
