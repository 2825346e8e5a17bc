import { formatFigure, formatTable } from '../report/table.js'
import type { Place } from './place.js'

/** Formats the results as a Markdown table, with a line for each case. */
export function formatPlaces(places: readonly Place[]): string {
  const header = [
    'training, native',
    'examples/s',
    'MFLOP per example',
    'MB per step',
    'FLOP per byte',
    'fits in',
    'GFLOP/s',
    'roof, GFLOP/s',
    'share',
  ]
  const rows = places.map((one) => [
    one.name,
    formatFigure(one.rate),
    formatFigure(one.operationsPerExample / 1e6),
    formatFigure(one.work.bytes / 1e6),
    formatFigure(one.intensity),
    one.level.name,
    formatFigure(one.attained / 1e9),
    formatFigure(one.roof / 1e9),
    `${(100 * one.share).toFixed(0)} %`,
  ])
  return formatTable(header, rows)
}
