import type { TableSchema } from '../schema/schema.js'
import type { PastEpoch } from './history.js'

/**
 * What a network keeps between training runs. The seed and the number of epochs seen determine the random order of the
 * rows in the next epoch.
 */
export interface TrainingState {
  readonly seed: number
  epochsSeen: number
  /**
   * The name and settings of the optimizer that was used last, as JSON. If they change, the numbers that the optimizer
   * has stored in the engine are cleared.
   */
  optimizer: string | undefined
  /** The numbers of the epochs so far, from the oldest. Each epoch is added at its end. */
  history: PastEpoch[]
  /** The names of the classes. */
  labelNames: readonly string[] | undefined
  /** How the rows of a table become inputs. Undefined if the network did not learn from a table. */
  schema: TableSchema | undefined
  /**
   * Whether the network has its own parameters. False if it uses the parameters of another network. In this case it
   * must not learn, because only the other network may change the parameters.
   */
  readonly own: boolean
}
