import type { Arguments } from './arguments.js'

/** An option as the help shows it and the parser takes it. */
export interface Option {
  /** What stands for the value in the help: "N", "FILE". An option without one is a switch. */
  readonly value?: string
  /** The one letter that stands for it as well. */
  readonly short?: string
  readonly meaning: string
}

export type Options = Readonly<Record<string, Option>>

/** What a command takes besides options. */
export interface Operands {
  /** As the help shows them: "MODEL [FILE...]". */
  readonly usage: string
  readonly least: number
  readonly most: number
}

export interface Command {
  readonly name: string
  /** What it does, in a line of the overview. */
  readonly summary: string
  readonly operands?: Operands
  readonly options: Options
  /** Those of them that the help shows under headings of their own. */
  readonly sections?: Readonly<Record<string, Options>>
  /** What the help says below the options. */
  readonly notes: readonly string[]
  /** Does it, and resolves to the exit code where that is not 0. */
  readonly run: (args: Arguments) => Promise<number | undefined>
}

/** A command whose `run` may only ask for options that it has. */
export function defineCommand<const O extends Options>(
  command: Omit<Command, 'run' | 'options'> & {
    readonly options: O
    readonly run: (args: Arguments<keyof O & string>) => Promise<number | undefined>
  },
): Command {
  return command
}
