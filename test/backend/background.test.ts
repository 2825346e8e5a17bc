import { pbkdf2 } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import type { BackendName, Execution } from '#src/backend/backend'
import { allocate } from '#src/base/memory'
import { createArena } from '#src/program/arena'
import type { Program } from '#src/program/program'
import { verify } from '#src/program/verify'
import { backend, missing } from '../support/backends.js'
import { describeOnBackends } from '../support/each-backend.js'

/** More passes than any test waits for. */
const endless = 2 ** 32 - 1
/** More executions than ever run at the same time. */
const crowd = 3 * Math.max(4, availableParallelism())
const underWay: { execution: Execution; end: Promise<number> }[] = []

/** An execution whose pass is a product of two matrices of `size` x `size`: some milliseconds for 400. */
function create(name: BackendName, size = 400, threads = 1): Execution {
  const arena = createArena()
  const place = (region: string) => arena.place('workspace', region, size, size)
  const product = { kernel: 'gemm', m: size, n: size, k: size, transA: false, transB: false, alpha: 1, beta: 0 }
  const command = {
    ...product,
    a: place('a'),
    b: place('b'),
    out: place('out'),
    scale: arena.place('workspace', 'scale', 1),
  } as Program['commands'][number]
  const sizes = arena.sizes()
  const program: Program = {
    name: 'test',
    dtype: 'float32',
    rows: 1,
    batchRows: 1,
    sizes,
    regions: new Map(),
    commands: [command],
  }
  verify(program)
  const memory = {
    parameters: allocate(Float32Array, 0),
    state: allocate(Float32Array, 0),
    workspace: allocate(Float32Array, sizes.workspace),
    tally: allocate(Float64Array, 0),
  }
  return backend(name).load(program, memory, threads).bind({})
}

function start(execution: Execution): Promise<number> {
  const end = execution.start(0, endless)
  underWay.push({ execution, end })
  return end
}

async function untilReached(execution: Execution, row: number): Promise<void> {
  while (execution.reached.row < row) await wait(1)
}

afterEach(async () => {
  for (const { execution } of underWay) execution.stop()
  await Promise.all(underWay.splice(0).map(({ end }) => end))
})

describeOnBackends('what runs in the background', (name) => {
  it.each([1, 2])('ends after its current pass, with %i threads', async (threads) => {
    const execution = create(name, 400, threads)
    const end = start(execution)
    await untilReached(execution, 3)
    execution.stop()
    const { row: reached } = execution.reached
    const row = await end
    // The pass that was running at the stop may end before or after the position is read.
    expect(row).toBeGreaterThanOrEqual(reached)
    expect(row).toBeLessThanOrEqual(reached + 1)
    await wait(30)
    expect(execution.reached.row).toBe(row)
  })

  it('ends by itself, at the last whole pass, and can be started again', async () => {
    const execution = create(name, 8)
    execution.stop()
    expect(await execution.start(0, 5)).toBe(5)
    expect(await execution.start(5, 5)).toBe(5)
    expect(await execution.start(5, 1005)).toBe(1005)
    expect(execution.reached.row).toBe(1005)
  })

  it.each([1, 2])('says the row and the sum at exactly this row, with %i threads', async (threads) => {
    const arena = createArena()
    // A row has two outputs 0 and the targets 1. So it adds exactly 1 to the sum.
    const a = arena.place('workspace', 'a', 4, 2)
    const y = arena.place('workspace', 'y', 4, 2)
    const weights = arena.place('workspace', 'weights', 4)
    const place = arena.place('tally', 'sum', 1)
    const command = { kernel: 'quadraticCost', rows: 4, columns: 2, a, y, weights, sum: place }
    const sizes = arena.sizes()
    const commands = [command] as unknown as Program['commands']
    const program: Program = {
      name: 'test',
      dtype: 'float32',
      rows: 4,
      batchRows: 4,
      sizes,
      regions: new Map(),
      commands,
    }
    verify(program)
    const memory = {
      parameters: allocate(Float32Array, 0),
      state: allocate(Float32Array, 0),
      workspace: allocate(Float32Array, sizes.workspace),
      tally: allocate(Float64Array, sizes.tally),
    }
    memory.workspace.fill(1, y.offset)
    const loaded = backend(name).load(program, memory, threads)
    const execution = loaded.bind({ sum: memory.tally })
    expect(await execution.start(0, 40)).toBe(40)
    expect(execution.reached).toEqual({ row: 40, sum: 40 })
    memory.tally[0] = 0
    const end = start(execution)
    await untilReached(execution, 4)
    const wrong = []
    const rows = new Set<number>()
    for (let turn = 0; turn < 20; turn++) {
      for (let i = 0; i < 2000; i++) {
        const { row, sum } = execution.reached
        rows.add(row)
        if (row !== sum) wrong.push([row, sum])
      }
      await wait(1)
    }
    execution.stop()
    const row = await end
    expect(wrong).toEqual([])
    expect(rows.size).toBeGreaterThan(2)
    expect(execution.reached).toEqual({ row, sum: row })
    const plain = loaded.bind({})
    await plain.start(0, 4)
    expect(plain.reached.sum).toBeNaN()
  })

  it('gives every other execution its turn, however many there are', async () => {
    const executions = Array.from({ length: crowd }, () => create(name, 100))
    for (const execution of executions) start(execution)
    await Promise.all(executions.map((execution) => untilReached(execution, 1)))
    // None has ended, and a short one gets its turn too.
    expect(await create(name, 8).start(0, 10)).toBe(10)
  })
})

describe.skipIf(missing !== '')(`what runs on threads of our own${missing}`, () => {
  it('is refused while it is already running', () => {
    const execution = create('native')
    start(execution)
    expect(() => execution.start(0, 1)).toThrow(new Error('the execution has been started and has not ended'))
  })

  it('is stopped at once while it waits for its turn', async () => {
    for (let i = 0; i < crowd; i++) start(create('native'))
    const last = create('native')
    const end = start(last)
    last.stop()
    expect(await end).toBe(0)
  })

  it('uses no libuv threads, which files and cryptography need', async () => {
    let keys = 0
    // Two for each of libuv's four threads: what comes later to them waits until at least five are made.
    const making = Array.from({ length: 8 }, async () => {
      await promisify(pbkdf2)('password', 'salt', 50_000, 64, 'sha512')
      keys++
    })
    expect(await create('native', 8).start(0, 10)).toBe(10)
    expect(keys).toBeLessThan(5)
    await Promise.all(making)
  })
})
