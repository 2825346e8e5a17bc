import { ModelError, optionError } from '../base/errors.js'
import { writeFileAtomic } from '../base/write-file.js'
import type { ActivationName } from '../compile/activations.js'
import type { MlpLayer } from '../formats/mlp.js'
import type { Network } from '../network/network.js'
import type { TableSchema } from '../schema/schema.js'
import { sqlColumns, sqlName, sqlText } from '../schema/sql-inputs.js'
import { mlpOf } from './mlp.js'

export interface SqlModelOptions {
  /** The table or view whose rows are answered. Default 'rows'. */
  readonly table?: string | undefined
}

/**
 * Returns one SELECT statement for DuckDB that answers the rows of a table as the network does: all columns of the table, and
 * `prediction`; for classes also `probabilities`, a struct by the names of the classes. It computes in float64.
 *
 * @param network A network that learned from a table with `trainTable`.
 * @param options The name of the table.
 * @throws OptionError if the network has no schema; ModelError if it has an activation that SQL cannot compute
 * @example
 * ```ts
 * import { Network, sqlOf } from 'descent-nn'
 *
 * console.log(sqlOf(await Network.load('churn.safetensors'), { table: 'customers' }))
 * ```
 */
export function sqlOf(network: Network, { table = 'rows' }: SqlModelOptions = {}): string {
  const { schema } = network
  if (typeof table !== 'string' || table === '') throw optionError({ table }, 'the name of a table')
  if (!schema) throw new ModelError('only a network that learned from a table can be written as SQL: it has no schema')
  const { layers, standardization } = mlpOf('sqlOf', network)
  if (standardization) throw new ModelError('a network that standardizes its inputs cannot be written as SQL')
  const columns = sqlColumns(schema)
  const cells = columns.map((_, index) => sqlName(`descent cell ${index}`))
  const values = columns.map(({ value }, index) => `  ${value} AS ${cells[index]}`)
  const inputs = columns.map(({ inputs }, index) => `  ${inputs(cells[index])}`)
  const kept = (names: readonly string[]) => `* EXCLUDE (${names.join(', ')})`
  const parts = [
    `cells AS (SELECT *,\n${values.join(',\n')}\n  FROM ${sqlName(table)})`,
    `layer_0 AS (SELECT ${kept(cells)}, flatten([\n${inputs.join(',\n')}\n  ]) AS "descent x" FROM cells)`,
    ...layers.map((layer, index) => layerText(layer, index)),
  ]
  return `-- ${layers[0].weights.length / layers[0].outputs}-${layers.map(({ outputs }) => outputs).join('-')}, written by descent for DuckDB. The rows come from ${table}.
WITH ${parts.join(',\n')}
SELECT ${kept(['"descent x"'])}, ${answer(schema)}
FROM layer_${layers.length}
`
}

/**
 * Writes the statement of `sqlOf` to a file.
 * @throws OptionError if an argument is wrong; ModelError as `sqlOf` does, and if the file cannot be written
 */
export async function saveSql(path: string, network: Network, options: SqlModelOptions = {}): Promise<void> {
  if (typeof path !== 'string') throw optionError({ path }, 'the path of a file')
  await writeFileAtomic(path, [new TextEncoder().encode(sqlOf(network, options))], ModelError)
}

function layerText({ weights, biases, outputs, activation }: MlpLayer, index: number): string {
  const width = weights.length / outputs
  const rows = Array.from({ length: outputs }, (_, row) => {
    return numbers([...weights.subarray(row * width, (row + 1) * width), biases[row]])
  })
  // The bias is the weight of an input that is 1.
  const sums = `list_transform([\n${rows.join(',\n')}\n  ], w -> list_dot_product(w, list_append("descent x", 1.0)))`
  const activate = activations[activation]
  if (!activate) throw new ModelError(`layer ${index + 1} has the activation ${activation}, which SQL cannot compute`)
  const before = `z_${index + 1} AS (SELECT * EXCLUDE ("descent x"), ${sums} AS "descent z" FROM layer_${index})`
  return `${before},\nlayer_${index + 1} AS (SELECT * EXCLUDE ("descent z"), ${activate('"descent z"')} AS "descent x" FROM z_${index + 1})`
}

function numbers(values: readonly number[]): string {
  return `    [${values.map((value) => `${value}`).join(',')}]::DOUBLE[]`
}

const each = (formula: string) => (list: string) => `list_transform(${list}, z -> ${formula})`

/** The formulas of activations. DuckDB has no error function, so gelu is missing. */
const activations: Readonly<Partial<Record<ActivationName, (list: string) => string>>> = {
  identity: (list) => list,
  sigmoid: each('1 / (1 + exp(-z))'),
  tanh: each('tanh(z)'),
  relu: each('greatest(z, 0)'),
  'leaky-relu': each('CASE WHEN z > 0 THEN z ELSE 0.01 * z END'),
  elu: each('CASE WHEN z > 0 THEN z ELSE exp(z) - 1 END'),
  selu: each('1.0507009873554805 * CASE WHEN z > 0 THEN z ELSE 1.6732632423543772 * (exp(z) - 1) END'),
  silu: each('CASE WHEN z < -700 THEN 0 ELSE z / (1 + exp(-z)) END'),
  softplus: each('greatest(z, 0) + ln(1 + exp(-abs(z)))'),
  mish: each('z * tanh(greatest(z, 0) + ln(1 + exp(-abs(z))))'),
  step: each('(z > 0)::DOUBLE'),
  softmax: (list) => {
    const exponents = `list_transform(${list}, z -> exp(z - list_max(${list})))`
    return `list_transform(${exponents}, e -> e / list_sum(${exponents}))`
  },
}

function answer({ target }: TableSchema): string {
  if (target.kind === 'number') return '"descent x"[1] AS prediction'
  const texts = target.classes.map(sqlText)
  const fields = target.classes.map((name, index) => `${sqlName(name)} := "descent x"[${index + 1}]`)
  return `[${texts.join(', ')}][list_position("descent x", list_max("descent x"))] AS prediction, struct_pack(${fields.join(', ')}) AS probabilities`
}
