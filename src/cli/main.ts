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
import { runProgram } from './parsing/parse.js'
import { UsageError } from './parsing/usage-error.js'
import { exitCodes, leaveTerminal, note, watchOutput } from './terminal/terminal.js'
import { version } from './terminal/version.js'

const commands = [train, evaluate, predict, read, book, bench, explain, exportModel, convert, info, build]

/** Prints an error, and also its stack if the error is unexpected. Returns the exit code. */
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
process.exitCode = await runProgram(commands, version, process.argv.slice(2)).catch(report)
if (process.exitCode === exitCodes.SIGHUP) leaveTerminal()
