import type { BackendRequest } from '../backend/select.js'
import type { FloatArray } from '../base/memory.js'
import type { InputArray } from '../data/dataset.js'
import type { SharedNetwork } from '../network/share.js'

/** The data that each thread of a pool starts with. */
export interface PoolData {
  readonly shared: SharedNetwork
  readonly backend: BackendRequest
}

/** Rows for which one thread computes the outputs or the classes. All arrays are in shared memory. */
export interface Task {
  readonly inputs: InputArray
  readonly scale: number
  /** The number of rows. */
  readonly size: number
  /** The array to which the thread writes the outputs of each row. A task has either `outputs` or `classes`. */
  readonly outputs?: FloatArray
  /** The array to which the thread writes the class number of each row. */
  readonly classes?: Int32Array
}
