import type { Dtype } from './kernels.js'

/**
 * The arena is the memory of a program, which is a compiled list of commands. The arena has four segments:
 * - `parameters` contains the weights and biases. They are kept as long as the network exists.
 * - `state` contains the numbers of the optimizer, such as velocities. They are kept as long as the optimizer is used.
 * - `workspace` contains the inputs, activations, errors, gradients and scalars. They are needed only while the
 *   commands are executed.
 * - `tally` contains sums over many rows, such as the cost. They are always in float64, and are set to 0 before the
 *   first row is processed.
 */
export const segmentNames = ['parameters', 'state', 'workspace', 'tally'] as const
export type SegmentName = (typeof segmentNames)[number]

/**
 * A named array in the memory of a program, such as the weights of a layer. Its offset within the segment and its shape
 * are measured in elements, not in bytes.
 */
export interface Region {
  readonly name: string
  readonly segment: SegmentName
  readonly offset: number
  readonly shape: readonly number[]
}

export function regionLength(region: Region): number {
  return region.shape.reduce((product, size) => product * size, 1)
}

/** The number of elements in each segment (part) of a program's memory. */
export type ArenaSizes = Readonly<Record<SegmentName, number>>

export interface Arena {
  /** Reserves memory for a named array at the end of the segment. */
  place(segment: SegmentName, name: string, ...shape: number[]): Region
  /** Gives a name to a part of the array `whole`. The part starts `offset` elements after the start of `whole`. */
  within(whole: Region, name: string, offset: number, ...shape: number[]): Region
  sizes(): ArenaSizes
}

/**
 * In the workspace (the memory for intermediate results), arrays start at multiples of this number of elements. This is
 * one cache line in float32, and two in float64.
 */
const alignment = 16

/**
 * Creates an empty arena, which plans the memory of a program. Arrays are placed one after another. There are no gaps
 * between the parameters, because users see all parameters as one flat array. `guard` is the number of unused elements
 * on each side of an array. Only tests set it, to detect writes out of bounds.
 */
export function createArena(guard = 0): Arena {
  const ends: Record<SegmentName, number> = { parameters: 0, state: 0, workspace: 0, tally: 0 }

  function place(segment: SegmentName, name: string, ...shape: number[]): Region {
    let offset = ends[segment] + guard
    if (segment === 'workspace') offset = Math.ceil(offset / alignment) * alignment
    const region = { name, segment, offset, shape }
    ends[segment] = offset + regionLength(region) + guard
    return region
  }

  function within(whole: Region, name: string, offset: number, ...shape: number[]): Region {
    return { name, segment: whole.segment, offset: whole.offset + offset, shape }
  }

  return { place, within, sizes: () => ({ ...ends }) }
}

/**
 * The memory that a program (a list of commands) reads and writes. It has one typed array for each segment in
 * `segmentNames`.
 */
export interface Memory {
  readonly parameters: Float32Array | Float64Array
  readonly state: Float32Array | Float64Array
  readonly workspace: Float32Array | Float64Array
  readonly tally: Float64Array
}

export function floatArrayType(dtype: Dtype): Float32ArrayConstructor | Float64ArrayConstructor {
  return dtype === 'float32' ? Float32Array : Float64Array
}

/**
 * Returns the elements of a region of memory. They are not copied, so writing to the returned array changes the memory.
 */
export function view(memory: Memory, region: Region): Float32Array | Float64Array {
  return memory[region.segment].subarray(region.offset, region.offset + regionLength(region))
}
