/** What of a run outlives it: orders are drawn from the seed and the number of epochs that the network has seen. */
export interface TrainingState {
  readonly seed: number
  epochsSeen: number
  /** The optimizer that the engine's state belongs to. */
  optimizer: string | undefined
  /** What the classes are called. */
  labelNames: readonly string[] | undefined
  /** Whether the parameters are the network's own: those of a shared one learn in one place only. */
  readonly own: boolean
}
