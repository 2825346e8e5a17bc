#!/usr/bin/env node
import { DescentError } from '../index.js'
import { bench } from './bench.js'
import { book } from './book.js'
import { build } from './build.js'
import type { Command } from './command.js'
import { convert } from './convert.js'
import { evaluate } from './evaluate.js'
import { explain } from './explain.js'
import { exportModel } from './export.js'
import { commandHelp, overview } from './help.js'
import { info } from './info.js'
import { suggestion } from './nearest.js'
import { parse } from './parse.js'
import { predict } from './predict.js'
import { read } from './read.js'
import { refuse } from './refuse.js'
import { exitCodes, leaveTerminal, note, print, watchOutput } from './terminal.js'
import { train } from './train.js'
import { UsageError } from './usage-error.js'
import { version } from './version.js'

const commands: readonly Command[] = [
  train,
  evaluate,
  predict,
  read,
  book,
  bench,
  explain,
  exportModel,
  convert,
  info,
  build,
]

function find(name: string): Command {
  const command = commands.find((command) => command.name === name)
  if (command) return command
  const names = [...commands.map(({ name }) => name), 'help']
  throw new UsageError(`there is no command ${name}${suggestion(name, names)} The commands: ${names.join(', ')}`)
}

/** Does what was typed, and resolves to the exit code. */
async function run([name, ...typed]: readonly string[]): Promise<number> {
  if (name === '--version' || name === '-v') {
    await print(version)
    return 0
  }
  if (name === undefined || name === '--help' || name === '-h' || (name === 'help' && typed.length === 0)) {
    await print(overview(commands))
    return 0
  }
  if (name === 'help') {
    await print(commandHelp(find(typed[0])))
    return 0
  }
  const command = find(name)
  const args = parse(command, typed)
  if (args.has('help')) {
    await print(commandHelp(command))
    return 0
  }
  return (await command.run(args).catch((error) => refuse(error, command))) ?? 0
}

/** Says what went wrong; what nobody foresaw, with its stack. Returns the exit code. */
function report(error: unknown): number {
  if (error instanceof UsageError) {
    note(`descent: ${error.message}`)
    return 2
  }
  if (error instanceof DescentError) note(`descent: ${error.message}`)
  else note(error instanceof Error ? (error.stack ?? String(error)) : String(error))
  return 1
}

watchOutput()
process.exitCode = await run(process.argv.slice(2)).catch(report)
if (process.exitCode === exitCodes.SIGHUP) leaveTerminal()
