import type { Kind } from './option-parsers.js'

/** An option as the help shows it and the parser takes it. */
export interface Option {
  /** What the value may be, and what stands for it in the help. An option that has neither is a switch. */
  readonly kind?: Kind<unknown>
  readonly value?: string
  /** Another name for it: "-o", "--rate". */
  readonly alias?: string
  readonly meaning: string
}

/** Options by the library's names: `batchSize` is typed as --batch-size. */
export type Options = Readonly<Record<string, Option>>

/** The values of the options that were typed, read and checked. */
export type Values<O extends Options> = {
  readonly [Name in keyof O]?: O[Name] extends { readonly kind: Kind<infer T> }
    ? T
    : O[Name] extends { readonly value: string }
      ? string
      : true
}

/** What was typed after the name of a command. */
export type Arguments<O extends Options> = Values<O> & { readonly operands: readonly string[] }

export interface Command<O extends Options = Options> {
  readonly name: string
  /** What it does, in a line of the overview. */
  readonly summary: string
  /** What it takes besides options: "<MODEL> [FILE...]". */
  readonly operands?: string
  readonly options: O
  /** Those of them that the help shows under headings of their own. */
  readonly sections?: Readonly<Record<string, Options>>
  /** What the help says below the options. */
  readonly notes: readonly string[]
  /** Does it, and resolves to the exit code where that is not 0. */
  readonly run: (args: Arguments<O>) => Promise<number | undefined>
}

/** A command, whatever its options are. */
export type AnyCommand = Omit<Command, 'run'> & { readonly run: (args: never) => Promise<number | undefined> }

/** A command whose `run` may only ask for options that it has. */
export function defineCommand<const O extends Options>(command: Command<O>): Command<O> {
  return command
}

/** "weightDecay" is the library's name of the command line's `weight-decay`. */
export function typedName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
