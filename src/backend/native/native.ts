import { DataError, OptionError, ProgramError } from '../../base/errors.js'
import type { ErrorClass } from '../../base/files.js'
import { type Memory, segmentNames } from '../../program/arena.js'
import { encode, type Program } from '../../program/program.js'
import { anyMemory, type Backend, type Execution } from '../backend.js'
import type { Addon } from './addon.js'

/**
 * Creates the native backend, which uses OpenBLAS. The backend encodes each program (a list of kernel calls) once as an
 * array of numbers, and the addon executes the program.
 * @throws OptionError if the environment variable DESCENT_VECTORS is not a vector level of this processor
 */
export function createNativeBackend(addon: Addon): Backend {
  const { config, core, vectors } = describe(addon)
  const version = /OpenBLAS [\d.]+/.exec(config)?.[0] ?? 'OpenBLAS'
  return {
    name: 'native',
    detail: `${version}, ${core} kernels, ${vectors} vectors`,
    ...anyMemory,
    load(program: Program, memory: Memory, threads: number) {
      const segments = segmentNames.map((name) => memory[name])
      const create = () => {
        const { dtype, rows, batchRows } = program
        return new addon.Program(encode(program), dtype, rows, batchRows, threads, segments)
      }
      const loaded = withErrors(ProgramError, create)
      return { bind: (source) => withDataErrors(loaded.bind(source)) }
    },
  }
}

/** Makes an execution throw a DataError for data that its program cannot use, as the TypeScript backend does. */
function withDataErrors(execution: Execution): Execution {
  return {
    // This is written without `withErrors`, because the closure for it would take a part of the time of a single row.
    run(from, to) {
      try {
        execution.run(from, to)
      } catch (error) {
        throw translate(DataError, error)
      }
    },
    start: (from, to) =>
      execution.start(from, to).catch((error) => {
        throw translate(DataError, error)
      }),
    stop: () => execution.stop(),
    get reached() {
      return execution.reached
    },
  }
}

function withErrors<T>(Failure: ErrorClass, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw translate(Failure, error)
  }
}

/** Returns a `Failure` for an error that the addon reports about a program. Returns any other error unchanged. */
function translate(Failure: ErrorClass, error: unknown): unknown {
  const isAboutProgram = error instanceof Error && 'code' in error && error.code === 'DESCENT_PROGRAM'
  return isAboutProgram ? new Failure(error.message, { cause: error }) : error
}

function describe(addon: Addon): ReturnType<Addon['describe']> {
  try {
    return addon.describe()
  } catch (error) {
    throw new OptionError(error instanceof Error ? error.message : String(error))
  }
}
