import { checkKeys, checkSignal } from '../base/checks.js'
import { DataError, OptionError } from '../base/errors.js'
import type { FloatArray } from '../base/memory.js'
import type { SaveOptions } from '../base/write-file.js'
import type { EvaluateOptions, Evaluation } from '../engine/evaluate.js'
import type { Network } from '../network/network.js'
import { chunkOfObjects, type RowObject } from '../readers/columns/raw-objects.js'
import { createEncoder } from '../schema/encode-rows.js'
import { type Answer, answerReader } from '../schema/read-answers.js'
import { schemaOutputs, schemaWidth, type TableSchema } from '../schema/schema.js'
import { collectDataset } from './collect-dataset.js'
import { asTable, type TableSource } from './data-table.js'
import { checkOnMisfit, encodeTable, noCounts, type OnMisfit, type RowCounts } from './encode-table.js'

/** The answer for a row of a table. */
export interface RowAnswer extends Answer {
  /** The number of the row in its source, from 0. */
  readonly row: number
}

export interface PredictRowsOptions {
  /** What is done with rows that do not fit the schema. Default 'throw'. */
  readonly onMisfit?: OnMisfit | undefined
  /** An object to which the numbers of answered rows and of rows left out are added. */
  readonly counts?: RowCounts | undefined
  readonly signal?: AbortSignal | undefined
}

export interface EvaluateTableOptions extends EvaluateOptions {
  /** What is done with rows that do not fit the schema. Default 'throw'. */
  readonly onMisfit?: OnMisfit | undefined
}

/** A network with the schema of the table it learned from, which takes rows by name. */
export interface TableModel {
  readonly network: Network
  readonly schema: TableSchema
  /**
   * Answers one row, without waiting. A missing value is null.
   * @throws DataError if a column is missing or has a value that does not fit
   */
  predict(row: RowObject): Answer
  /**
   * Answers the rows of a table, in their order, about a thousand at a time.
   * @throws DataError if a column is missing, or if a row does not fit and `onMisfit` is 'throw'
   */
  predictRows(source: TableSource, options?: PredictRowsOptions): AsyncGenerator<RowAnswer, void>
  /**
   * Judges the answers by the targets of a table. The cost and the metrics are in the units of the target.
   * @throws DataError as `predictRows` does, and if the table lacks the target
   */
  evaluate(source: TableSource, options?: EvaluateTableOptions): Promise<Evaluation & { readonly counts: RowCounts }>
  /** Saves the network with its schema, as `network.save` does. */
  save(path: string, options?: SaveOptions): Promise<void>
}

/**
 * Returns a network that learned from a table, such as one that was loaded, in the form that takes rows by name.
 *
 * @throws OptionError if the network has no schema
 * @example
 * ```ts
 * import { Network, openTable, tableModel } from 'descent-nn'
 *
 * const model = tableModel(await Network.load('churn.safetensors'))
 * for await (const { row, prediction } of model.predictRows(await openTable('new.csv'))) console.log(row, prediction)
 * ```
 */
export function tableModel(network: Network): TableModel {
  const { schema } = network
  if (!schema) throw new OptionError('the network has no schema, because it did not learn from a table')
  const answerAt = answerReader(schema)
  const outputs = schemaOutputs(schema)
  const inputNames = schema.inputs.map(({ name }) => name)
  const encodeOne = createEncoder(schema, { source: 'the row', names: inputNames })

  return {
    network,
    schema,
    predict(row) {
      const inputs = new Float32Array(schemaWidth(schema))
      const chunk = chunkOfObjects([row], inputNames, encodeOne.wanted, () => 'the row')
      const { problems } = encodeOne.encode(chunk, inputs, 0)
      if (problems.length > 0) throw new DataError(problems[0].message)
      return answerAt(network.feedforward(inputs), 0)
    },
    async *predictRows(source, options = {}) {
      checkKeys('predictRows', options, ['onMisfit', 'counts', 'signal'])
      const { onMisfit = 'throw', counts = noCounts(), signal } = options
      checkOnMisfit(onMisfit)
      checkSignal(signal)
      const table = asTable(source, inputNames)
      const read = (answers: FloatArray, numbers: Float64Array): RowAnswer[] =>
        Array.from(numbers, (number, row) => ({ row: number, ...answerAt(answers, row * outputs) }))
      // While the network answers some rows, the next ones are read.
      let before: { readonly answers: Promise<FloatArray>; readonly numbers: Float64Array } | undefined
      const chunks = encodeTable(table, schema, { targets: false, onMisfit, counts })
      try {
        for (;;) {
          const next = chunks.next()
          // If the answers below fail first, nobody waits for this promise.
          next.catch(() => undefined)
          if (before) yield* read(await before.answers, before.numbers)
          before = undefined
          const { done, value } = await next
          if (done) return
          signal?.throwIfAborted()
          before = { answers: network.predict(value.dataset), numbers: value.numbers }
        }
      } finally {
        await chunks.return()
      }
    },
    async evaluate(source, options = {}) {
      const { onMisfit = 'throw', ...rest } = options
      checkOnMisfit(onMisfit)
      const counts = noCounts()
      const table = asTable(source, [...inputNames, schema.target.name])
      const dataset = await collectDataset(table, schema, { onMisfit, counts })
      return { ...(await network.evaluate(dataset, rest)), counts }
    },
    save: (path, options) => network.save(path, options),
  }
}
