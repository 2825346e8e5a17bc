/** Formats a report as plain text that is also valid Markdown. */
import { groupByCase, type Measurement, medianOf, nameThreads, type Report, speedAgainst } from './measurement.js'

/**
 * Formats a figure with three significant digits. Figures of 1000 or more are rounded to whole numbers instead, with a
 * comma between thousands.
 */
export function formatFigure(figure: number | string): string {
  if (typeof figure === 'string' || !Number.isFinite(figure)) return String(figure)
  const amount = Math.abs(figure)
  if (Number.isInteger(figure) || amount >= 100) return Math.round(figure).toLocaleString('en')
  return amount >= 0.001 ? String(Number(figure.toPrecision(3))) : figure.toExponential(2)
}

/**
 * Formats a Markdown table. The first column is left-aligned, and the other columns are right-aligned. The character |
 * in a cell is escaped.
 */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [header, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))
  const widths = header.map((_, column) => Math.max(4, ...cells.map((row) => row[column].length)))
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' | ')} |`
  const rule = widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  return [line(cells[0]), line(rule), ...cells.slice(1).map(line)].join('\n')
}

/**
 * Formats the figures of one case as a table with a line for each contender. Speeds are relative to the first
 * contender.
 */
function formatCase(group: readonly Measurement[]): string {
  const [first] = group
  const others = [...new Set(group.flatMap((one) => Object.keys(one.others ?? {})))]
  const rows = group.map((one) => [
    one.contender,
    formatFigure(medianOf(one)),
    one.rounds.length > 1 ? `${formatFigure(Math.min(...one.rounds))} to ${formatFigure(Math.max(...one.rounds))}` : '',
    speedAgainst(one, first).toFixed(3),
    ...others.map((name) => formatFigure(one.others?.[name] ?? '')),
  ])
  return formatTable([first.case, first.unit, 'rounds', `speed / ${first.contender}`, ...others], rows)
}

/** Formats the speeds of the kernels as a table with a line for each case and a column for each contender. */
function formatKernels(groups: readonly (readonly Measurement[])[]): string {
  const contenders = [...new Set(groups.flat().map(({ contender }) => contender))]
  const rows = groups.map((group) => [
    group[0].case,
    group[0].unit,
    ...contenders.map((name) => {
      const one = group.find(({ contender }) => contender === name)
      return one ? formatFigure(medianOf(one)) : ''
    }),
  ])
  return formatTable(['kernel', 'unit', ...contenders], rows)
}

export function formatReport(report: Report): string {
  const groups = groupByCase(report.measurements)
  const kernels = groups.filter(([{ part }]) => part === 'kernels')
  const sections = [
    Object.entries(report.machine)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n'),
    `medians of ${report.rounds} interleaved ${report.rounds === 1 ? 'round' : 'rounds'}, ${nameThreads(report.threads)}, float32; data: ${report.data}`,
    `versions: ${Object.entries(report.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join('; ')}`,
    ...(kernels.length > 0 ? [formatKernels(kernels)] : []),
    ...groups.filter(([{ part }]) => part !== 'kernels').map(formatCase),
    ...(report.notes.length > 0 ? [report.notes.join('\n')] : []),
    ...(report.refusals.length > 0
      ? [report.refusals.map(({ contender, where, reason }) => `${contender} (${where}): ${reason}`).join('\n')]
      : []),
  ]
  return sections.join('\n\n')
}
