import { ProgramError } from '../base/errors.js'
import { type Region, regionLength } from './arena.js'
import { type Kernel, kernels, type RegionOperand } from './kernels.js'
import { type Command, operandsOf, type Program } from './program.js'

/**
 * Checks every command of a program against the table of kernels. Operands must have the right types. An operand that
 * is a region of memory must lie within its segment of the program's memory, and must be as large as the command
 * requires. The result must not overlap another operand, unless the kernel allows this.
 * @throws ProgramError if a command is invalid. The message names the command and the operand: "command 7 (gemm): out
 * ends at 9410, the workspace has 9408"
 */
export function verify(program: Program): void {
  program.commands.forEach((command, index) => {
    const fail = (problem: string): never => {
      throw new ProgramError(`command ${index} (${command.kernel}): ${problem}`)
    }
    if (!(command.kernel in kernels)) fail('there is no such kernel')
    for (const { name, type, value } of operandsOf(command)) {
      if (typeof type === 'object') checkRegion(program, command, name, type, value, fail)
      else if (type === 'flag' && typeof value !== 'boolean')
        fail(`${name} must be true or false, not ${String(value)}`)
      else if (type === 'number' && typeof value !== 'number') fail(`${name} must be a number, not ${String(value)}`)
      else if (type === 'count' && !isCount(value))
        fail(`${name} must be a whole number of at least 1, not ${String(value)}`)
    }
    checkOverlap(command, fail)
  })
}

function isCount(value: unknown): boolean {
  // 2^31 - 1 is the largest dimension that BLAS accepts.
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value < 2 ** 31
}

function checkRegion(
  program: Program,
  command: Command,
  name: string,
  type: RegionOperand,
  value: unknown,
  fail: (problem: string) => never,
): void {
  if (typeof value !== 'object' || value === null) fail(`${name} must be a region, not ${String(value)}`)
  const region = value as Region
  if ((region.segment === 'tally') !== (type.kind === 'doubles')) {
    fail(`${name} lies in ${region.segment}, which does not hold ${type.kind}`)
  }
  const needed = extentLength(command, type)
  const length = regionLength(region)
  if (length < needed) fail(`${name} needs ${needed} elements, its region ${region.name} has ${length}`)
  if (!Number.isInteger(region.offset) || region.offset < 0) fail(`${name} starts at ${region.offset}`)
  const size = program.sizes[region.segment]
  if (region.offset + length > size)
    fail(`${name} ends at ${region.offset + length}, the ${region.segment} has ${size}`)
}

/**
 * Returns the number of elements that a command uses in a region of memory. `type` is the type of the operand for this
 * region.
 */
export function extentLength(command: Command, type: RegionOperand): number {
  const counts: Readonly<Record<string, unknown>> = command
  return type.extent.reduce((product, count) => product * Number(counts[count]), 1)
}

function checkOverlap(command: Command, fail: (problem: string) => never): void {
  const { inPlace = [] }: Kernel = kernels[command.kernel]
  const regions = operandsOf(command).flatMap(({ name, type, value }) =>
    typeof type === 'object'
      ? [{ name, type, region: value as Region, end: (value as Region).offset + extentLength(command, type) }]
      : [],
  )
  for (const written of regions.filter(({ type }) => type.access !== 'read')) {
    for (const other of regions) {
      if (other === written || other.region.segment !== written.region.segment) continue
      const apart = other.end <= written.region.offset || written.end <= other.region.offset
      const same = inPlace.includes(other.name) && other.region.offset === written.region.offset
      if (!apart && !same) fail(`${written.name} overlaps ${other.name}`)
    }
  }
}
