import { type LaunchedProcess, launchedProcess } from '../distributed.js'
import { bench } from './commands/bench.js'
import { book } from './commands/book.js'
import { build } from './commands/build.js'
import { convert } from './commands/convert.js'
import { doctor } from './commands/doctor.js'
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
import { reportError } from './run/report-error.js'
import { beSilent } from './terminal/terminal.js'
import { version } from './terminal/version.js'

const commands = [
  train,
  launch,
  doctor,
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
  const launched = launchedProcess(process.env)
  if (launched !== undefined && launched.size > 1) return runRank(launched, typed)
  return runProgram(commands, version, typed).catch((error) => reportError(error))
}

/**
 * Runs the command in one of several processes that a launcher has started. Only rank 0 prints, apart from errors that
 * another rank alone has.
 */
async function runRank({ launcher, rank, size }: LaunchedProcess, typed: readonly string[]): Promise<number> {
  if (rank > 0) beSilent()
  const [name] = typed
  if (name !== train.name) {
    if (rank > 0) return 0
    if (!commands.some((command) => command.name === name))
      return runProgram(commands, version, typed).catch((error) => reportError(error))
    return reportError(
      new UsageError(
        `${launcher} has started ${size} processes of ${name}, but of all commands only train works in several`,
      ),
    )
  }
  return runProgram(commands, version, typed).catch((error) => {
    // The arguments are wrong, in all processes alike. The others end without an error: a launcher would end rank 0 at the
    // first error, perhaps before rank 0 has printed its own.
    return rank > 0 ? 0 : reportError(error)
  })
}
