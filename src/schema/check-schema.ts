import { isObject } from '../base/checks.js'
import { inspectValue } from '../base/errors.js'
import { quote } from '../readers/columns/names.js'
import {
  type DatePart,
  dateParts,
  type InputColumn,
  type Scaling,
  schemaOutputs,
  schemaWidth,
  type TableSchema,
  type TargetColumn,
} from './schema.js'

/** Says what is wrong with a schema, and does not return. */
type Fail = (problem: string) => never
type Members = Readonly<Record<string, unknown>>

/**
 * Checks a schema that was parsed from JSON, and returns a copy without unknown members. Calls `fail` if it is wrong.
 * @param network The numbers of inputs and outputs that the schema must have. Undefined if there is no network yet.
 */
export function checkSchema(
  value: unknown,
  fail: Fail,
  network?: { readonly inputs: number; readonly outputs: number },
): TableSchema {
  if (!isObject(value)) return fail(`the schema is ${inspectValue(value)}, not an object`)
  if (value.version !== 1) return fail(`the schema has the version ${inspectValue(value.version)}, not 1`)
  const rows = numberIn(value, 'rows', 'the schema', fail)
  const inputs = listIn(value, 'inputs', fail).map((entry, index) => readInput(entry, `input ${index}`, fail))
  if (inputs.length === 0) fail('the schema has no inputs')
  const ignored = listIn(value, 'ignored', fail).map((entry, index) => {
    const what = `ignored column ${index}`
    if (!isObject(entry)) return fail(`${what} of the schema is ${inspectValue(entry)}, not an object`)
    return { name: textIn(entry, 'name', what, fail), reason: textIn(entry, 'reason', what, fail) }
  })
  const target = readTarget(value.target, fail)
  const names = [...inputs, ...ignored, target].map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) fail(`the schema has the column ${quote(twice)} twice`)
  const schema: TableSchema = { version: 1, rows, inputs, target, ignored }
  if (network && (schemaWidth(schema) !== network.inputs || schemaOutputs(schema) !== network.outputs)) {
    const own = `${schemaWidth(schema)} inputs and ${schemaOutputs(schema)} outputs`
    fail(`the schema makes ${own}, but the network has ${network.inputs} and ${network.outputs}`)
  }
  return schema
}

function listIn(object: Members, key: string, fail: Fail): readonly unknown[] {
  const list = object[key]
  return Array.isArray(list) ? list : fail(`${key} of the schema is ${inspectValue(list)}, not a list`)
}

function numberIn(object: Members, key: string, what: string, fail: Fail): number {
  const value = object[key]
  if (typeof value === 'number' && Number.isFinite(value)) return value
  return fail(`${key} of ${what} is ${inspectValue(value)}, not a finite number`)
}

function textIn(object: Members, key: string, what: string, fail: Fail): string {
  const value = object[key]
  return typeof value === 'string' ? value : fail(`${key} of ${what} is ${inspectValue(value)}, not a text`)
}

function truthIn(object: Members, key: string, what: string, fail: Fail): boolean {
  const value = object[key]
  return typeof value === 'boolean' ? value : fail(`${key} of ${what} is ${inspectValue(value)}, not true or false`)
}

/** Reads a list of different texts. */
function textsIn(object: Members, key: string, what: string, fail: Fail): readonly string[] {
  const list = object[key]
  if (!Array.isArray(list) || !list.every((text): text is string => typeof text === 'string')) {
    return fail(`${key} of ${what} is not a list of texts`)
  }
  if (new Set(list).size < list.length) fail(`${key} of ${what} has a text twice`)
  return [...list]
}

function readScaling(entry: Members, what: string, fail: Fail): Scaling & { readonly fill: number } {
  return {
    center: numberIn(entry, 'center', what, fail),
    factor: numberIn(entry, 'factor', what, fail),
    clip: truthIn(entry, 'clip', what, fail),
    fill: numberIn(entry, 'fill', what, fail),
  }
}

function readEdges({ edges }: Members, what: string, fail: Fail): readonly number[] {
  const isRising = (edge: unknown, i: number, all: readonly unknown[]) =>
    typeof edge === 'number' && Number.isFinite(edge) && (i === 0 || edge > Number(all[i - 1]))
  if (Array.isArray(edges) && edges.length !== 1 && edges.every(isRising)) return [...edges]
  return fail(`edges of ${what} is not a list of rising numbers`)
}

function readInput(entry: unknown, what: string, fail: Fail): InputColumn {
  if (!isObject(entry)) return fail(`${what} of the schema is ${inspectValue(entry)}, not an object`)
  const name = textIn(entry, 'name', what, fail)
  const indicator = truthIn(entry, 'indicator', what, fail)
  switch (entry.kind) {
    case 'number':
      return { name, kind: 'number', ...readScaling(entry, what, fail), edges: readEdges(entry, what, fail), indicator }
    case 'boolean':
      return { name, kind: 'boolean', indicator }
    case 'category': {
      const categories = textsIn(entry, 'categories', what, fail)
      return { name, kind: 'category', categories, other: truthIn(entry, 'other', what, fail), indicator }
    }
    case 'date': {
      const parts = textsIn(entry, 'parts', what, fail).map(
        (text): DatePart => dateParts.find((part) => part === text) ?? fail(`${what} has the part ${quote(text)}`),
      )
      return { name, kind: 'date', ...readScaling(entry, what, fail), parts, indicator }
    }
    default:
      return fail(`${what} has the kind ${inspectValue(entry.kind)}, not number, boolean, category or date`)
  }
}

function readTarget(entry: unknown, fail: Fail): TargetColumn {
  const what = 'the target'
  if (!isObject(entry)) return fail(`the target of the schema is ${inspectValue(entry)}, not an object`)
  const name = textIn(entry, 'name', what, fail)
  if (entry.kind === 'classes') {
    const classes = textsIn(entry, 'classes', what, fail)
    return classes.length > 1 ? { name, kind: 'classes', classes } : fail('the target has fewer than two classes')
  }
  if (entry.kind !== 'number') return fail(`the target has the kind ${inspectValue(entry.kind)}, not classes or number`)
  const mean = numberIn(entry, 'mean', what, fail)
  const deviation = numberIn(entry, 'deviation', what, fail)
  return { name, kind: 'number', mean, deviation, folded: truthIn(entry, 'folded', what, fail) }
}
