import { Command as Commander, CommanderError, Option as CommanderOption } from 'commander'
import { type AnyCommand, type Arguments, type Command, type Option, type Options, typedName } from './command.js'
import { refuse } from './translate-errors.js'
import { refuseValue, UsageError } from './usage-error.js'

const programName = 'descent-nn'

/**
 * Parses the arguments and runs the command that they name. Resolves to the exit code.
 * @throws UsageError if the arguments are invalid, or any error that the command throws
 */
export async function runProgram(
  commands: readonly AnyCommand[],
  version: string,
  typed: readonly string[],
): Promise<number> {
  let code: number | undefined
  const program = quiet(new Commander(programName))
    .description('descent: neural networks that learn by gradient descent')
    .version(version, '-v, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [COMMAND]', 'shows the options of a command')
    .addHelpText(
      'after',
      '\nThe environment variable DESCENT_BACKEND (native, wasm or typescript) sets the default of --backend.',
    )
  for (const command of commands) {
    const run = async (args: object) => {
      code = await command.run(args as never).catch((error) => refuse(error, command))
    }
    program.addCommand(commanderOf(command, run))
  }
  try {
    await program.parseAsync(withoutHelpCommand(commands, typed), { from: 'user' })
  } catch (error) {
    // Commander throws a CommanderError after it has printed the help or the version. This is not a failure.
    if (!(error instanceof CommanderError)) throw error
  }
  return code ?? 0
}

/**
 * Replaces the command `help` by the option --help, because commander's own help command ignores unknown topics.
 * Without any arguments, commander would exit with an error, so the help is shown instead.
 */
function withoutHelpCommand(commands: readonly AnyCommand[], [name = 'help', ...rest]: readonly string[]): string[] {
  if (name !== 'help') return [name, ...rest]
  const [topic] = rest
  if (topic === undefined) return ['--help']
  return commands.some(({ name }) => name === topic) ? [topic, '--help'] : [topic]
}

/** Parses the arguments of a command. @throws UsageError if they are invalid */
export function parse<O extends Options>(command: Command<O>, typed: readonly string[]): Arguments<O> {
  let parsed: Arguments<O> | undefined
  commanderOf(command, (args) => {
    parsed = args as Arguments<O>
  }).parse(typed, { from: 'user' })
  if (!parsed) throw new Error(`the arguments of ${command.name} were not parsed`)
  return parsed
}

/** Creates an object of the package commander. It parses the arguments of a command and passes them to `run`. */
function commanderOf(
  { name, summary, operands, options, sections = {}, notes }: AnyCommand,
  run: (args: object) => void | Promise<void>,
): Commander {
  const commander = quiet(new Commander(name)).description(summary).helpOption('-h, --help', 'show this help')
  if (operands) commander.arguments(operands)
  for (const [key, option] of Object.entries(options)) {
    const made = optionOf(`--${typedName(key)}`, option)
    const section = Object.entries(sections).find(([, members]) => Object.hasOwn(members, key))
    commander.addOption(section ? made.helpGroup(`${section[0]}:`) : made)
  }
  for (const note of notes) commander.addHelpText('after', `\n${note}`)
  return commander.action(() => run({ ...commander.opts(), operands: commander.args }))
}

function optionOf(name: string, { kind, value = kind?.placeholder, alias, meaning }: Option): CommanderOption {
  const flags = `${alias ? `${alias}, ` : ''}${name}${value ? ` <${value}>` : ''}`
  const option = new CommanderOption(flags, meaning)
  if (!value) return option
  return option.argParser((text) => {
    // If the value is missing, commander takes the next option as the value, so a value that looks like an option is
    // refused.
    if (/^--?[a-z]/i.test(text)) throw new UsageError(`${name} needs a value: ${name} ${value}`)
    const read = kind ? kind.read(text) : text
    return read === undefined ? refuseValue(name, kind?.expected ?? value, text) : read
  })
}

const prefix = 'error: '

/** Makes commander throw each error as a UsageError, instead of printing it. */
function quiet(commander: Commander): Commander {
  return commander.configureOutput({ outputError() {} }).exitOverride((error) => {
    if (error.exitCode === 0) throw error
    const name = commander.name()
    const help = name === programName ? `${name} --help` : `${programName} ${name} --help`
    const { message } = error
    const problem = message.startsWith(prefix) ? message.slice(prefix.length) : message
    throw new UsageError(`${withAdvice(commander, error.code, problem)}\n(see ${help})`)
  })
}

/** The names of options in other programs, and those of this program. */
const synonyms: Readonly<Record<string, string>> = {
  lr: 'learning-rate',
  eta: 'learning-rate',
  layers: 'hidden',
  units: 'hidden',
  neurons: 'hidden',
  bs: 'batch-size',
  validation: 'validation-share',
  features: 'inputs',
  out: 'output',
}

/** Adds to the message of a parsing error what the user may have meant. */
function withAdvice(commander: Commander, code: string, problem: string): string {
  const hasOption = (name: string): boolean => commander.options.some(({ long }) => long === `--${name}`)
  if (code === 'commander.unknownOption') {
    // Commander suggests options that are spelled alike, such as --l1 for --lr.
    const [line] = problem.split('\n', 1)
    const [, typed = ''] = /'--([^'=]+)/.exec(line) ?? []
    const meant = Object.hasOwn(synonyms, typed) ? synonyms[typed] : undefined
    return meant !== undefined && hasOption(meant) ? `${line}\n(Did you mean --${meant}?)` : problem
  }
  if (code === 'commander.excessArguments') {
    const extra = commander.args[commander.registeredArguments.length]
    // If the shell might split or change the name, the advice says PATH instead, because the user must be able to copy
    // the advice unchanged.
    const file = /^[\w./\\:-]+$/.test(extra) ? extra : 'PATH'
    const advice = hasOption('data') ? `\n(Did you mean --data ${file}?)` : ''
    return `${commander.name()} takes no argument '${extra}'${advice}`
  }
  return problem
}
