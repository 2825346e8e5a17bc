/**
 * The part of a network's training state that is kept when a training run ends. The random orders of rows depend on the
 * seed and on the number of epochs that the network has seen.
 */
export interface TrainingState {
  readonly seed: number
  epochsSeen: number
  /** The name and settings of the optimizer that wrote the engine's optimizer state, as JSON. */
  optimizer: string | undefined
  /** The names of the classes. */
  labelNames: readonly string[] | undefined
  /**
   * Whether the network has its own parameters. False if it uses the parameters of another network. In this case it
   * must not learn, because only the other network may change the parameters.
   */
  readonly own: boolean
}
