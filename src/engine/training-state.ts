/**
 * The state of a network that outlives a training run. The random orders of rows depend on the seed and on the number
 * of epochs that the network has seen.
 */
export interface TrainingState {
  readonly seed: number
  epochsSeen: number
  /** The name and settings of the optimizer that wrote the engine's optimizer state, as JSON. */
  optimizer: string | undefined
  /** The names of the classes. */
  labelNames: readonly string[] | undefined
  /** False for a network that uses shared parameters, because only the network that was shared may learn. */
  readonly own: boolean
}
