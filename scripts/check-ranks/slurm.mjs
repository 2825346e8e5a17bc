/** Runs Slurm on this machine, with all its files in a folder, and a node that claims to have four processors. */
import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { pause } from './jobs.mjs'

/** Returns the number of a port that is free. @returns {Promise<number>} */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('the system gives no port')
  return address.port
}

/**
 * Starts the programs of Slurm, and waits until the node takes jobs. Rejects with an error if it does not within a minute.
 *
 * @param {string} folder an absolute path
 */
export async function startSlurm(folder) {
  for (const name of ['state', 'spool']) mkdirSync(join(folder, name))
  const path = (/** @type {string} */ name) => join(folder, name)
  writeFileSync(path('munge.key'), randomBytes(128), { mode: 0o600 })
  const [name] = hostname().split('.')
  writeFileSync(
    path('slurm.conf'),
    `ClusterName=check
SlurmctldHost=${name}(127.0.0.1)
SlurmctldPort=${await freePort()}
SlurmdPort=${await freePort()}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=${path('munge.socket')}
CredType=cred/munge
StateSaveLocation=${path('state')}
SlurmdSpoolDir=${path('spool')}
SlurmctldPidFile=${path('slurmctld.pid')}
SlurmdPidFile=${path('slurmd.pid')}
SlurmctldLogFile=${path('slurmctld.log')}
SlurmdLogFile=${path('slurmd.log')}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
MpiDefault=none
KillWait=5
ReturnToService=2
NodeName=${name} NodeAddr=127.0.0.1 CPUs=4
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`,
  )
  /** @type {import('node:child_process').ChildProcess[]} */
  const daemons = []
  /** @param {string} program @param {string[]} args */
  const start = (program, ...args) => {
    const log = openSync(path(`${program}.out`), 'w')
    const child = spawn(program, args, {
      stdio: ['ignore', log, log],
      env: { ...process.env, SLURM_CONF: path('slurm.conf') },
    })
    child.on('error', () => {})
    daemons.unshift(child)
  }
  const stop = async () => {
    for (const daemon of daemons) {
      if (daemon.pid === undefined || daemon.exitCode !== null || daemon.signalCode !== null) continue
      const timer = setTimeout(() => daemon.kill('SIGKILL'), 10_000)
      daemon.kill('SIGTERM')
      await once(daemon, 'exit')
      clearTimeout(timer)
    }
  }
  const env = { SLURM_CONF: path('slurm.conf') }
  /** Runs a command of Slurm, and returns what it prints. @param {string} program @param {string[]} args */
  const ask = (program, ...args) =>
    execFileSync(program, args, {
      env: { ...process.env, ...env },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 10_000,
    })

  // Munge proves to the programs of Slurm who asks. It refuses a folder of temporary files unless it is forced.
  const files = [
    'key-file=munge.key',
    'socket=munge.socket',
    'pid-file=munge.pid',
    'log-file=munge.log',
    'seed-file=munge.seed',
  ]
  start('munged', '--foreground', '--force', ...files.map((file) => `--${file.replace('=', `=${folder}/`)}`))
  try {
    for (let tries = 0; !existsSync(path('munge.socket')); tries++) {
      if (tries > 100) throw new Error(`munged does not start: ${readFileSync(path('munged.out'), 'utf8')}`)
      await pause(100)
    }
    start('slurmctld', '-D', '-c', '-i', '-f', path('slurm.conf'))
    start('slurmd', '-D', '-f', path('slurm.conf'), '-N', name)
    for (let tries = 0; ; tries++) {
      let state = ''
      try {
        state = ask('sinfo', '--noheader', '--format=%T').trim()
      } catch (error) {
        state = String(error)
      }
      if (state === 'idle') break
      if (tries > 120) {
        const logs = ['slurmctld.log', 'slurmd.log'].filter((name) => existsSync(path(name)))
        throw new Error([state, ...logs.map((name) => readFileSync(path(name), 'utf8').slice(-1000))].join('\n'))
      }
      await pause(500)
    }
  } catch (error) {
    await stop()
    throw error
  }
  return { env, ask, stop }
}
