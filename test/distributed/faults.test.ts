/** What becomes of a job if one of its processes does not do its part. Without the guard, most of these jobs would hang. */
import { describe, expect, it } from 'vitest'
import { mpiExpected, mpiLaunchers, runJob } from '../support/mpi-jobs.js'

/** Three ranks sum again and again. What rank 1 does in the middle is `fault`. */
const inTheMiddle = (fault: string) => `
const communicator = await connect({ timeoutMs: 3000, connectTimeoutMs: 20000 })
for (let i = 0; i < 20; i++) {
  if (communicator.rank === 1 && i === 10) { ${fault} }
  await communicator.allreduce(new Float32Array(10000).fill(1))
}
await communicator.close()
console.log('closed')`

/** Rank 1 does something instead of connecting. */
const atFirst = (fault: string) => `
if (launched === 1) { ${fault} }
const communicator = await connect({ timeoutMs: 3000, connectTimeoutMs: 3000 })
await communicator.barrier()
await communicator.close()
console.log('closed')`

const leftWithoutClose = 'descent: rank 1 of 3 ended without a call of close() of its communicator (exit code 71)'
const waited = (call: string, rank = 0) =>
  `descent: rank ${rank} of 3 waited 3 s in ${call} for the other ranks: one of them has ended, hangs, or does something else (exit code 72)`
const notConnected =
  'descent: rank 0 of 3 waited 3 s in connect() for the other ranks: one of them has not called it, or cannot be reached (exit code 70)'

interface Fault {
  readonly name: string
  readonly program: string
  /** The exit codes of the launchers. MPICH's launcher has codes of its own for some ends. */
  readonly codes: readonly [openMpi: readonly number[], mpich: readonly number[]]
  /** The lines that the guard prints. */
  readonly says: readonly string[]
  /** A part of what else is printed. */
  readonly shows?: string
}

const faults: readonly Fault[] = [
  {
    name: 'throws',
    program: inTheMiddle(`throw new Error('a fault of rank 1')`),
    codes: [[1], [1]],
    says: [],
    shows: 'Error: a fault of rank 1',
  },
  {
    name: 'has a rejection that is not handled',
    program: inTheMiddle(`Promise.reject(new Error('a rejection of rank 1'))`),
    codes: [[1], [1]],
    says: [],
    shows: 'Error: a rejection of rank 1',
  },
  {
    name: 'ends with process.exit(0)',
    program: inTheMiddle('process.exit(0)'),
    codes: [[71], [71]],
    says: [leftWithoutClose],
  },
  { name: 'ends with process.exit(5)', program: inTheMiddle('process.exit(5)'), codes: [[5], [5]], says: [] },
  {
    name: 'is killed by SIGKILL',
    program: inTheMiddle(`process.kill(process.pid, 'SIGKILL'); await delay(60000)`),
    codes: [[137], [9, 137]],
    says: [],
  },
  {
    name: 'is killed by SIGSEGV',
    program: inTheMiddle(`process.kill(process.pid, 'SIGSEGV'); await delay(60000)`),
    codes: [[139], [11, 139]],
    says: [],
  },
  {
    name: 'leaves the loop early, and closes',
    program: inTheMiddle('break'),
    codes: [[1], [1]],
    says: [],
    shows:
      'CommunicatorError: all ranks must make the same call: rank 0 calls allreduce (sum) of 10000 float32 numbers, but rank 1 calls close',
  },
  {
    name: 'leaves the loop early, and ends',
    program: inTheMiddle('await delay(100); process.exitCode = 0; process.exit()'),
    codes: [[71], [71]],
    says: [leftWithoutClose],
  },
  {
    name: 'runs an endless loop',
    program: inTheMiddle('for (;;);'),
    codes: [[72], [72]],
    says: [waited('allreduce()')],
  },
  {
    name: 'waits forever',
    program: inTheMiddle('await delay(60000)'),
    codes: [[72], [72]],
    says: [waited('allreduce()')],
  },
  {
    name: 'is stopped by SIGSTOP',
    program: inTheMiddle(`process.kill(process.pid, 'SIGSTOP')`),
    codes: [[72], [72, 9, 137]],
    says: [waited('allreduce()')],
  },
  {
    name: 'leaves the sums of a kernel',
    program: inTheMiddle('await delay(60000)').replace('await communicator.allreduce(', 'communicator.ranks.sumNow('),
    codes: [[72], [72]],
    says: [waited('the sum of a gradient')],
  },
  {
    name: 'calls abort(9)',
    program: inTheMiddle('communicator.abort(9)'),
    codes: [[9], [9]],
    says: [],
  },
  {
    name: 'ends before it connects',
    program: atFirst('process.exit(0)'),
    codes: [
      [1, 70],
      [70, 9, 137],
    ],
    says: [notConnected],
  },
  {
    name: 'throws before it connects',
    program: atFirst(`throw new Error('early')`),
    codes: [
      [1, 70],
      [1, 70, 9, 71, 137],
    ],
    says: [notConnected],
  },
  {
    name: 'never connects',
    program: atFirst('await delay(60000)'),
    codes: [[70], [70, 9, 137]],
    says: [notConnected],
  },
]

describe.each(mpiLaunchers.map((launcher, place) => ({ ...launcher, place })))('a rank under $title', (launcher) => {
  it.skipIf(launcher.isMissing && !mpiExpected).each(faults)('$name', async ({ program, codes, says, shows }) => {
    const { code, stdout, stderr, left } = await runJob(launcher, program, { ranks: 3, limit: 40_000 })
    const said = stderr.split('\n').filter((line) => line.startsWith('descent:'))
    expect({ code, said, stdout, left, stderr }).toMatchObject({ said: says, stdout: '', left: 0 })
    expect(codes[launcher.place]).toContain(code)
    if (shows !== undefined) expect(stderr).toContain(shows)
  })
})
