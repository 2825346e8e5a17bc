import { describe, expect, it } from 'vitest'
import { Dataset } from '#src/data/dataset'
import { createTogether } from '#src/engine/together'
import type { Workspace } from '#src/engine/workspace'

const dataset = (first: number, rows = 1, areBytes = false) => {
  const numbers = Array.from({ length: 2 * rows }, (_, i) => first + (i >> 1))
  return new Dataset({ inputs: areBytes ? Uint8Array.from(numbers) : Float64Array.from(numbers), width: 2 })
}

/** A queue for one workspace that is free once `open` is called, and the passes that ran in it. */
function create() {
  const passes: { rows: number; kind: string }[] = []
  let open: () => void = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const together = createTogether(async (_what, work) => {
    await gate
    return work({} as Workspace)
  })
  /** Answers each row with its first number and ten times it. */
  const twice = async (_workspace: Workspace, { inputs, rows, scale }: Dataset) => {
    passes.push({ rows, kind: `${inputs.constructor.name} x ${scale}` })
    return Float64Array.from({ length: 2 * rows }, (_, i) => inputs[i & ~1] * (i % 2 ? 10 : 1))
  }
  return { together, twice, passes, open }
}

describe('calls that wait together', () => {
  it('are answered in one pass, each with its own rows', async () => {
    const { together, twice, passes, open } = create()
    const calls = [
      together('a', dataset(1), twice),
      together('b', dataset(5, 3), twice),
      together('c', dataset(9), twice),
    ]
    open()
    expect(await Promise.all(calls)).toEqual([
      Float64Array.of(1, 10),
      Float64Array.of(5, 50, 6, 60, 7, 70),
      Float64Array.of(9, 90),
    ])
    // Five rows, padded to a power of two.
    expect(passes).toEqual([{ rows: 8, kind: 'Float64Array x 1' }])
  })

  it('share a pass only if they compute the same from numbers of the same type', async () => {
    const { together, twice, passes, open } = create()
    const other = (workspace: Workspace, rows: Dataset) => twice(workspace, rows)
    const calls = [
      together('a', dataset(1), twice),
      together('b', dataset(2, 1, true), twice),
      together('c', dataset(3), other),
      together('d', dataset(4), twice),
    ]
    open()
    expect((await Promise.all(calls)).map(([first]) => first)).toEqual([1, 2, 3, 4])
    expect(passes.map(({ rows }) => rows)).toEqual([2, 1, 1])
    expect(passes[1].kind).toBe(`Uint8Array x ${1 / 255}`)
  })

  it('have passes of their own beyond 64 rows, and share none of more than 1,024', async () => {
    const { together, twice, passes, open } = create()
    const calls = [together('long', dataset(0, 65), twice)]
    for (let i = 0; i < 17; i++) calls.push(together('short', dataset(i, 64), twice))
    open()
    const answers = await Promise.all(calls)
    expect(answers.map(([first]) => first)).toEqual([0, ...Array(17).keys()])
    expect(passes.map(({ rows }) => rows)).toEqual([65, 1024, 64])
  })

  it('do not join a pass that has begun', async () => {
    const { together, twice, passes, open } = create()
    open()
    let second: Promise<Float64Array> | undefined
    const compute = (workspace: Workspace, rows: Dataset): Promise<Float64Array> => {
      second ??= together('b', dataset(2), compute)
      return twice(workspace, rows)
    }
    expect(await together('a', dataset(1), compute)).toEqual(Float64Array.of(1, 10))
    expect(await second).toEqual(Float64Array.of(2, 20))
    expect(passes.map(({ rows }) => rows)).toEqual([1, 1])
  })

  it('all fail with the error of their pass, and leave nothing behind', async () => {
    const { together, twice, open } = create()
    const fail = async (): Promise<Float64Array> => {
      throw new Error('out of memory')
    }
    const calls = [together('a', dataset(1), fail), together('b', dataset(2), fail)]
    open()
    for (const { status, reason } of (await Promise.allSettled(calls)) as PromiseRejectedResult[]) {
      expect([status, String(reason)]).toEqual(['rejected', 'Error: out of memory'])
    }
    expect(await together('c', dataset(3), twice)).toEqual(Float64Array.of(3, 30))
  })
})
