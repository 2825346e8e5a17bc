/** The state that outlives a run. The orders of rows depend on the seed and on the number of epochs that the network has seen. */
export interface TrainingState {
  readonly seed: number
  epochsSeen: number
  /** The optimizer, with its settings, that the engine's state belongs to. */
  optimizer: string | undefined
  /** The names of the classes. */
  labelNames: readonly string[] | undefined
  /** False for a network over shared parameters: only the network that was shared may learn. */
  readonly own: boolean
}
