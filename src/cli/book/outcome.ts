import type { Experiment, Figure } from './experiment.js'

/** The result of an experiment. */
export interface Outcome {
  readonly experiment: Experiment
  /**
   * For each of the experiment's `figures`, the measured values: one for each seed, or only one if the seed has no
   * effect.
   */
  readonly values: readonly (readonly number[])[]
  readonly seconds: number
}

/** The results of all experiments that were run, with the dataset, the backend and the seeds that they used. */
export interface Outcomes {
  readonly outcomes: readonly Outcome[]
  /** The name of the dataset, such as "mnist". Undefined if no pictures were needed. */
  readonly dataset: string | undefined
  readonly backend: string
  readonly seeds: readonly number[]
  /** How the trainings were shortened compared with Nielsen's book, for example "at most 3 epochs". */
  readonly less: readonly string[]
}

/** Formats a number in the figure's unit: "95.42%", "31", "0.0120". NaN, which was not measured, becomes "". */
export function formatValue(value: number, { unit }: Pick<Figure, 'unit'>): string {
  if (Number.isNaN(value)) return ''
  if (unit === 'percent') return `${value.toFixed(2)}%`
  if (unit === 'epochs') return Number.isInteger(value) ? String(value) : value.toFixed(1)
  return value === 0 ? '0' : value.toPrecision(3)
}

/** Formats the value from Nielsen's book as the book prints it, or as "-" if the book gives none. */
export function formatBook({ book, unit }: Figure): string {
  if (book === undefined) return '-'
  return unit === 'percent' ? `${book}%` : String(book)
}

/** Returns the headings of the columns with the measured numbers. */
export function headsOfValues(seeds: readonly number[]): string[] {
  return seeds.length > 1 ? ['mean', 'lowest', 'highest'] : ['ours']
}

/**
 * Returns the cells below the headings from `headsOfValues`: the mean, the lowest and the highest value. If there is
 * only one value, the cells for the lowest and the highest value are empty. If there is none, all cells are empty.
 */
export function cellsOfValues(values: readonly number[], figure: Figure, seeds: readonly number[]): string[] {
  const heads = headsOfValues(seeds)
  if (values.length === 0) return heads.map(() => '')
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const range = values.length > 1 ? [Math.min(...values), Math.max(...values)] : []
  const cells = [mean, ...range].map((value) => formatValue(value, figure))
  return heads.map((_, i) => cells[i] ?? '')
}

/** Names the seeds: "seed 0" or "seeds 0 to 2". */
export function seedsText(seeds: readonly number[]): string {
  return seeds.length > 1 ? `seeds ${seeds[0]} to ${seeds[seeds.length - 1]}` : `seed ${seeds[0]}`
}

/** Describes how the experiments were run, for example "mnist, native (OpenBLAS ...), seeds 0 to 2". */
export function conditions({ dataset, backend, seeds, less }: Omit<Outcomes, 'outcomes'>): string {
  return [...(dataset ? [dataset] : []), backend, seedsText(seeds), ...less].join(', ')
}
