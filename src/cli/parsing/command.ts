import type { Kind } from './option-parsers.js'

/** An option of a command. */
export interface Option {
  /**
   * `kind` parses the value of the option. `value` is the placeholder that the help shows for it, such as "N". An
   * option that takes no value has neither of them.
   */
  readonly kind?: Kind<unknown>
  readonly value?: string
  /** Another name for the option, such as "-o" or "--rate". */
  readonly alias?: string
  readonly meaning: string
}

/** The options of a command. The keys are written as in the library, such as `batchSize` for --batch-size. */
export type Options = Readonly<Record<string, Option>>

/** The parsed values of the options that the user typed. */
export type Values<O extends Options> = {
  readonly [Name in keyof O]?: O[Name] extends { readonly kind: Kind<infer T> }
    ? T
    : O[Name] extends { readonly value: string }
      ? string
      : true
}

/** The parsed arguments of a command. */
export type Arguments<O extends Options> = Values<O> & { readonly operands: readonly string[] }

export interface Command<O extends Options = Options> {
  readonly name: string
  /** The description of the command in the list of commands. */
  readonly summary: string
  /** The arguments that are not options, as the help shows them, such as "<MODEL> [FILE...]". */
  readonly operands?: string
  readonly options: O
  /** Groups of options. The help shows each group under a heading, which is the key of the group. */
  readonly sections?: Readonly<Record<string, Options>>
  /** Paragraphs of the help below the options. */
  readonly notes: readonly string[]
  /** Runs the command. Resolves to the exit code, or undefined for 0. */
  readonly run: (args: Arguments<O>) => Promise<number | undefined>
}

/** A command with any options. */
export type AnyCommand = Omit<Command, 'run'> & { readonly run: (args: never) => Promise<number | undefined> }

/** Returns the command unchanged. The call lets TypeScript infer the type of the argument of `run` from the options. */
export function defineCommand<const O extends Options>(command: Command<O>): Command<O> {
  return command
}

/** Converts a name in the library, such as "weightDecay", to the name on the command line, "weight-decay". */
export function typedName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
