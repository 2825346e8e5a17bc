import { type ArenaSizes, type Region, segmentNames } from './arena.js'
import { type Dtype, type Kernel, type KernelName, kernelNames, kernels } from './kernels.js'

type OperandValue<T> = T extends 'count' | 'number' ? number : T extends 'flag' ? boolean : Region

/** A command: the name of its kernel, and a value for each operand of the kernel. */
export type CommandOf<K extends KernelName> = { readonly kernel: K } & {
  readonly [O in keyof (typeof kernels)[K]['operands']]: OperandValue<(typeof kernels)[K]['operands'][O]>
}
export type Command = { [K in KernelName]: CommandOf<K> }[KernelName]

/**
 * A list of commands that a backend executes in order. All commands work on the same memory. The list is plain data, so
 * that both backends can run it and `printProgram` can print it.
 */
export interface Program<Name extends string = string> {
  /** The task of the program: 'train', 'predict' and so on. */
  readonly name: string
  readonly dtype: Dtype
  /** The number of rows that are processed when all commands are executed once. */
  readonly rows: number
  /** The number of rows of a batch. It is more than `rows` if other ranks process the other rows of each batch. */
  readonly batchRows: number
  readonly sizes: ArenaSizes
  /**
   * The arrays in the program's memory, by name. The code that runs the program uses them to set scalars and to read
   * results.
   */
  readonly regions: ReadonlyMap<Name, Region>
  readonly commands: readonly Command[]
}

/** Returns the operands of a command, in the order in which the table of kernels lists them. */
export function operandsOf(
  command: Command,
): { name: string; type: Kernel['operands'][string]; value: number | boolean | Region }[] {
  const { operands }: Kernel = kernels[command.kernel]
  const values: Readonly<Record<string, unknown>> = command
  return Object.entries(operands).map(([name, type]) => ({
    name,
    type,
    value: values[name] as number | boolean | Region,
  }))
}

/**
 * Encodes the program as numbers for the native backend. Each command becomes the index of its kernel in the table of
 * kernels, followed by its operands in order. An operand that is a region of memory becomes two numbers: the index of
 * its segment in `segmentNames`, and its offset in the segment.
 */
export function encode(program: Program): Float64Array {
  const words: number[] = []
  for (const command of program.commands) {
    words.push(kernelNames.indexOf(command.kernel))
    for (const { value } of operandsOf(command)) {
      if (typeof value === 'object') words.push(segmentNames.indexOf(value.segment), value.offset)
      else words.push(Number(value))
    }
  }
  return Float64Array.from(words)
}
