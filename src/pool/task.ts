import type { BackendRequest } from '../backend/select.js'
import type { FloatArray } from '../base/memory.js'
import type { InputArray } from '../data/dataset.js'
import type { SharedNetwork } from '../network/share.js'

/** What each thread of a pool begins with. */
export interface PoolData {
  readonly shared: SharedNetwork
  readonly backend: BackendRequest
}

/** Rows that one thread answers at once. All arrays are in shared memory. */
export interface Task {
  readonly inputs: InputArray
  readonly scale: number
  /** The number of rows. */
  readonly size: number
  /** Where the answers go: rows x outputs; or else the class numbers. */
  readonly outputs?: FloatArray
  readonly classes?: Int32Array
}
