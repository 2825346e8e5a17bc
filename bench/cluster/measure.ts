/** Measures steps and sums with the ranks of a communicator. All ranks must call this at the same time. */
import { createHash } from 'node:crypto'
import { availableParallelism, cpus, hostname } from 'node:os'
import { Dataset, Network } from 'descent-nn'
import type { Communicator } from 'descent-nn/distributed'
import type { Measurements, NetworkTimes } from './measurements.js'

export interface MeasurePlan {
  /** The sizes of the layers of each network. */
  readonly networks: readonly (readonly number[])[]
  /** The number of rows of a batch for each rank. */
  readonly rows: number
  /** The number of measured rounds, each of six or more steps. */
  readonly rounds: number
}

/** Rounds and sums before those that count. */
const warmUp = 1

/** The number of stretches of steps in an epoch. Those at its begin and its end do not count, because they do other work too. */
const stretches = 8

/** Returns the number of steps that are timed together. Only short steps are, because each stretch takes some time more. */
const stepsOfStretch = (rows: number): number => Math.ceil(512 / rows)

export async function measure(communicator: Communicator, plan: MeasurePlan): Promise<Measurements> {
  const { size, library } = communicator
  const networks: NetworkTimes[] = []
  for (const sizes of plan.networks) networks.push(await measureNetwork(communicator, sizes, plan))
  return {
    machine: `${cpus().length} x ${cpus()[0].model.trim()}`,
    ranks: size,
    oversubscribed: (await ranksHere(communicator)) > availableParallelism(),
    library: library.split('\n')[0].split(',')[0],
    latencies: await timeSums(communicator, 1, 10 * plan.rounds),
    networks,
  }
}

async function measureNetwork(
  communicator: Communicator,
  sizes: readonly number[],
  { rows, rounds }: MeasurePlan,
): Promise<NetworkTimes> {
  const { size } = communicator
  const alone = createRun(sizes, rows, rows)
  const together = createRun(sizes, rows, rows * size, communicator)
  const compute: number[] = []
  const step: number[] = []
  // The two runs take turns, so that other load of the machine disturbs both in the same way.
  for (let i = 0; i < warmUp + rounds; i++) {
    await communicator.barrier()
    const own = await together.epoch()
    await communicator.barrier()
    const single = await alone.epoch()
    if (i < warmUp) continue
    step.push(...(size > 1 ? own : single))
    compute.push(...single)
  }
  await together.end()
  await alone.end()
  return {
    name: sizes.join('-'),
    parameters: alone.parameters,
    rows,
    compute: await gather(communicator, compute),
    allreduce: await timeSums(communicator, alone.parameters, 3 * rounds),
    step: await longest(communicator, step),
  }
}

/** Begins a training run whose steps can be timed. `rows` are those of a rank in a batch. */
function createRun(sizes: readonly number[], rows: number, batchSize: number, communicator?: Communicator) {
  const network = new Network(sizes, { seed: 1 })
  const steps = stepsOfStretch(rows)
  // With momentum, a network has the same program alone and together: plain descent would add the gradient to the weights
  // while it is computed, which several ranks cannot do.
  const run = network.train(generate(sizes, stretches * steps * batchSize), {
    epochs: Number.MAX_SAFE_INTEGER,
    batchSize,
    optimizer: { name: 'sgd', momentum: 0.9 },
    learningRate: 0.01,
    shuffle: false,
    yieldEvery: steps,
    ...(communicator && { communicator }),
  })
  return {
    parameters: network.parameters.length,
    /** Learns for an epoch, and returns times of its steps in seconds. */
    async epoch(): Promise<number[]> {
      const times: number[] = []
      for (;;) {
        const begin = performance.now()
        const { value } = await run.next()
        if (!value || !('done' in value)) return times.slice(1)
        times.push((performance.now() - begin) / 1000 / steps)
      }
    },
    async end(): Promise<void> {
      await run.return([])
    },
  }
}

/** Generates rows from a formula, because drawing random numbers would take longer. */
function generate(sizes: readonly number[], rows: number): Dataset {
  const classes = sizes[sizes.length - 1]
  const data = Dataset.allocate({ rows, width: sizes[0], labels: true })
  for (let i = 0; i < data.inputs.length; i++) data.inputs[i] = ((i * 7919) >>> 3) % 256
  data.labels?.forEach((_, row, labels) => {
    labels[row] = (row * 7) % classes
  })
  return data
}

/** Returns the times of sums of `count` numbers, of which all ranks have the longest. An empty list for a single rank. */
async function timeSums(communicator: Communicator, count: number, sums: number): Promise<number[]> {
  if (communicator.size === 1) return []
  // In shared memory the array needs no copy.
  const values = new Float32Array(new SharedArrayBuffer(4 * count))
  const seconds: number[] = []
  for (let i = 0; i < warmUp + sums; i++) {
    await communicator.barrier()
    const begin = performance.now()
    await communicator.allreduce(values)
    if (i >= warmUp) seconds.push((performance.now() - begin) / 1000)
  }
  return longest(communicator, seconds)
}

/** Returns the longest time that any rank has at each place. */
async function longest(communicator: Communicator, times: readonly number[]): Promise<number[]> {
  const all = Float64Array.from(times)
  await communicator.allreduce(all, 'max')
  return [...all]
}

/** Returns the list of each rank. */
async function gather({ rank, size, allreduce }: Communicator, list: readonly number[]): Promise<number[][]> {
  const { length } = list
  const all = new Float64Array(size * length)
  all.set(list, rank * length)
  await allreduce(all)
  return Array.from({ length: size }, (_, i) => [...all.subarray(i * length, (i + 1) * length)])
}

/** Returns the largest number of ranks on one machine. */
async function ranksHere(communicator: Communicator): Promise<number> {
  const hosts = new Uint32Array(communicator.size)
  hosts[communicator.rank] = createHash('sha256').update(hostname()).digest().readUInt32LE()
  await communicator.allreduce(hosts)
  return Math.max(...hosts.map((host) => hosts.filter((other) => other === host).length))
}
