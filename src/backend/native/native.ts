import { OptionError } from '../../base/errors.js'
import { type Memory, segmentNames } from '../../program/arena.js'
import { encode, type Program } from '../../program/program.js'
import type { Backend } from '../backend.js'
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
    load(program: Program, memory: Memory, threads: number) {
      const segments = segmentNames.map((name) => memory[name])
      return new addon.Program(encode(program), program.dtype, program.rows, threads, segments)
    },
  }
}

function describe(addon: Addon): ReturnType<Addon['describe']> {
  try {
    return addon.describe()
  } catch (error) {
    throw new OptionError(error instanceof Error ? error.message : String(error))
  }
}
