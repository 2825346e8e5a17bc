import { type Arena, createArena, type Region } from './arena.js'
import type { Dtype } from './kernels.js'
import type { Command, Program } from './program.js'
import { verify } from './verify.js'

export interface ProgramBuilder extends Arena {
  readonly rows: number
  emit(command: Command): void
  /** The program, verified. @throws ProgramError */
  finish(): Program
}

/** Starts an empty program; `guard` is for tests (see `createArena`). */
export function buildProgram(name: string, dtype: Dtype, rows: number, guard = 0): ProgramBuilder {
  const arena = createArena(guard)
  const regions = new Map<string, Region>()
  const commands: Command[] = []
  const named = (region: Region): Region => {
    regions.set(region.name, region)
    return region
  }
  return {
    rows,
    place: (...place) => named(arena.place(...place)),
    within: (...place) => named(arena.within(...place)),
    sizes: arena.sizes,
    emit: (command) => commands.push(command),
    finish() {
      const program = { name, dtype, rows, sizes: arena.sizes(), regions, commands }
      verify(program)
      return program
    },
  }
}
