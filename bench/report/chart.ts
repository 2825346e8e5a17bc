/**
 * Draws a report as an SVG chart with horizontal bars on logarithmic axes. Each part of the benchmark (kernels,
 * training or inference) has one panel for each unit of its figures.
 */

import { type BarPanel, barPanel } from '#src/drawing/bar-chart'
import type { Markup } from '#src/drawing/markup'
import { dark, svgFile, type Theme, text } from '#src/drawing/svg'
import { groupByCase, type Measurement, medianOf, nameThreads, type Report } from './measurement.js'
import { formatFigure } from './table.js'

const margin = 24
const nameWidth = 120
const barWidth = 520
const valueWidth = 90
const lineHeight = 18
const width = margin + nameWidth + barWidth + valueWidth + margin

/** The colors of the bars. The bars of descent's backends have their own colors, so that they stand out. */
const colors = {
  light: { native: '#0969da', wasm: '#8250df', typescript: '#3fa7a0', peer: '#9aa4af' },
  dark: { native: '#4493f8', wasm: '#ab7df8', typescript: '#56b8b0', peer: '#656c76' },
}

const barRules = (theme: Theme): string =>
  Object.entries(theme === dark ? colors.dark : colors.light)
    .map(([name, color]) => `.${name} { fill: ${color} }`)
    .join(' ')

function classOf(contender: string): string {
  return ['native', 'wasm', 'typescript'].find((name) => contender.startsWith(name)) ?? 'peer'
}

/** Breaks a line so that it fits the width of the chart. */
function breakLine(line: string): string[] {
  const lines = ['']
  for (const word of line.split(' ')) {
    const longer = `${lines[lines.length - 1]} ${word}`.trim()
    if (longer.length > 110) lines.push(word)
    else lines[lines.length - 1] = longer
  }
  return lines
}

/** Returns the panel with the figures of one part of the benchmark, all in the same unit. */
function panelOf(measurements: readonly Measurement[]): BarPanel {
  const [{ part, unit, better }] = measurements
  return {
    heading: `${part}, ${unit}: ${better} is better (logarithmic)`,
    kind: 'logarithmic',
    groups: groupByCase(measurements).map((group) => ({
      name: group[0].case,
      bars: group.map((one) => ({
        name: one.contender,
        value: medianOf(one),
        label: formatFigure(medianOf(one)),
        color: classOf(one.contender),
      })),
    })),
  }
}

/** @throws Error if no contender was measured */
export function drawChart({ measurements, machine, rounds, threads, data }: Report): string {
  if (measurements.length === 0) throw new Error('there is nothing to draw: no contender was measured')
  const panels = new Map<string, Measurement[]>()
  for (const one of measurements) {
    const key = `${one.part} ${one.unit}`
    panels.set(key, [...(panels.get(key) ?? []), one])
  }
  const drawn: Markup[] = []
  let y = margin
  for (const panel of panels.values()) {
    const { content, bottom } = barPanel(panelOf(panel), { left: margin, top: y, nameWidth, barWidth })
    drawn.push(...content)
    y = bottom
  }
  const caption = [
    `${machine.processor}; ${machine.backend}`,
    `${machine.node}; medians of ${rounds} ${rounds === 1 ? 'round' : 'rounds'}; ${nameThreads(threads)}; ${data}`,
  ].flatMap(breakLine)
  caption.forEach((line, i) => {
    drawn.push(text(margin, y + 8 + lineHeight * i, line, 'faint'))
  })
  const height = y + 8 + lineHeight * (caption.length - 1) + margin
  return svgFile({ width, height }, 'descent and its peers', drawn, barRules)
}
