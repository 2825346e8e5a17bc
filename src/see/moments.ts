import type { FloatArray } from '../common.js'
import type { Moment } from './protocol.js'

/** Parameters at moments of a run, in bounded memory. */
export interface Moments {
  readonly list: readonly Moment[]
  /** Adds a moment with a copy of the parameters. */
  add(moment: Omit<Moment, 'id'>, parameters: FloatArray): void
  /** Returns the parameters at a moment, or undefined if there is no such moment. */
  at(id: number): FloatArray | undefined
  /** Forgets what came after a moment. */
  endAt(id: number): void
}

/** The memory for the parameters of all moments. */
const maxBytes = 64 * 2 ** 20
const maxMoments = 200

/** When there are too many moments, every second one is forgotten, but never the first: the start. */
export function createMoments(): Moments {
  let kept: { readonly moment: Moment; readonly parameters: FloatArray }[] = []
  let nextId = 0
  return {
    get list() {
      return kept.map(({ moment }) => moment)
    },
    add(moment, parameters) {
      const most = Math.max(3, Math.min(maxMoments, Math.floor(maxBytes / parameters.byteLength)))
      if (kept.length >= most) kept = kept.filter((_, index) => index % 2 === 0)
      kept.push({ moment: { ...moment, id: nextId++ }, parameters: parameters.slice() })
    },
    at: (id) => kept.find(({ moment }) => moment.id === id)?.parameters,
    endAt(id) {
      kept = kept.filter(({ moment }) => moment.id <= id)
    },
  }
}
