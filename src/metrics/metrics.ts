import type { FloatArray } from '../base/memory.js'
import type { Dataset } from '../data/dataset.js'
import type { ClassCounts } from './class-counts.js'
import { metricsOfClasses } from './classes.js'
import { createMultiLabel } from './multi-label.js'
import { type MetricName, topOf } from './names.js'
import { createRegression } from './regression.js'
import { createRanks } from './top-k.js'

/** Computes the requested metrics of a dataset. The rows of the dataset can be added in several calls of `add`. */
export interface Measurement {
  /** Whether any metric needs the outputs of the network, not only the class of each row. */
  readonly needsOutputs: boolean
  /** Adds the network's outputs for the next rows of the dataset. */
  add(outputs: FloatArray, rows: Dataset): void
  /** Returns the metrics by name, after all rows have been added. */
  metrics(counts: ClassCounts | undefined): Record<string, number>
}

/**
 * Starts the computation of the metrics with these names, for a network with `width` outputs. The caller must have
 * checked the names with `checkMetrics`.
 */
export function measure(names: readonly MetricName[], { labels }: Dataset, width: number): Measurement {
  const wants = (...some: MetricName[]) => some.some((name) => names.includes(name))
  const ranks = names.some((name) => topOf(name)) ? createRanks(width) : undefined
  const regression = wants('mse', 'mae', 'r2') ? createRegression(width) : undefined
  const ofClasses = wants('accuracy', 'precision', 'recall', 'f1')
  const multiLabel = !labels && (ofClasses || wants('exact-match', 'hamming')) ? createMultiLabel(width) : undefined
  return {
    needsOutputs: Boolean(ranks || regression || multiLabel),
    add(outputs, rows) {
      if (rows.labels) ranks?.add(outputs, rows.labels)
      if (regression) regression.add(outputs, rows.targets ?? targetsOf(rows.labels ?? [], width))
      if (rows.targets) multiLabel?.add(outputs, rows.targets)
    },
    metrics(counts) {
      const answers = multiLabel?.metrics()
      const classification = counts && ofClasses ? metricsOfClasses(counts) : undefined
      const { precision, recall, f1 } = (classification ?? answers)?.macro ?? {}
      const { mse, mae, r2 } = regression?.metrics() ?? {}
      const { exactMatch, hamming } = answers ?? {}
      const { accuracy } = classification ?? {}
      const all: Record<string, number | undefined> = {
        accuracy,
        precision,
        recall,
        f1,
        mse,
        mae,
        r2,
        hamming,
        'exact-match': exactMatch,
      }
      const metrics: Record<string, number> = {}
      for (const name of names) {
        const k = topOf(name)
        const value = k === undefined ? all[name] : ranks?.share(k)
        if (value !== undefined) metrics[name] = value
      }
      return metrics
    },
  }
}

/**
 * Returns the `width` outputs that are desired for each label: 1 at the index of the label, and 0 elsewhere. A single
 * output stands for class 1 of two, so the label itself is desired.
 */
function targetsOf(labels: ArrayLike<number>, width: number): ArrayLike<number> {
  if (width === 1) return labels
  const rows = new Uint8Array(labels.length * width)
  for (let row = 0; row < labels.length; row++) rows[row * width + labels[row]] = 1
  return rows
}
