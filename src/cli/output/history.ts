import type { Network, PastEpoch } from '../../index.js'
import { count, percent } from '../parsing/format.js'

/**
 * Describes the history of a network in one line: "history of 30 epochs: cost 0.8213 in the first and 0.1204 in the
 * last, best validation accuracy 95.20% in epoch 28".
 */
export function historyLine(history: Network['history']): string {
  const [first] = history
  const last = history.at(-1)
  if (!first || !last) return 'no history of epochs'
  const costs =
    history.length === 1
      ? `cost ${first.cost.toPrecision(4)}`
      : `cost ${first.cost.toPrecision(4)} in the first and ${last.cost.toPrecision(4)} in the last`
  return [`history of ${epochsOf(first, last)}: ${costs}`, ...bestOf(history)].join(', ')
}

/** Returns the number of epochs, or the first and the last number if older epochs were removed from the history. */
function epochsOf(first: PastEpoch, last: PastEpoch): string {
  if (first.number > 1) return `epochs ${count(first.number)} to ${count(last.number)}`
  return last.number === 1 ? '1 epoch' : `${count(last.number)} epochs`
}

/** Returns the best validation accuracy and its first epoch, or an empty list if no epoch has such an accuracy. */
function bestOf(history: Network['history']): string[] {
  let best: { readonly number: number; readonly accuracy: number } | undefined
  for (const { number, accuracy } of history) {
    if (accuracy !== undefined && !(best && best.accuracy >= accuracy)) best = { number, accuracy }
  }
  return best ? [`best validation accuracy ${percent(best.accuracy)} in epoch ${count(best.number)}`] : []
}
