/** What is measured with some number of ranks. All times are in seconds. */
export interface Measurements {
  readonly machine: string
  /** The number of ranks. */
  readonly ranks: number
  /** Whether a machine has more ranks than processors, so that they slow each other down. */
  readonly oversubscribed: boolean
  /** What the MPI library says about itself. Empty for a process that is alone. */
  readonly library: string
  /** The times of sums of a single number. Empty for a process that is alone. */
  readonly latencies: readonly number[]
  readonly networks: readonly NetworkTimes[]
}

/** The times of a network. */
export interface NetworkTimes {
  /** The sizes of the layers, for example "784-30-10". */
  readonly name: string
  readonly parameters: number
  /** The number of rows of a batch for each rank. */
  readonly rows: number
  /** The times of steps in which each rank learns alone, at the same time as the others: a list for each rank. */
  readonly compute: readonly (readonly number[])[]
  /** The times of sums of as many numbers as the network has parameters. Empty for a process that is alone. */
  readonly allreduce: readonly number[]
  /** The times of steps in which the ranks learn together, until the last one has ended. */
  readonly step: readonly number[]
}

/** @throws Error if the text is not a list of measurements */
export function parseMeasurements(text: string): Measurements[] {
  const list: unknown = JSON.parse(text)
  if (!Array.isArray(list) || list.length === 0 || !list.every(isMeasurements)) {
    throw new Error('it must have a list of measurements, as --json writes it')
  }
  return list
}

function isMeasurements(value: unknown): value is Measurements {
  if (typeof value !== 'object' || value === null) return false
  const { machine, ranks, library, latencies, networks } = value as Partial<Record<keyof Measurements, unknown>>
  const isAlone = ranks === 1
  return (
    typeof machine === 'string' &&
    typeof library === 'string' &&
    Number.isInteger(ranks) &&
    Number(ranks) >= 1 &&
    areTimes(latencies, isAlone) &&
    Array.isArray(networks) &&
    networks.every(
      ({ name, parameters, rows, compute, allreduce, step }: Partial<Record<keyof NetworkTimes, unknown>>) =>
        typeof name === 'string' &&
        Number.isInteger(parameters) &&
        Number.isInteger(rows) &&
        Array.isArray(compute) &&
        compute.length === ranks &&
        compute.every((times) => areTimes(times, false) && times.length === compute[0].length) &&
        areTimes(step, false) &&
        areTimes(allreduce, isAlone),
    )
  )
}

function areTimes(value: unknown, mayBeEmpty: boolean): boolean {
  return Array.isArray(value) && (mayBeEmpty || value.length > 0) && value.every((time) => time > 0)
}
