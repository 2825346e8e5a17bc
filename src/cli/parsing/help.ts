import type { Command, Options } from './command.js'
import { columns } from './format.js'
import { optionsOf } from './parse.js'

/** What `descent-nn --help` shows. */
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
    '"descent-nn help COMMAND" shows the options of a command, "descent-nn --version" the version.',
    'The variable DESCENT_BACKEND (native or typescript) stands in for --backend.',
  ].join('\n')
}

/** What `descent-nn help COMMAND` shows. */
export function commandHelp(command: Command): string {
  const { name, operands, summary, notes, sections = {} } = command
  const shown = new Set(Object.values(sections).flatMap(Object.keys))
  const others = Object.fromEntries(Object.entries(optionsOf(command)).filter(([option]) => !shown.has(option)))
  const usage = ['descent-nn', name, operands?.usage, '[options]'].filter(Boolean).join(' ')
  return [
    usage,
    '',
    `${name}: ${summary}`,
    ...Object.entries({ Options: others, ...sections }).flatMap(([heading, options]) => [
      '',
      `${heading}:`,
      columns(lines(options), '  '),
    ]),
    ...notes.flatMap((note) => ['', note]),
  ].join('\n')
}

/** "-o, --output FILE", and what it means. */
function lines(options: Options): [string, string][] {
  return Object.entries(options).map(([option, { value, short, meaning }]) => [
    `${short ? `-${short}, ` : ''}--${option}${value ? ` ${value}` : ''}`,
    meaning,
  ])
}
