import { OptionError } from '../../base/errors.js'
import { type Memory, segmentNames } from '../../program/arena.js'
import { encode, type Program } from '../../program/program.js'
import type { Backend } from '../backend.js'
import type { Addon } from './addon.js'

/**
 * The OpenBLAS backend. It encodes each program once and runs the program on threads of the addon.
 * @throws OptionError naming DESCENT_VECTORS if its value is not a level of this processor
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
