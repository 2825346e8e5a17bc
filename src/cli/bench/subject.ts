import { Dataset, type Description, dense, Network } from '../../index.js'

/** The names of all backends, in the order in which they are reported. */
export const backendNames = ['native', 'wasm', 'typescript'] as const satisfies Network['backend']['name'][]
export type BackendName = (typeof backendNames)[number]

/** A backend to be measured. */
export interface Contender {
  readonly name: BackendName
  /** Creates a network with these parameters. */
  readonly make: (description: Description, parameters: ArrayLike<number>) => Network
}

export function createContender(name: BackendName, threads = 1): Contender {
  return {
    name,
    make: (description, parameters) => new Network(description, { parameters, backend: name, threads }),
  }
}

/** A network to be measured, and its training rows. The network is created once for each backend. */
export interface Subject {
  /** The sizes of the layers, such as "784-30-10". */
  readonly name: string
  /** The initial parameters, which are the same on all backends. */
  readonly start: ArrayLike<number>
  readonly dataset: Dataset
  /** The same network on each of the measured backends. */
  readonly networks: readonly Network[]
}

/** The maximum size of a dataset in bytes. With a lower limit, epochs of fast networks would be too short to time. */
const mostBytes = 2 ** 23
const mostRows = 2 ** 18

/**
 * Creates training rows, and a network on each backend. `sizes` has the number of inputs, and then the number of
 * neurons in each layer.
 */
export function createSubject(sizes: readonly number[], contenders: readonly Contender[]): Subject {
  const [inputs, ...layers] = sizes
  const outputs = sizes[sizes.length - 1]
  // With initial weights from N(0, 1), wide networks would saturate and hardly learn. A comparison of the costs would
  // then not reveal the errors of a backend.
  const description = { inputs, layers: layers.map((size) => dense(size)), initializer: 'scaled-normal' } as const
  // The parameters are generated only once, because generating a million normally distributed numbers takes a while.
  const start = new Network(description, { seed: 1, backend: 'typescript' }).parameters.slice()
  return {
    name: sizes.join('-'),
    start,
    dataset: createRows(Math.min(mostRows, Math.floor(mostBytes / inputs)), inputs, outputs),
    networks: contenders.map(({ make }) => make(description, start)),
  }
}

/** Creates rows of pseudorandom bytes. Every call creates the same rows. At most one target of each row is 1. */
function createRows(rows: number, width: number, outputs: number): Dataset {
  const dataset = Dataset.allocate({ rows, width, targetWidth: outputs })
  const { inputs, targets } = dataset
  for (let i = 0; i < inputs.length; i++) inputs[i] = scatter(i) >>> 24
  for (let row = 0; targets && row < rows; row++) {
    const answer = scatter(row) % (outputs + 1)
    if (answer < outputs) targets[row * outputs + answer] = 1
  }
  return dataset
}

/** Hashes a number to 32 bits with the finalizer of MurmurHash3 (Appleby, 2008). */
function scatter(number: number): number {
  let bits = Math.imul(number ^ (number >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
