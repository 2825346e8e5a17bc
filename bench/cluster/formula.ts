/**
 * The closed formulas of data-parallel training. They assume that all ranks compute for the same time, that nothing else
 * uses the network, and that ranks do not communicate while they compute. All times are in seconds.
 */

/** A network between the ranks. */
export interface Link {
  readonly name: string
  /** The time of an empty message in seconds. */
  readonly latency: number
  /** The speed of a long message in bytes per second. */
  readonly bandwidth: number
}

/** Networks of clusters. The figures are assumptions. */
export const links: readonly Link[] = [
  { name: '10 Gb/s TCP', latency: 40e-6, bandwidth: 1.1e9 },
  { name: '100 Gb/s TCP', latency: 30e-6, bandwidth: 5e9 },
  { name: '100 Gb/s RDMA', latency: 3e-6, bandwidth: 11e9 },
]

/**
 * The time in which the ranks sum `bytes` bytes. It is that of the faster one of two algorithms. In recursive doubling,
 * each rank sends the whole array in each of log2(ranks) rounds. Rabenseifner's algorithm has twice as many rounds, with
 * messages that are halved from round to round.
 */
export function allreduceTime(ranks: number, bytes: number, { latency, bandwidth }: Link): number {
  const rounds = Math.log2(ranks)
  const doubling = rounds * (latency + bytes / bandwidth)
  const halving = 2 * rounds * latency + (2 * (ranks - 1) * bytes) / ranks / bandwidth
  return Math.min(doubling, halving)
}

/**
 * The time in which a rank computes the gradient of its rows: 6 operations for each parameter and row, 2 of them on the
 * way forward and 4 on the way back. `speed` is in operations per second.
 */
export function computeTime(parameters: number, rows: number, speed: number): number {
  return (6 * parameters * rows) / speed
}

/** What faults cost a job. All times are in seconds. */
export interface Faults {
  /** The mean time between two faults of the whole job. */
  readonly betweenFaults: number
  /** The time that a checkpoint takes, in which nothing is learned. */
  readonly checkpoint: number
  /** The time from a fault to the first step after it, without the steps that are computed again. */
  readonly restart: number
}

/** The best time between two checkpoints (Young, "A first order approximation to the optimum checkpoint interval", 1974). */
export function bestInterval({ betweenFaults, checkpoint }: Faults): number {
  return Math.sqrt(2 * checkpoint * betweenFaults)
}

/**
 * The expected share of its time that a job spends on steps that last. `interval` is the time between two checkpoints.
 * The time between faults is distributed exponentially (Daly, "A higher order estimate of the optimum checkpoint interval
 * for restart dumps", 2006).
 */
export function usefulShare({ betweenFaults, checkpoint, restart }: Faults, interval: number): number {
  const segment = (interval + checkpoint) / betweenFaults
  return interval / (betweenFaults * Math.exp(restart / betweenFaults) * Math.expm1(segment))
}
