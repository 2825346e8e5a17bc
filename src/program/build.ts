import { type Arena, createArena, type Region, type SegmentName } from './arena.js'
import type { Dtype } from './kernels.js'
import type { Command, Program } from './program.js'
import { verify } from './verify.js'

export interface ProgramBuilder<Name extends string = string> extends Omit<Arena, 'place' | 'within'> {
  readonly dtype: Dtype
  readonly rows: number
  readonly batchRows: number
  place(segment: SegmentName, name: Name, ...shape: number[]): Region
  /** Gives a name to a part of the array `whole`. The part starts `offset` elements after the start of `whole`. */
  within(whole: Region, name: Name, offset: number, ...shape: number[]): Region
  emit(command: Command): void
  /**
   * Checks the commands added so far, and returns them as a program.
   * @throws ProgramError if a command is invalid
   */
  finish(): Program<Name>
}

/**
 * Creates a builder for a program, which is a list of commands for a backend. The list is empty at first. `batchRows` is
 * the number of rows of a batch, which is more than `rows` if ranks share each batch. `guard` is only for tests (see
 * `createArena`).
 */
export function buildProgram<Name extends string = string>(
  name: string,
  dtype: Dtype,
  rows: number,
  {
    batchRows = rows,
    guard = 0,
  }: { readonly batchRows?: number | undefined; readonly guard?: number | undefined } = {},
): ProgramBuilder<Name> {
  const arena = createArena(guard)
  const regions = new Map<Name, Region>()
  const commands: Command[] = []
  const named = (name: Name, region: Region): Region => {
    regions.set(name, region)
    return region
  }
  return {
    dtype,
    rows,
    batchRows,
    place: (segment, name, ...shape) => named(name, arena.place(segment, name, ...shape)),
    within: (whole, name, ...place) => named(name, arena.within(whole, name, ...place)),
    sizes: arena.sizes,
    emit: (command) => commands.push(command),
    finish() {
      const program = { name, dtype, rows, batchRows, sizes: arena.sizes(), regions, commands }
      verify(program)
      return program
    },
  }
}
