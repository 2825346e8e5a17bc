import type { FloatArray } from '../base/memory.js'
import type { Dataset } from '../data/dataset.js'
import { classFigures } from './classes.js'
import { createMultiLabel } from './multi-label.js'
import { type FigureName, topOf } from './names.js'
import { createRegression } from './regression.js'
import { createRanks } from './top-k.js'

/** Takes the figures that were asked for, and no others. */
export interface Measurement {
  /** Whether a figure is asked for that the confusion matrix does not give. */
  readonly needsOutputs: boolean
  /** Adds the network's outputs to the next rows of the dataset. */
  add(outputs: FloatArray, rows: Dataset): void
  /** The figures by name, once every row has been added. */
  figures(confusion: readonly (readonly number[])[] | undefined): Record<string, number>
}

/** Starts to measure figures that `checkFigures` has found to be defined for the dataset. */
export function measure(names: readonly FigureName[], { labels }: Dataset, classes: number): Measurement {
  const asked = (...some: FigureName[]) => some.some((name) => names.includes(name))
  const ranks = names.some((name) => topOf(name)) ? createRanks(classes) : undefined
  const regression = asked('mse', 'mae', 'r2') ? createRegression(classes) : undefined
  const ofClasses = asked('accuracy', 'precision', 'recall', 'f1')
  const multiLabel = !labels && (ofClasses || asked('exact-match', 'hamming')) ? createMultiLabel(classes) : undefined
  return {
    needsOutputs: Boolean(ranks || regression || multiLabel),
    add(outputs, rows) {
      if (rows.labels) ranks?.add(outputs, rows.labels)
      if (regression) regression.add(outputs, rows.targets ?? oneHot(rows.labels ?? [], classes))
      if (rows.targets) multiLabel?.add(outputs, rows.targets)
    },
    figures(confusion) {
      const answers = multiLabel?.figures()
      const classification = confusion && ofClasses ? classFigures(confusion) : undefined
      const { precision, recall, f1 } = (classification ?? answers)?.macro ?? {}
      const { mse, mae, r2 } = regression?.figures() ?? {}
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
      const figures: Record<string, number> = {}
      for (const name of names) {
        const k = topOf(name)
        const value = k === undefined ? all[name] : ranks?.share(k)
        if (value !== undefined) figures[name] = value
      }
      return figures
    },
  }
}

/** Rows x classes: 1 at the label of each row, 0 elsewhere. */
function oneHot(labels: ArrayLike<number>, classes: number): Uint8Array {
  const rows = new Uint8Array(labels.length * classes)
  for (let row = 0; row < labels.length; row++) rows[row * classes + labels[row]] = 1
  return rows
}
