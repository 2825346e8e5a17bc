import { DescentError } from '../index.js'
import { bench } from './commands/bench.js'
import { book } from './commands/book.js'
import { build } from './commands/build.js'
import { convert } from './commands/convert.js'
import { evaluate } from './commands/evaluate.js'
import { explain } from './commands/explain.js'
import { exportModel } from './commands/export.js'
import { info } from './commands/info.js'
import { launch } from './commands/launch.js'
import { predict } from './commands/predict.js'
import { read } from './commands/read.js'
import { report as reportModel } from './commands/report.js'
import { see } from './commands/see.js'
import { show } from './commands/show.js'
import { train } from './commands/train.js'
import { runProgram } from './parsing/parse.js'
import { UsageError } from './parsing/usage-error.js'
import { note } from './terminal/terminal.js'
import { version } from './terminal/version.js'

const commands = [
  train,
  launch,
  evaluate,
  predict,
  read,
  see,
  reportModel,
  show,
  book,
  bench,
  explain,
  exportModel,
  convert,
  info,
  build,
]

/** Runs the command that the arguments name. If the command fails, prints the error. Resolves to the exit code. */
export async function runCommandLine(typed: readonly string[]): Promise<number> {
  return runProgram(commands, version, typed).catch(report)
}

/** Prints an error, with its stack if it is unexpected. Returns the exit code. */
function report(error: unknown): number {
  if (error instanceof UsageError) {
    note(`descent: ${error.message}`)
    return 2
  }
  if (error instanceof DescentError) note(`descent: ${error.message}`)
  else note(error instanceof Error ? (error.stack ?? String(error)) : String(error))
  return 1
}
