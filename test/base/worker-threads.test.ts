import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { DescentError } from '#src/base/errors'
import { endOf, startThread } from '#src/base/worker-threads'

const work = { infinitive: 'draw digits', past: 'drew digits', name: 'test' }
const dist = new URL('../../dist/', import.meta.url)
const limits = process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0

/** Runs a program that starts a pool and draws digits, and returns the errors of both. */
async function failures(setUp: string, flags: string[] = []): Promise<string[]> {
  const program = `
    import { execFileSync } from 'node:child_process'
    import { stat } from 'node:fs/promises'
    import { createPool, digits, Network } from ${JSON.stringify(new URL('bundle/index.js', dist))}
    const network = new Network([2, 3], { backend: 'typescript' })
    // libuv starts its threads on first use, and the modules that start worker threads are imported on first use.
    await Promise.all([1, 2, 3, 4].map(() => stat('.')))
    await digits({ count: 10, threads: 1 }).catch(() => undefined)
    ${setUp}
    const failures = []
    for (const use of [() => digits({ count: 10, threads: 1 }), () => createPool(network, { threads: 1 })]) {
      try {
        await use()
      } catch ({ name, message }) {
        failures.push(name + ': ' + message)
      }
    }
    console.log(JSON.stringify(failures))`
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
  it.skipIf(!limits)('because the system gives no more threads says so, and what helps', async () => {
    const limit = `
      if (process.getuid() === 0) {
        process.setgid(65534)
        process.setuid(65534)
      }
      execFileSync('prlimit', ['--pid', String(process.pid), '--nproc=1'])`
    expect(await failures(limit)).toEqual(
      ['draw digits', 'answer rows'].map(
        (what) =>
          `DescentError: cannot start a worker thread to ${what} (EAGAIN): use fewer threads, or raise the limit of processes and threads (ulimit -u)`,
      ),
    )
  })

  it("because Node's permission model allows none says so", async () => {
    const isNew = Number(process.versions.node.split('.')[0]) >= 24
    const flags = [isNew ? '--permission' : '--experimental-permission', '--allow-fs-read=*']
    expect(await failures('', flags)).toEqual(
      ['draw digits', 'answer rows'].map(
        (what) =>
          `DescentError: cannot start a worker thread to ${what}, because Node's permission model allows none: start node with --allow-worker`,
      ),
    )
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
