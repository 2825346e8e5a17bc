import type { Command } from './command.js'
import { columns } from './format.js'
import { optionsOf } from './parse.js'

/** What `descent --help` shows. */
export function overview(commands: readonly Command[]): string {
  return [
    'descent: neural networks that learn by gradient descent',
    '',
    'Commands:',
    columns(
      commands.map(({ name, operands, summary }) => [[name, operands?.usage].filter(Boolean).join(' '), summary]),
      '  ',
    ),
    '',
    '"descent help COMMAND" shows the options of a command, "descent --version" the version.',
    'The variable DESCENT_BACKEND (native or typescript) stands in for --backend.',
  ].join('\n')
}

/** What `descent help COMMAND` shows. */
export function commandHelp(command: Command): string {
  const { name, operands, summary, notes } = command
  const options = Object.entries(optionsOf(command)).map(([option, { value, short, meaning }]): [string, string] => [
    `${short ? `-${short}, ` : ''}--${option}${value ? ` ${value}` : ''}`,
    meaning,
  ])
  const usage = ['descent', name, operands?.usage, '[options]'].filter(Boolean).join(' ')
  return [
    usage,
    '',
    `${name}: ${summary}`,
    '',
    'Options:',
    columns(options, '  '),
    ...notes.flatMap((note) => ['', note]),
  ].join('\n')
}
