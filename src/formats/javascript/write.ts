/** Writes a network as a single ES module without imports, and writes a second file with the types of the module. */
import { reorderBytes } from '../../base/byte-order.js'
import { ModelError } from '../../base/errors.js'
import type { FloatArray } from '../../base/memory.js'
import { writeFileAtomic } from '../../base/write-file.js'
import type { Mlp } from '../mlp.js'
import { activationBodies, functionName, helpers } from './functions.js'

export interface ModuleContent extends Mlp {
  readonly labelNames: readonly string[] | undefined
  readonly inputNames: readonly string[] | undefined
  /** The columns of the table that the network learned from, and the code of `encode(row)`, which takes them. */
  readonly table?: { readonly columns: readonly string[]; readonly code: string } | undefined
}

/** The maximum number of bytes for the weights of a layer. In base64 they must fit into a single string. */
const maxLayerBytes = 2 ** 28

function base64(numbers: FloatArray): string {
  const copy = numbers.slice()
  reorderBytes(copy, copy.BYTES_PER_ELEMENT, 'LE')
  return Buffer.from(copy.buffer, copy.byteOffset, copy.byteLength).toString('base64')
}

/**
 * Returns the names as a JavaScript literal. In an inline script of a page, `<` could start `</script>` or a comment. So
 * it is escaped, and so are the two line separators that older versions of JavaScript do not allow in strings.
 */
function literal(names: readonly string[]): string {
  return JSON.stringify(names).replace(
    /[<\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Yields the text of the module in parts, because all weights together may not fit into a single string. */
function* moduleText({
  inputs,
  layers,
  standardization,
  labelNames,
  inputNames,
  table,
}: ModuleContent): Generator<string> {
  const isFloat32 = layers[0].weights instanceof Float32Array
  const { outputs } = layers[layers.length - 1]
  const used = [...new Set(layers.map(({ activation }) => activation))]
  const Type = isFloat32 ? Float32Array : Float64Array
  yield `// A fully connected network, ${[inputs, ...layers.map((layer) => layer.outputs)].join('-')}, written by descent. It has no imports.

/** Decodes base64 to little-endian numbers. */
function numbers(text) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  const view = new DataView(bytes.buffer)
  return ${Type.name}.from({ length: bytes.length / ${Type.BYTES_PER_ELEMENT} }, (_, i) => view.${isFloat32 ? 'getFloat32' : 'getFloat64'}(${Type.BYTES_PER_ELEMENT} * i, true))
}

`
  for (const activation of used) {
    const helper = helpers[activation]
    if (helper) yield `${helper}\n`
    if (activation !== 'identity') {
      yield `function ${functionName(activation)}(z) {\n  ${activationBodies[activation]}\n}\n\n`
    }
  }
  if (standardization) {
    const { means, factors } = standardization
    yield `/** Inputs become (input - mean) * factor. */\nconst means = ${JSON.stringify(Array.from(means))}\n`
    yield `const factors = ${JSON.stringify(Array.from(factors))}\n\n`
  }
  yield '/** Weights are outputs x inputs, row-major. */\nconst layers = [\n'
  for (const { activation, weights, biases } of layers) {
    yield `  {\n    activate: ${activation === 'identity' ? '() => {}' : functionName(activation)},\n    weights: numbers('`
    yield base64(weights)
    yield `'),\n    biases: numbers('${base64(biases)}'),\n  },\n`
  }
  yield `]

/** The number of inputs in a row, and the number of outputs. */
export const inputs = ${inputs}
export const outputs = ${outputs}
/** The class names in the order of the class numbers, or undefined. */
export const labelNames = ${labelNames ? literal(labelNames) : 'undefined'}
/** The names of the inputs in their order, or undefined. */
export const inputNames = ${inputNames ? literal(inputNames) : 'undefined'}

${table ? `${isListOfInputs}${table.code}` : inputNames ? numbersByName : ''}/**
 * Returns the outputs of the network for a row of inputs. Bytes (a Uint8Array or Uint8ClampedArray) are divided by 255 first.${table ? byColumnComment : inputNames ? byNameComment : ''}
 */
export function predict(${inputNames ? 'given' : 'row'}) {
${inputNames ? `  const row = isList(given) ? given : ${table ? 'encode(given)' : 'inputNames.map((name) => numberOf(given, name))'}\n` : ''}  if (row.length !== inputs) throw new RangeError(\`the row has \${row.length} numbers instead of \${inputs}\`)
  let a = Float64Array.from(row)
  // Arrays from other realms have other classes, but the same names.
  if (/^.object Uint8(Clamped)?Array.$/.test(Object.prototype.toString.call(row))) a = a.map((byte) => byte / 255)
${standardization ? '  a = a.map((input, i) => (input - means[i]) * factors[i])\n' : ''}  for (const { activate, weights, biases } of layers) {
    const z = Float64Array.from(biases)
    for (let i = 0, k = 0; i < z.length; i++) {
      for (let j = 0; j < a.length; j++) z[i] += weights[k++] * a[j]
    }
    activate(z)
    a = z
  }
  return Array.from(a)
}

${classifyComment(outputs)}
export function classify(row) {
  const answers = predict(row)
${outputs === 1 ? singleOutput : severalOutputs}}
`
}

const byNameComment =
  '\n * A row may also be an object that has a number for each name of inputNames. Its other properties are ignored.'

const byColumnComment =
  '\n * A row may also be an object with the columns of the table that the network learned from. null is a missing value.'

const isListOfInputs = `/** Whether a row is a list of numbers, and not an object with the columns of a table. */
function isList(row) {
  return Array.isArray(row) || ArrayBuffer.isView(row)
}

`

const numbersByName = `/** Whether a row is a list of numbers, and not an object with the numbers by their names. */
function isList(row) {
  if (Array.isArray(row) || ArrayBuffer.isView(row)) return true
  return typeof row?.length === 'number' && !inputNames.some((name) => Object.hasOwn(row, name))
}

/** Returns the number that the row has under this name. */
function numberOf(row, name) {
  if (!Object.hasOwn(Object(row), name)) throw new RangeError(\`the row has no \${JSON.stringify(name)}\`)
  if (Number.isFinite(row[name])) return row[name]
  throw new RangeError(\`the row has \${String(row[name])} as \${JSON.stringify(name)}, expected a finite number\`)
}

`

/**
 * Returns the TypeScript type of a row. An interface cannot be assigned to `Record<string, unknown>`. So the type also
 * allows every object that has a number for each input name.
 */
function rowType(inputNames: readonly string[] | undefined, table: ModuleContent['table']): string {
  if (table) {
    const names = table.columns.map((name) => JSON.stringify(name)).join(' | ')
    return `ArrayLike<number> | Readonly<Record<${names}, string | number | bigint | boolean | Date | null>>`
  }
  if (!inputNames) return 'ArrayLike<number>'
  const names = inputNames.map((name) => JSON.stringify(name)).join(' | ')
  return `ArrayLike<number> | Readonly<Record<string, unknown>> | Readonly<Record<${names}, number>>`
}

const severalOutputs = `  let number = 0
  for (let i = 1; i < answers.length; i++) if (answers[i] > answers[number]) number = i
  return { number, label: labelNames?.[number], answer: answers[number] }
`

const singleOutput = `  const [output] = answers
  const number = output < 0.5 ? 0 : 1
  return { number, label: labelNames?.[number], answer: number === 1 ? output : 1 - output }
`

function classifyComment(outputs: number): string {
  return outputs === 1
    ? '/** Returns the class of a row: 1 if the output is at least 0.5, else 0. Also returns its name and its probability. */'
    : '/** Returns the class of a row, which is the index of its largest output. Also returns its name and that output. */'
}

const typesOf = (
  outputs: number,
  inputNames: readonly string[] | undefined,
  table: ModuleContent['table'],
) => `/** The number of inputs in a row, and the number of outputs. */
export declare const inputs: number
export declare const outputs: number
/** The class names in the order of the class numbers, or undefined. */
export declare const labelNames: readonly string[] | undefined
/** The names of the inputs in their order, or undefined. */
export declare const inputNames: readonly string[] | undefined

/** The inputs of a row. */
export type Row = ${rowType(inputNames, table)}

/**
 * Returns the outputs of the network for a row of inputs. Bytes (a Uint8Array or Uint8ClampedArray) are divided by 255 first.${table ? byColumnComment : inputNames ? byNameComment : ''}
 * Throws a RangeError if the row does not have \`inputs\` numbers.
 */
export declare function predict(row: Row): number[]

${classifyComment(outputs)}
export declare function classify(row: Row): {
  readonly number: number
  readonly label: string | undefined
  readonly answer: number
}
`

/** Returns the path of the file with the types of a module, such as "model.d.mts" for "model.mjs". */
export function typesPath(path: string): string {
  return path.replace(/\.(m?)js$/, '.d.$1ts')
}

/**
 * Writes the module and its types. Each of the two files is written completely or not at all.
 * @throws ModelError if the file name is wrong, a layer is too large, or a file cannot be written
 */
export async function writeModule(path: string, content: ModuleContent): Promise<void> {
  if (!/\.m?js$/.test(path)) throw new ModelError(`cannot write ${path}: the name of a module ends with .js or .mjs`)
  const largest = Math.max(...content.layers.map(({ weights }) => weights.byteLength))
  if (largest > maxLayerBytes) {
    throw new ModelError(
      `cannot write ${path}: a layer has ${largest} bytes, the limit in a module is ${maxLayerBytes}`,
    )
  }
  const { outputs } = content.layers[content.layers.length - 1]
  const encoder = new TextEncoder()
  const chunks = Array.from(moduleText(content), (text) => encoder.encode(text))
  await writeFileAtomic(path, chunks, ModelError)
  await writeFileAtomic(
    typesPath(path),
    [encoder.encode(typesOf(outputs, content.inputNames, content.table))],
    ModelError,
  )
}
