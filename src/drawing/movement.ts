/** Counts of distances, in bins that are equally wide on a logarithmic axis. */
export interface LogHistogram {
  /** The logarithm (base 10) of the first edge. */
  readonly from: number
  /** The width of a bin, as a difference of logarithms. */
  readonly step: number
  readonly counts: ArrayLike<number>
}

/** A range of logarithms (base 10) that begins and ends at a whole power of ten. */
export interface Powers {
  readonly from: number
  readonly to: number
}

/** The number of quantiles that are kept of the distances of an epoch: 5, 25, 50, 75 and 95 %. */
export const quantileCount = 5

/** Returns the powers of ten around all bins that are not empty. Undefined if there is none. */
export function powersOfHistograms(histograms: readonly LogHistogram[]): Powers | undefined {
  let from = Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  for (const { from: first, step, counts } of histograms) {
    for (let bin = 0; bin < counts.length; bin++) {
      if (counts[bin] === 0) continue
      from = Math.min(from, first + bin * step)
      to = Math.max(to, first + (bin + 1) * step)
    }
  }
  return around(from, to)
}

/** Returns the powers of ten around all quantiles that are not 0. Undefined if there is none. */
export function powersOfQuantiles(runs: readonly ArrayLike<number>[]): Powers | undefined {
  let from = Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  for (const quantiles of runs) {
    for (let i = 0; i < quantiles.length; i++) {
      if (!(quantiles[i] > 0)) continue
      from = Math.min(from, Math.log10(quantiles[i]))
      to = Math.max(to, Math.log10(quantiles[i]))
    }
  }
  return around(from, to)
}

function around(from: number, to: number): Powers | undefined {
  if (from > to) return undefined
  const first = Math.floor(from)
  return { from: first, to: Math.max(Math.ceil(to), first + 1) }
}

/** Returns the whole powers of a range, at most eight of them. */
export function ticksOf({ from, to }: Powers): number[] {
  const stride = Math.ceil((to - from) / 7)
  const ticks: number[] = []
  for (let power = from; power <= to; power += stride) ticks.push(power)
  return ticks
}

/**
 * Returns the outline of a histogram as the data of an SVG path, with steps and without the lines between bins.
 * @param powers The range of the axis.
 * @param x The place of a logarithm.
 * @param y The place of a count.
 */
export function histogramPath({ from, step, counts }: LogHistogram, powers: Powers, x: Scale, y: Scale): string {
  const steps: string[] = []
  for (let bin = 0; bin < counts.length; bin++) {
    const left = Math.max(from + bin * step, powers.from)
    const right = Math.min(from + (bin + 1) * step, powers.to)
    if (right <= left) continue
    if (steps.length === 0) steps.push(`M${place(x(left))} ${place(y(0))}`)
    steps.push(`V${place(y(counts[bin]))}`, `H${place(x(right))}`)
  }
  return steps.length === 0 ? '' : `${steps.join('')}V${place(y(0))}`
}

/**
 * Returns the band between two quantiles of every epoch as the data of an SVG path.
 * @param x The place of the epoch with this index.
 * @param y The place of a distance.
 */
export function bandPath(quantiles: ArrayLike<number>, lower: number, upper: number, x: Scale, y: Scale): string {
  const epochs = quantiles.length / quantileCount
  const point = (epoch: number, quantile: number) =>
    `${place(x(epoch))} ${place(y(quantiles[epoch * quantileCount + quantile]))}`
  const there = Array.from({ length: epochs }, (_, epoch) => point(epoch, upper))
  if (lower === upper) return `M${there.join('L')}`
  const back = Array.from({ length: epochs }, (_, epoch) => point(epochs - 1 - epoch, lower))
  return `M${[...there, ...back].join('L')}Z`
}

type Scale = (value: number) => number

function place(value: number): string {
  return value.toFixed(1)
}
