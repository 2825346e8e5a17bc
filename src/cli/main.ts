#!/usr/bin/env node
import { DescentError } from '../index.js'
import { bench } from './commands/bench.js'
import { book } from './commands/book.js'
import { build } from './commands/build.js'
import { convert } from './commands/convert.js'
import { evaluate } from './commands/evaluate.js'
import { explain } from './commands/explain.js'
import { exportModel } from './commands/export.js'
import { info } from './commands/info.js'
import { predict } from './commands/predict.js'
import { read } from './commands/read.js'
import { train } from './commands/train.js'
import type { Command } from './parsing/command.js'
import { commandHelp, overview } from './parsing/help.js'
import { suggestion } from './parsing/nearest.js'
import { parse } from './parsing/parse.js'
import { refuse } from './parsing/translate-errors.js'
import { UsageError } from './parsing/usage-error.js'
import { exitCodes, leaveTerminal, note, print, watchOutput } from './terminal/terminal.js'
import { version } from './terminal/version.js'

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
