import type { Backend, Source } from '#src/backend/backend'
import { allocate } from '#src/base/memory'
import { createRandom } from '#src/base/random'
import { createArena, floatArrayType, type Memory, type Region, view } from '#src/program/arena'
import { type Dtype, type Kernel, type KernelName, kernels } from '#src/program/kernels'
import type { Command, Program } from '#src/program/program'
import { verify } from '#src/program/verify'
import type { Floats } from './numbers.js'
import { plainKernels } from './plain-kernels.js'

/** The value of every element of the arena that no operand of the command touches. */
const sentinel = 12345.5
const guard = 24

export interface CommandTest {
  readonly kernel: KernelName
  readonly dtype: Dtype
  /** Counts, flags and numbers. */
  readonly values: Readonly<Record<string, number | boolean>>
  readonly source?: Source
  readonly position?: number
  /** Changes the operands before the run, by name. */
  readonly prepare?: (regions: Readonly<Record<string, Floats>>) => void
  readonly threads?: number
  /** Whether the memory is that which the backend allocates for networks. */
  readonly inPlace?: boolean
  /** Whether the plain kernel runs too. False for commands that must be refused, since the plain kernel has other error messages. */
  readonly withPlain?: boolean
}

export interface CommandResult {
  /** The regions after the run, by operand, and the results outside the arena. */
  readonly actual: Record<string, Float64Array>
  /** The same from the plain kernel. */
  readonly expected: Record<string, Float64Array>
  /** Elements outside the written operands that changed. */
  readonly strayWrites: string[]
}

/** Runs one command on a backend, in an arena with guard bands, and with its plain kernel. */
export function runCommand(backend: Backend, test: CommandTest): CommandResult {
  const { kernel, dtype, values, source = {}, position = 0, prepare, threads = 1, withPlain = true, inPlace } = test
  const { operands }: Kernel = kernels[kernel]
  const arena = createArena(guard)
  const regions: Record<string, Region> = {}
  for (const [name, type] of Object.entries(operands)) {
    if (typeof type === 'string') continue
    const shape = type.extent.map((count) => Number(values[count]))
    regions[name] = arena.place(type.kind === 'doubles' ? 'tally' : 'workspace', name, ...shape)
  }
  const command = { kernel, ...values, ...regions } as unknown as Command
  const sizes = arena.sizes()
  const rows = Number(values.rows ?? 1)
  const program: Program = {
    name: 'test',
    dtype,
    rows,
    batchRows: rows,
    sizes,
    regions: new Map(),
    commands: [command],
  }
  verify(program)

  const Type = floatArrayType(dtype)
  const parameters = inPlace ? backend.allocateParameters(dtype, 0) : allocate<Floats>(Type, 0)
  const workspace = inPlace
    ? backend.allocateBeside(parameters, sizes.workspace)
    : allocate<Floats>(Type, sizes.workspace)
  const memory: Memory = {
    parameters,
    state: allocate<Floats>(Type, 0),
    workspace: workspace.fill(sentinel),
    tally: allocate(Float64Array, sizes.tally).fill(sentinel),
  }
  const views: Record<string, Floats> = {}
  for (const [name, region] of Object.entries(regions)) {
    views[name] = view(memory, region)
    createRandom(7, kernel, name).fillNormal(views[name], 1)
  }
  prepare?.(views)
  const expected = copiesOf(views)
  const { ranks, ...arrays } = source
  const plainSource: Source = { ...structuredClone(arrays), ranks }
  if (withPlain) plainKernels[kernel]({ ...values, ...expected }, plainSource, position)
  const before = { workspace: memory.workspace.slice(), tally: memory.tally.slice() }

  // A run ends with its last whole pass, so this is one pass from `position`.
  backend
    .load(program, memory, threads)
    .bind(source)
    .run(position, position + program.rows)

  const actual = copiesOf(views)
  for (const name of ['outputs', 'classes'] as const) {
    actual[name] = Float64Array.from(source[name] ?? [])
    expected[name] = Float64Array.from(plainSource[name] ?? [])
  }
  return { actual, expected, strayWrites: findStrayWrites(kernel, regions, memory, before) }
}

// Not Float64Array.from, which takes longer for the millions of elements of the largest products than the products themselves.
const copiesOf = (views: Readonly<Record<string, Floats>>): Record<string, Float64Array> =>
  Object.fromEntries(Object.entries(views).map(([name, elements]) => [name, new Float64Array(elements)]))

function findStrayWrites(
  kernel: KernelName,
  regions: Readonly<Record<string, Region>>,
  memory: Memory,
  before: { workspace: Floats; tally: Floats },
): string[] {
  const { operands }: Kernel = kernels[kernel]
  const written = Object.entries(regions).filter(([name]) => {
    const type = operands[name]
    return typeof type === 'object' && type.access !== 'read'
  })
  const stray: string[] = []
  for (const segment of ['workspace', 'tally'] as const) {
    const [now, then] = [memory[segment], before[segment]]
    const allowed = new Uint8Array(now.length)
    for (const [, region] of written) {
      const size = region.shape.reduce((a, b) => a * b, 1)
      if (region.segment === segment) allowed.fill(1, region.offset, region.offset + size)
    }
    for (let i = 0; i < now.length; i++) {
      if (!allowed[i] && !Object.is(now[i], then[i])) stray.push(`${segment}[${i}]`)
    }
  }
  return stray
}
