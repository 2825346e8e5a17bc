import { Dataset, type Description, dense, Network } from '../../index.js'

/** A backend to be measured. */
export interface Contender {
  readonly name: 'native' | 'typescript'
  /** A network of its own, with these parameters. */
  readonly make: (description: Description, parameters: ArrayLike<number>) => Network
}

export function createContender(name: Contender['name'], threads = 1): Contender {
  return {
    name,
    make: (description, parameters) => new Network(description, { parameters, backend: name, threads }),
  }
}

/** A network to be measured: on each backend the same, and rows to learn from. */
export interface Subject {
  /** "784-30-10" */
  readonly name: string
  /** What all of them begin with. */
  readonly start: ArrayLike<number>
  readonly dataset: Dataset
  /** In the order of the contenders. */
  readonly networks: readonly Network[]
}

/** Bytes of a dataset, and rows of a narrow one: with fewer, the epochs of fast networks would be too short to be timed. */
const mostBytes = 2 ** 23
const mostRows = 2 ** 18

/** Networks from the sizes of inputs, hidden layers and outputs. */
export function createSubject(sizes: readonly number[], contenders: readonly Contender[]): Subject {
  const [inputs, ...layers] = sizes
  const outputs = sizes[sizes.length - 1]
  // From N(0, 1) the outputs of wide networks would be 0 or 1, with gradients of nothing: no error could be seen in the cost.
  const description = { inputs, layers: layers.map((size) => dense(size)), initializer: 'scaled-normal' } as const
  // Drawn once: a million normal numbers take their time.
  const start = new Network(description, { seed: 1, backend: 'typescript' }).parameters.slice()
  return {
    name: sizes.join('-'),
    start,
    dataset: createRows(Math.min(mostRows, Math.floor(mostBytes / inputs)), inputs, outputs),
    networks: contenders.map(({ make }) => make(description, start)),
  }
}

/** Rows of bytes without a pattern, the same every time; of the desired answers to each, one is 1 or none is. */
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

/** 32 bits for a number, in which its own cannot be recognized: the end of MurmurHash3 (Appleby, 2008). */
function scatter(number: number): number {
  let bits = Math.imul(number ^ (number >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
