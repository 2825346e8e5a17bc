import { checkInteger, checkKeys } from '../base/checks.js'
import { OptionError, optionError } from '../base/errors.js'
import { allocate, type FloatArray } from '../base/memory.js'
import type { PastEpoch } from '../engine/history.js'
import type { Kept } from '../engine/workspace.js'
import { floatArrayType } from '../program/arena.js'
import { engineOf, Network, stateOf } from './network.js'

export interface TimelineOptions {
  /** The maximum number of bytes that the moments take together. Default 64 MB (67,108,864). */
  readonly maxBytes?: number
}

/** A moment to which a network can be set back. */
export interface TimelineMoment {
  /** The number of the moment, from 0. It is not used again. */
  readonly id: number
  readonly epoch: number
  readonly batches: number
}

/** Copies of a network at moments of its training. Their memory is bounded. */
export interface Timeline {
  /** The moments, from the oldest. */
  readonly moments: readonly TimelineMoment[]
  /**
   * Copies the network as it is now. If the network was restored to an earlier moment since the last call, first drops
   * the moments after that one, because the run has taken another way. If the newest moment is closer to the one before
   * it than the present spacing, the new moment takes its place.
   *
   * @param at Where the run is: the epoch, and the number of batches since the run began. A `Pause` can be passed.
   * @throws OptionError if `epoch` or `batches` is not a whole number of at least 0, or if `batches` is not above that of
   * the newest moment; NetworkBusyError while the network learns
   */
  add(at: { readonly epoch: number; readonly batches: number }): void
  /**
   * Sets the network back to a moment: its parameters, its standardization, its history and the state of its optimizer.
   * If the moment has no state of the optimizer, the optimizer starts from zero. The moments stay.
   *
   * @param id The number of the moment.
   * @throws OptionError if there is no such moment; NetworkBusyError while the network learns, or while a call such as
   * `predict` reads it
   */
  restore(id: number): void
  /**
   * Returns a copy of the parameters at a moment, and does not change the network.
   *
   * @param id The number of the moment.
   * @returns W1, b1, W2, b2, ..., as in `network.parameters`.
   * @throws OptionError if there is no such moment
   */
  parametersAt(id: number): FloatArray
}

/** The part of a network that a moment keeps. */
interface Copy extends TimelineMoment {
  readonly parameters: FloatArray
  /** The optimizer's state and its name. Undefined if it is not kept. */
  readonly optimizer: { readonly name: string; readonly state: FloatArray } | undefined
  readonly standardization: Kept['standardization']
  readonly epochsSeen: number
  readonly history: readonly PastEpoch[]
}

/** The smallest number of moments for which there must be memory: the first, the newest, and one in between. */
const minMoments = 3

/**
 * Makes a timeline: copies of a network at moments of its training, to which the network can be set back. Call `add` at
 * the start, and then at epochs or pauses.
 *
 * The memory is bounded. When it is full, every second moment is dropped, but never the first and the newest. More
 * exactly, moments stay only if they are at least twice the mean distance after the one before, in batches. This
 * distance is the spacing from then on. So the moments always cover the whole run evenly, however often and at whatever
 * pace they are added.
 *
 * A moment keeps the state of the optimizer if it is at most twice as large as the parameters (as that of adam is) and
 * three such moments fit into the memory.
 *
 * @param network The network to copy.
 * @param options `maxBytes` bounds the memory of the moments.
 * @returns The timeline, without moments.
 * @throws OptionError if an option is wrong, or if `maxBytes` is too small for three copies of the parameters
 * @example
 * ```ts
 * import { createTimeline, digits, Network } from 'descent-nn'
 *
 * const training = await digits({ count: 5000, seed: 1 })
 * const network = new Network([784, 30, 10], { seed: 1 })
 * const timeline = createTimeline(network)
 * timeline.add({ epoch: 1, batches: 0 })
 * for await (const result of network.train(training, { epochs: 2, learningRate: 3, yieldEvery: 50 })) {
 *   if ('done' in result) timeline.add(result)
 * }
 * timeline.restore(timeline.moments[1].id)
 * ```
 */
export function createTimeline(network: Network, options: TimelineOptions = {}): Timeline {
  if (!(network instanceof Network)) throw optionError({ network }, 'a Network')
  checkKeys('timeline', options, ['maxBytes'])
  const { maxBytes = 2 ** 26 } = options
  checkInteger({ maxBytes }, 1)
  const engine = engineOf(network)
  const state = stateOf(network)
  const ArrayType = floatArrayType(engine.dtype)
  const parameterBytes = engine.parameters.byteLength
  if (minMoments * parameterBytes > maxBytes) {
    throw new OptionError(
      `maxBytes must be at least ${minMoments * parameterBytes}, which ${minMoments} copies of the network take, not ${maxBytes}`,
      { option: 'maxBytes', value: maxBytes },
    )
  }
  let copies: Copy[] = []
  let nextId = 0
  /** The minimum distance between two moments, in batches. */
  let spacing = 0
  /** The moment to which the network was restored, if nothing was added since. */
  let restored: Copy | undefined

  function copy(values: FloatArray): FloatArray {
    const copied = allocate<FloatArray>(ArrayType, values.length)
    copied.set(values)
    return copied
  }

  /** Copies the state of the optimizer, unless it is too large or there is none. */
  function copyOptimizer(): Copy['optimizer'] {
    const { state: values } = engine.kept
    const { optimizer: name } = state
    // The state of adam also has the number of its steps.
    const isSmall = values.length <= 2 * engine.parameters.length + 16
    const fits = minMoments * (parameterBytes + values.byteLength) <= maxBytes
    return name !== undefined && values.length > 0 && isSmall && fits ? { name, state: copy(values) } : undefined
  }

  function find(id: number): Copy {
    const found = copies.find((moment) => moment.id === id)
    if (!found) throw optionError({ id }, 'the number of a moment of the timeline')
    return found
  }

  /** Drops moments until the rest fits into the memory. */
  function thin(): void {
    while (copies.length > 2 && copies.reduce((sum, moment) => sum + bytesOf(moment), 0) > maxBytes) {
      const newest = copies[copies.length - 1]
      let last = copies[0]
      spacing = (2 * (newest.batches - last.batches)) / (copies.length - 1)
      const kept = [last]
      for (const moment of copies.slice(1, -1)) {
        if (moment.batches - last.batches < spacing) continue
        kept.push(moment)
        last = moment
      }
      copies = [...kept, newest]
    }
  }

  return {
    get moments() {
      return copies.map(({ id, epoch, batches }) => ({ id, epoch, batches }))
    },
    add({ epoch, batches }) {
      checkInteger({ epoch }, 0)
      checkInteger({ batches }, 0)
      engine.requireUnchanging('timeline.add')
      const earlier = restored ? copies.slice(0, copies.indexOf(restored) + 1) : copies
      const newest = earlier.at(-1)
      if (newest && batches <= newest.batches) {
        throw new OptionError(
          `batches must be above those of the newest moment, ${newest.batches}, not ${batches}: moments are added in the order of the run`,
          { option: 'batches', value: batches },
        )
      }
      const added: Copy = {
        id: nextId,
        epoch,
        batches,
        parameters: copy(engine.parameters),
        optimizer: copyOptimizer(),
        standardization: engine.kept.standardization,
        epochsSeen: state.epochsSeen,
        history: [...state.history],
      }
      nextId++
      restored = undefined
      const before = earlier.at(-2)
      const isClose = newest && before && newest.batches - before.batches < spacing
      copies = [...(isClose ? earlier.slice(0, -1) : earlier), added]
      thin()
    },
    restore(id) {
      const moment = find(id)
      engine.requireIdle('timeline.restore')
      engine.parameters.set(moment.parameters)
      engine.kept.standardization = moment.standardization
      const { optimizer } = moment
      state.optimizer = optimizer?.name
      if (optimizer) {
        if (engine.kept.state.length < optimizer.state.length) engine.kept.state = copy(optimizer.state)
        else engine.kept.state.set(optimizer.state)
      }
      state.epochsSeen = moment.epochsSeen
      state.history = [...moment.history]
      restored = moment
    },
    parametersAt: (id) => copy(find(id).parameters),
  }
}

function bytesOf({ parameters, optimizer, history }: Copy): number {
  return parameters.byteLength + (optimizer?.state.byteLength ?? 0) + 8 * history.length
}
