import type { FloatArray } from '../common.js'
import type { AnswerOf, Histogram } from './protocol.js'

/** The quantiles of the distances that are kept for each epoch. */
const fractions = [0.05, 0.25, 0.5, 0.75, 0.95]
/** The base-10 logarithms of the first and the last edge, and the width of a bin. */
const [from, to, step] = [-8, 2, 0.25]
/** Of more parameters than this, evenly spaced ones are looked at, so that a look takes a few milliseconds at most. */
const maxLooked = 50_000
/** The number of epochs whose quantiles are kept: the first ones, so that the place of an epoch is its number. */
const maxEpochs = 10_000

/**
 * Follows how far the parameters of a network move: over each epoch, and in a batch. They move less and less if the data
 * have a regularity that the network can find.
 */
export interface Movement {
  /** Remembers the parameters with which an epoch begins. */
  beginEpoch(parameters: FloatArray): void
  /** Adds the distances between the beginning of the epoch and now. */
  endEpoch(parameters: FloatArray): void
  /** Measures the distances of one batch. */
  batch(before: FloatArray, after: FloatArray): void
  /** The network was set to these parameters, which it had after a number of epochs. Later epochs stay until the next end. */
  returnTo(epochs: number, parameters: FloatArray): void
  readonly answer: Omit<AnswerOf<'movement'>, 'settings'>
}

export function createMovement(): Movement {
  let start: FloatArray | undefined
  const epochs: Float64Array[] = []
  /** The number of epochs that are before the network. More than those that are kept, if it has learned in very many. */
  let past = 0
  // Small networks learn many epochs a second, so memory is used again, and histograms are counted where they are asked for.
  let ofEpoch: Float64Array | undefined
  let ofBatch: Float64Array | undefined
  return {
    beginEpoch(parameters) {
      if (start?.length === parameters.length) start.set(parameters)
      else start = parameters.slice()
    },
    endEpoch(parameters) {
      if (!start || start.length !== parameters.length) return
      ofEpoch = distancesOf(start, parameters, ofEpoch)
      epochs.length = Math.min(epochs.length, past)
      if (past < maxEpochs) epochs.push(quantilesOf(ofEpoch))
      past++
    },
    batch(before, after) {
      ofBatch = distancesOf(before, after, ofBatch)
    },
    returnTo(count, parameters) {
      past = count
      ofEpoch = undefined
      ofBatch = undefined
      start = parameters.slice()
    },
    get answer() {
      const shown = epochs.slice(0, past)
      const all = new Float64Array(shown.length * fractions.length)
      shown.forEach((quantiles, index) => {
        all.set(quantiles, index * fractions.length)
      })
      return { epochs: all, histogram: ofEpoch && histogramOf(ofEpoch), batch: ofBatch && histogramOf(ofBatch) }
    },
  }
}

/** Returns the distances in the array `out` if it has the right length. */
function distancesOf(before: FloatArray, after: FloatArray, out: Float64Array | undefined): Float64Array {
  const stride = Math.ceil(after.length / maxLooked)
  const count = Math.ceil(after.length / stride)
  const distances = out?.length === count ? out : new Float64Array(count)
  for (let i = 0, at = 0; at < after.length; i++, at += stride) distances[i] = Math.abs(after[at] - before[at])
  return distances
}

/**
 * Returns the quantiles of the distances: the smallest distance that this fraction of them does not exceed. The distances
 * get another order.
 */
export function quantilesOf(distances: Float64Array): Float64Array {
  let sorted = 0
  return Float64Array.from(fractions, (fraction) => {
    const rank = Math.max(sorted, Math.ceil(fraction * distances.length) - 1)
    selectRank(distances, rank, sorted)
    sorted = rank
    return distances[rank]
  })
}

/**
 * Moves the number that would be at place `rank` of the sorted numbers to this place, with no larger ones before it and
 * no smaller ones after it (quickselect, by Hoare). The places before `from` are so already. A sort takes five times as long.
 */
function selectRank(numbers: Float64Array, rank: number, from: number): void {
  let [left, right] = [from, numbers.length - 1]
  while (left < right) {
    const pivot = numbers[(left + right) >> 1]
    let [i, j] = [left, right]
    while (i <= j) {
      while (numbers[i] < pivot) i++
      while (numbers[j] > pivot) j--
      if (i > j) break
      const swapped = numbers[i]
      numbers[i++] = numbers[j]
      numbers[j--] = swapped
    }
    if (rank <= j) right = j
    else if (rank >= i) left = i
    else return
  }
}

function histogramOf(distances: Float64Array): Histogram {
  const counts = new Uint32Array((to - from) / step)
  let still = 0
  for (const distance of distances) {
    const bin = Math.floor((Math.log10(distance) - from) / step)
    if (bin < 0) still++
    else counts[Math.min(bin, counts.length - 1)]++
  }
  return { from, step, counts, still }
}
