import { formatFigure, formatTable } from '../report/table.js'
import { median } from '../statistics.js'
import { allreduceTime, type Faults, type Link } from './formula.js'
import type { Measurements } from './measurements.js'
import { predictEfficiency, predictUseful, replay } from './predict.js'
import { lognormalTimes, measuredTimes } from './simulate.js'

/** How the simulated ranks differ from undisturbed ones, and from each other. */
export interface Disturbances {
  /** The standard deviation of the logarithm of a rank's time, or 'measured' for the measured times. */
  readonly stragglers: number | 'measured'
  /** Of one machine. */
  readonly faults: Faults
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`
const milliseconds = (seconds: number) => formatFigure(1000 * seconds)

/** A table of the measured numbers of ranks, with what simulation and formula say. */
export function formatMeasured(all: readonly Measurements[], link: Link | undefined, seed: number): string {
  const header = [
    'network, rows of a rank',
    'ranks',
    'compute, ms',
    'sum, ms',
    'step, ms',
    'simulated',
    'formula',
    'simulated / measured',
    'efficiency',
  ]
  const rows = all.flatMap((one) =>
    one.networks.map((times) => {
      const [compute, step] = [median(times.compute.flat()), median(times.step)]
      const simulated = replay(times, seed)
      const formula = link && compute + allreduceTime(one.ranks, 4 * times.parameters, link)
      return [
        `${times.name}, ${times.rows}`,
        `${one.ranks}${one.oversubscribed ? ' (oversubscribed)' : ''}`,
        milliseconds(compute),
        one.ranks > 1 ? milliseconds(median(times.allreduce)) : '',
        milliseconds(step),
        milliseconds(simulated),
        formula === undefined ? '' : milliseconds(formula),
        (simulated / step).toFixed(2),
        percent(compute / step),
      ]
    }),
  )
  return formatTable(header, rows)
}

/** A table of the efficiency and goodput of each network, and one of the faults, with the given numbers of ranks. */
export function formatPredicted(
  { networks }: Measurements,
  links: readonly Link[],
  { stragglers, faults }: Disturbances,
  counts: readonly number[],
  seed: number,
): string {
  const left = counts.map((ranks) => ({ ranks, ...predictUseful(ranks, faults, seed) }))
  const rows = networks.flatMap(({ name, compute, parameters }) => {
    const all = compute.flat()
    const time = median(all)
    const disturbed = stragglers === 'measured' ? measuredTimes(all) : lognormalTimes(time, stragglers)
    const common = { compute: time, bytes: 4 * parameters, disturbed, steps: 100, seed }
    return links.flatMap((link) =>
      left.map(({ ranks, simulated: useful }) => {
        const { formula, simulated, disturbed } = predictEfficiency({ ...common, ranks, link })
        const shares = [formula, simulated, disturbed, disturbed * useful]
        return [`${name}, ${link.name}`, formatFigure(ranks), ...shares.map(percent)]
      }),
    )
  })
  const header = ['efficiency', 'ranks', 'formula', 'simulated', 'with stragglers', 'goodput with faults too']
  const faultRows = left.map(({ ranks, interval, formula, simulated }) => [
    formatFigure(ranks),
    formatFigure(interval / 60),
    percent(formula),
    percent(simulated),
  ])
  return [
    formatTable(header, rows),
    formatTable(['ranks', 'minutes between checkpoints', 'left by faults: formula', 'simulated'], faultRows),
  ].join('\n\n')
}
