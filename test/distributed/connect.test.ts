import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { OptionError } from '#src/base/errors'
import { connect } from '#src/distributed'
import { childEnvironment, launchedProcess } from '#src/distributed/environment'
import { mpiExpected, mpiLaunchers, runJob } from '../support/mpi-jobs.js'

describe('connect without a launcher', () => {
  it('gives a communicator of one, which leaves all numbers as they are', async () => {
    const communicator = await connect()
    expect(communicator).toMatchObject({ rank: 0, size: 1, engine: 'local', library: '', ranks: undefined })
    const values = Float32Array.of(1, 2)
    await communicator.allreduce(values)
    await communicator.broadcast(values)
    await communicator.barrier()
    await communicator.agree({ seed: 1 })
    expect([...values]).toEqual([1, 2])
    expect(await communicator.split(3)).toMatchObject({ rank: 0, size: 1 })
    await communicator.close()
  })

  // A library that is loaded by the import would cost each program its start-up time, and each one would need MPI.
  it('loads no native library', () => {
    const url = new URL('../../dist/bundle/distributed.js', import.meta.url)
    const program = `
      const { connect } = await import(${JSON.stringify(url)})
      const communicator = await connect()
      const loaded = process.report.getReport().sharedObjects.filter((path) => /mpi|descent|openblas/i.test(path))
      console.log(communicator.engine, loaded)`
    const args = ['--input-type=module', '-e', program]
    expect(execFileSync(process.execPath, args, { encoding: 'utf8', env: childEnvironment() })).toBe('local []\n')
  })

  it.each([
    [{ engine: 'gloo' }, "engine must be 'auto', 'mpi' or 'local', not \"gloo\""],
    [{ timeoutMs: 0 }, 'timeoutMs must be a whole number from 1 to 2147483647, not 0'],
    [{ connectTimeoutMs: 1.5 }, 'connectTimeoutMs must be a whole number from 1 to 2147483647, not 1.5'],
    [{ library: 3 }, 'library must be a name or path, not 3'],
    [{ timeout: 3 }, 'unknown connect option "timeout"; known: engine, library, timeoutMs, connectTimeoutMs'],
  ])('refuses %o', async (options, message) => {
    await expect(connect(options as Parameters<typeof connect>[0])).rejects.toThrow(new OptionError(message))
  })

  it('refuses arrays and operations that MPI would not take either', async () => {
    const { allreduce, broadcast, split } = await connect()
    await expect(allreduce(new Uint8Array(1) as never)).rejects.toThrow(
      new OptionError('values must be a Float32Array, Float64Array, Int32Array or Uint32Array, not Uint8Array(1)'),
    )
    await expect(allreduce(new Int32Array(1), 'mean' as never)).rejects.toThrow(
      new OptionError("op must be 'sum', 'min' or 'max', not \"mean\""),
    )
    await expect(broadcast(new Int32Array(1), 1)).rejects.toThrow(
      new OptionError('root must be a whole number from 0 to 0, not 1'),
    )
    await expect(broadcast([1] as never)).rejects.toThrow(
      new OptionError('values must be a typed array or a DataView, not [1]'),
    )
    await expect(split(-1)).rejects.toThrow(
      new OptionError('color must be a whole number from 0 to 2147483647, not -1'),
    )
  })
})

describe('the environment of a launcher', () => {
  it.each([
    ['Open MPI', { OMPI_COMM_WORLD_RANK: '1', OMPI_COMM_WORLD_SIZE: '2', PMI_RANK: '0', PMI_SIZE: '1' }, 1, 2],
    ['MPICH', { PMI_RANK: '3', PMI_SIZE: '4' }, 3, 4],
    ['srun', { SLURM_PROCID: '0', SLURM_STEP_NUM_TASKS: '8', SLURM_NTASKS: '9' }, 0, 8],
  ])('of %s says rank and size', (_, environment, rank, size) => {
    expect(launchedProcess(environment)).toMatchObject({ rank, size })
  })

  // A batch script of Slurm has the last two variables before anything is launched.
  it.each([
    [{}],
    [{ PMI_RANK: 'x', PMI_SIZE: '2' }],
    [{ PMI_RANK: '2', PMI_SIZE: '2' }],
    [{ SLURM_NTASKS: '8', SLURM_PROCID: '0' }],
  ])('is not seen in %o', (environment) => {
    expect(launchedProcess(environment)).toBeUndefined()
  })

  it('is kept from the children of a rank', () => {
    const launcher = { OMPI_COMM_WORLD_RANK: '1', PMI_FD: '3', PMIX_RANK: '1', SLURM_JOB_ID: '7', MPI_LOCALRANKID: '0' }
    expect(childEnvironment({ ...launcher, PATH: '/bin', DESCENT_MPI_LIBRARY: 'x', EMPTY: undefined })).toEqual({
      PATH: '/bin',
      DESCENT_MPI_LIBRARY: 'x',
    })
  })
})

/** Prints what all ranks have, one line a rank, from rank 0 only, so that the order is sure. */
const report = `
const lines = []
const say = (text) => lines.push(text)
async function print(communicator) {
  const { rank, size } = communicator
  const length = 4000
  const all = new Int32Array(size * length)
  all.set(new TextEncoder().encode(lines.join('\\n')), rank * length)
  await communicator.allreduce(all)
  if (rank > 0) return
  for (let r = 0; r < size; r++) {
    const own = all.subarray(r * length, (r + 1) * length)
    console.log('rank ' + r + ':\\n' + Buffer.from(own.filter((byte) => byte > 0)).toString())
  }
}`

describe.each(mpiLaunchers)('$title', (launcher) => {
  const test = it.skipIf(launcher.isMissing && !mpiExpected)

  test('connects the ranks, which sum, compare, copy and divide', async () => {
    const program = `${report}
    const communicator = await connect({ timeoutMs: 20000 })
    const { rank, size } = communicator
    say(communicator.engine + ' ' + rank + ' of ' + size + ' ' + /Open MPI|MPICH/.exec(communicator.library))
    for (const Type of [Float32Array, Float64Array, Int32Array, Uint32Array]) {
      const sum = Type.of(rank, 10), min = Type.of(rank + 5), max = Type.of(rank + 5)
      await communicator.allreduce(sum)
      await communicator.allreduce(min, 'min')
      await communicator.allreduce(max, 'max')
      say([Type.name, sum, min, max].join(' '))
    }
    const copied = new DataView(new ArrayBuffer(3), 1, 2)
    copied.setInt16(0, 100 + rank)
    await communicator.broadcast(copied, 2)
    say('copied ' + copied.getInt16(0))
    const odd = await communicator.split(rank % 2, -rank)
    const inside = Float64Array.of(rank)
    await odd.allreduce(inside)
    say('in the part: rank ' + odd.rank + ' of ' + odd.size + ', sum ' + inside)
    await odd.close()
    const now = new Float64Array(5).fill(rank + 1)
    communicator.ranks.sumNow(now)
    say('now ' + now)
    await communicator.agree({ seed: 1, name: 'x', missing: undefined })
    await communicator.barrier()
    await print(communicator)
    await communicator.close()
    await communicator.close()
    await communicator.barrier().catch((error) => { if (rank === 0) console.log(String(error)) })`
    const { code, stdout, left } = await runJob(launcher, program, { ranks: 3 })
    const library = launcher.name
    const types = ['Float32Array', 'Float64Array', 'Int32Array', 'Uint32Array'].map((name) => `${name} 3,30 5 7`)
    const expected = [
      ['in the part: rank 1 of 2, sum 2', 0],
      ['in the part: rank 0 of 1, sum 1', 1],
      ['in the part: rank 0 of 2, sum 2', 2],
    ].flatMap(([part, rank]) => [
      `rank ${rank}:`,
      `mpi ${rank} of 3 ${library}`,
      ...types,
      'copied 102',
      part,
      'now 6,6,6,6,6',
    ])
    expect(stdout.trim().split('\n')).toEqual([...expected, 'CommunicatorError: the communicator is closed'])
    expect({ code, left }).toEqual({ code: 0, left: 0 })
  })

  // MPI itself would destroy memory, or wait forever.
  test('gives each rank an error if the ranks do not make the same call, and goes on', async () => {
    const program = `${report}
    const communicator = await connect({ timeoutMs: 20000 })
    const { rank } = communicator
    const tries = [
      () => communicator.allreduce(new Float32Array(rank === 2 ? 5 : 7)),
      () => communicator.allreduce(new Float32Array(7), rank === 1 ? 'max' : 'sum'),
      () => communicator.allreduce(rank === 1 ? new Float64Array(7) : new Float32Array(7)),
      () => communicator.broadcast(new Uint8Array(8), rank === 0 ? 1 : 0),
      () => rank === 0 ? communicator.close() : communicator.barrier(),
      () => rank === 0 ? communicator.split(0) : communicator.agree({ seed: 1 }),
    ]
    for (const call of tries) await call().then(() => say('no error'), (error) => say(String(error)))
    await print(communicator)
    await communicator.close()`
    const { code, stdout, left } = await runJob(launcher, program, { ranks: 3 })
    const same = 'CommunicatorError: all ranks must make the same call: rank 0 calls'
    const errors = [
      `${same} allreduce (sum) of 7 float32 numbers, but rank 2 calls allreduce (sum) of 5 float32 numbers`,
      `${same} allreduce (sum) of 7 float32 numbers, but rank 1 calls allreduce (max) of 7 float32 numbers`,
      `${same} allreduce (sum) of 7 float32 numbers, but rank 1 calls allreduce (sum) of 7 float64 numbers`,
      `${same} broadcast from rank 1 of 8 uint8 numbers, but rank 1 calls broadcast from rank 0 of 8 uint8 numbers`,
      `${same} close, but rank 1 calls barrier`,
      `${same} split, but rank 1 calls allreduce (max) of 8 float64 numbers`,
    ]
    expect(stdout.trim().split('\n')).toEqual([0, 1, 2].flatMap((rank) => [`rank ${rank}:`, ...errors]))
    expect({ code, left }).toEqual({ code: 0, left: 0 })
  })

  test('sends arrays in pieces that MPI can count', async () => {
    const path = JSON.stringify(new URL('../../dist/backend/select.js', import.meta.url))
    const program = `
    const { backends } = await import(${path})
    const { Communicator } = backends.addon().addon
    const start = { library: '', rank: launched, size: 2, timeout: 20000, connectTimeout: 20000, piece: 3 }
    const communicator = new Communicator(start)
    const array = Float64Array.from({ length: 11 }, (_, i) => i + 100 * launched)
    await communicator.allreduce(array, 'sum')
    const copied = Int32Array.from({ length: 7 }, (_, i) => i + 100 * launched)
    await communicator.broadcast(copied, 1)
    if (launched === 0) console.log(array.join() + '\\n' + copied.join())
    await communicator.close()`
    const { code, stdout } = await runJob(launcher, program, { ranks: 2 })
    expect(stdout.trim().split('\n')).toEqual([
      '100,102,104,106,108,110,112,114,116,118,120',
      '100,101,102,103,104,105,106',
    ])
    expect(code).toBe(0)
  })
})
