import { execFile, spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { DescentError } from '#src/base/errors'
import { endOf, startThread } from '#src/base/worker-threads'

const work = { infinitive: 'draw digits', past: 'drew digits', name: 'test' }
const dist = new URL('../../dist/', import.meta.url)
const isRoot = process.getuid?.() === 0
/** Why threads cannot be limited here. Empty if they can. The system does not limit those of root. */
function whyUnlimited(): string {
  if (process.platform !== 'linux') return ' [not here: it needs Linux]'
  if (spawnSync('prlimit', ['--version']).status !== 0) return ' [not here: prlimit is missing]'
  for (let folder = fileURLToPath(dist); isRoot && folder !== '/'; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o5) !== 0o5) return ` [not here: another user may not read ${folder}]`
  }
  return ''
}
const unlimited = whyUnlimited()

/** Runs a program that draws digits and starts a pool, and returns the number of digits and the error of the pool. */
async function outcomes(setUp: string, flags: string[] = []): Promise<(number | string)[]> {
  const program = `
    import { execFileSync } from 'node:child_process'
    import { stat } from 'node:fs/promises'
    import { createPool, digits, Network } from ${JSON.stringify(new URL('bundle/index.js', dist))}
    const network = new Network([2, 3], { backend: 'typescript' })
    // libuv starts its threads on first use, and the modules that start worker threads are imported on first use.
    await Promise.all([1, 2, 3, 4].map(() => stat('.')))
    await digits({ count: 10, threads: 1 }).catch(() => undefined)
    ${setUp}
    const { rows } = await digits({ count: 10, threads: 1 })
    const pool = async () => createPool(network, { threads: 1 })
    const error = await pool().catch(({ name, message }) => name + ': ' + message)
    console.log(JSON.stringify([rows, error]))`
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...flags,
    '--no-warnings',
    '--input-type=module',
    '--eval',
    program,
  ])
  return JSON.parse(stdout)
}

describe('a worker thread that does not start', () => {
  it.skipIf(unlimited !== '')(
    `because the system gives no more threads says so, and what helps; digits are drawn without it${unlimited}`,
    async () => {
      const limit = `
      if (process.getuid() === 0) {
        process.setgid(65534)
        process.setuid(65534)
      }
      execFileSync('prlimit', ['--pid', String(process.pid), '--nproc=1'])`
      expect(await outcomes(limit)).toEqual([
        10,
        'DescentError: cannot start a worker thread to answer rows (EAGAIN): use fewer threads, or raise the limit of processes and threads (ulimit -u)',
      ])
    },
  )

  it("because Node's permission model allows none says so; digits are drawn without it", async () => {
    const isNew = Number(process.versions.node.split('.')[0]) >= 24
    const flags = [isNew ? '--permission' : '--experimental-permission', '--allow-fs-read=*']
    expect(await outcomes('', flags)).toEqual([
      10,
      "DescentError: cannot start a worker thread to answer rows, because Node's permission model allows none: start node with --allow-worker",
    ])
  })

  it.each([
    ['EMFILE', ': close files, or raise the limit of open files (ulimit -n)'],
    ['ENOMEM', ''],
  ])('for lack of something, which is known only later, says so: %s', async (name, remedy) => {
    const script = `data:text/javascript,throw Object.assign(new Error('Worker initialization failure: ${name}'), { code: 'ERR_WORKER_INIT_FAILED' })`
    const error = await endOf(startThread(new URL(script), undefined, work), work).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(DescentError)
    expect(error).toEqual(new DescentError(`cannot start a worker thread to draw digits (${name})${remedy}`))
  })
})
