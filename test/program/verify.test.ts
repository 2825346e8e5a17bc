import { describe, expect, it } from 'vitest'
import { ProgramError } from '#src/base/errors'
import { allocate } from '#src/base/memory'
import type { Memory, Region } from '#src/program/arena'
import { buildProgram } from '#src/program/build'
import type { CommandOf, Program } from '#src/program/program'
import { encode } from '#src/program/program'
import { verify } from '#src/program/verify'
import { addon, missing } from '../support/backends.js'

type Gemm = CommandOf<'gemm'>

/** A valid program of one command, with some operands changed. */
function broken(changes: Partial<Record<keyof Gemm, unknown>>): Program {
  const program = buildProgram('test', 'float32', 2)
  const one = program.place('workspace', 'one')
  const a = program.place('workspace', 'a', 2, 3)
  const b = program.place('workspace', 'b', 3, 4)
  const out = program.place('workspace', 'out', 2, 4)
  program.emit({
    kernel: 'gemm',
    transA: false,
    transB: false,
    m: 2,
    n: 4,
    k: 3,
    alpha: 1,
    scale: one,
    a,
    b,
    beta: 0,
    out,
  })
  const { commands, ...rest } = program.finish()
  const [command] = commands
  return { ...rest, commands: [{ ...command, ...changes } as Gemm] }
}

const region = (changes: Partial<Region>): Region => ({
  name: 'r',
  segment: 'workspace',
  offset: 0,
  shape: [8],
  ...changes,
})

// The workspace of the program above: one at 0, a at 16, b at 32, out at 48.
const wrong: [string, Partial<Record<keyof Gemm, unknown>>, string][] = [
  ['a region past the end', { out: region({ offset: 50 }) }, 'out ends at 58, the workspace has 56'],
  ['a region before the start', { out: region({ offset: -1 }) }, 'out starts at -1'],
  ['a region that is too small', { a: region({ shape: [5] }) }, 'a needs 6 elements, its region r has 5'],
  [
    'a region of sums where floats belong',
    { out: region({ segment: 'tally' }) },
    'out lies in tally, which does not hold floats',
  ],
  ['no region', { out: 7 }, 'out must be a region, not 7'],
  ['a fractional count', { m: 1.5 }, 'm must be a whole number of at least 1, not 1.5'],
  ['a count of zero', { k: 0 }, 'k must be a whole number of at least 1, not 0'],
  ['a count past what BLAS takes', { n: 2 ** 31 }, 'n must be a whole number of at least 1, not 2147483648'],
  ['a number for a flag', { transA: 1 }, 'transA must be true or false, not 1'],
  ['text for a number', { alpha: '1' }, 'alpha must be a number, not 1'],
  ['an output over an input', { out: region({ offset: 36 }) }, 'out overlaps b'],
]

describe('verify', () => {
  it('accepts a valid program', () => {
    expect(() => verify(broken({}))).not.toThrow()
  })

  it.each(wrong)('refuses %s', (_name, changes, problem) => {
    expect(() => verify(broken(changes))).toThrow(new ProgramError(`command 0 (gemm): ${problem}`))
  })

  it('refuses a kernel that is not in the table', () => {
    const program = broken({ kernel: 'gemv' })
    expect(() => verify(program)).toThrow(new ProgramError('command 0 (gemv): there is no such kernel'))
  })
})

describe.skipIf(missing !== '')(`the native backend checks programs again${missing}`, () => {
  const memory = ({ sizes }: Program): Memory => ({
    parameters: allocate(Float32Array, sizes.parameters),
    state: allocate(Float32Array, sizes.state),
    workspace: allocate(Float32Array, sizes.workspace),
    tally: allocate(Float64Array, sizes.tally),
  })
  const load = (words: Float64Array) => {
    if (!('addon' in addon)) throw new Error(missing)
    const { parameters, state, workspace, tally } = memory(broken({}))
    return new addon.addon.Program(words, 'float32', 2, 2, 1, [parameters, state, workspace, tally])
  }
  const words = encode(broken({}))
  // kernel, transA, transB, m, n, k, alpha, scale (2), a (2), b (2), beta, out (2)
  const changed = (index: number, value: number) => words.map((word, i) => (i === index ? value : word))

  it('accepts a valid program', () => {
    expect(() => load(words)).not.toThrow()
  })

  it.each([
    ['a region past the end', changed(15, 50), 'command 0 (gemm): out ends at 58, the workspace has 56'],
    [
      'an offset near the largest number',
      changed(15, 2 ** 62),
      'command 0 (gemm): out ends at 4611686018427387904, the workspace has 56',
    ],
    // These offsets do not fit in the integers of the decoder.
    ['an offset of 2^63', changed(15, 2 ** 63), 'command 0 (gemm): out ends at 9.22337e+18, the workspace has 56'],
    ['an offset of 1e300', changed(15, 1e300), 'command 0 (gemm): out ends at 1e+300, the workspace has 56'],
    ['an infinite offset', changed(15, Infinity), 'command 0 (gemm): out ends at inf, the workspace has 56'],
    ['a negative offset', changed(15, -1), 'command 0 (gemm): out starts at -1.000000'],
    ['an offset that is NaN', changed(15, Number.NaN), 'command 0 (gemm): out starts at nan'],
    // With m = 3, a has nine elements from 16 to 25, which exist, and out has twelve from 48 to 60, which do not.
    ['a count that makes a region too large', changed(3, 3), 'command 0 (gemm): out ends at 60, the workspace has 56'],
    ['a count of zero', changed(4, 0), 'command 0 (gemm): n must be a whole number of at least 1, not 0.000000'],
    ['a flag of 2', changed(1, 2), 'command 0 (gemm): transA must be 0 or 1, not 2.000000'],
    ['a segment that does not exist', changed(14, 9), 'command 0 (gemm): out lies in no segment'],
    ['a kernel that does not exist', changed(0, 99), 'command 0: there is no kernel 99.000000'],
    [
      'a program that is cut off',
      words.subarray(0, 9),
      'command 0 (gemm): a is cut off: the program ends after 9 words',
    ],
  ])('refuses %s', (_name, program, message) => {
    expect(() => load(program)).toThrow(Object.assign(new Error(message), { code: 'DESCENT_PROGRAM' }))
  })

  it('refuses memory and sources of another type', () => {
    if (!('addon' in addon)) throw new Error(missing)
    const { Program } = addon.addon
    const float64 = new Float64Array(56)
    expect(() => new Program(words, 'float32', 2, 2, 1, [float64, float64, float64, float64])).toThrow(
      'parameters is a typed array of another type than the program takes',
    )
    expect(() => load(words).bind({ order: new Int32Array(1) as unknown as Uint32Array })).toThrow(
      'order is a typed array of another type than the program takes',
    )
  })
})
