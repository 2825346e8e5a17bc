/**
 * Checks jobs that lose a process, a host or the network. It makes two hosts of network namespaces on this machine, trains a
 * network on both with `descent launch`, kills processes, cuts the cable between the hosts, and compares the network that is
 * saved with that of an undisturbed run. Needs Linux, root, `ip`, `unshare`, Open MPI 4, and a checkout that is set up.
 *
 *   node scripts/check-hosts.mjs                  everything: takes some minutes
 *   node scripts/check-hosts.mjs --kills 20       kills a process at 20 random moments (default 3)
 *   node scripts/check-hosts.mjs --short          leaves out the cut cable, which Open MPI notices after 45 s
 *   node scripts/check-hosts.mjs --if-possible    succeeds, and says why, if something is missing
 *
 * The exit code is 1 if anything went wrong.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeHosts, network } from './check-ranks/hosts.mjs'
import {
  descent,
  difference,
  giveUp,
  inSeconds,
  killJobs,
  pause,
  report,
  sameBits,
  startJob,
  trainingIn,
} from './check-ranks/jobs.mjs'
import { findProgram } from './setup/find-program.mjs'

const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean' },
    'if-possible': { type: 'boolean', default: false },
    kills: { type: 'string', default: '3' },
  },
})
const kills = Number(options.kills)
if (!Number.isInteger(kills) || kills < 0) throw new Error(`--kills must be a whole number, not ${options.kills}`)

/** @param {string} why @returns {never} */
const stop = (why) => giveUp('The checks of lost processes and hosts', why, options['if-possible'])

if (process.platform !== 'linux') stop(`they need Linux, and this is ${process.platform}`)
if (process.getuid?.() !== 0) stop('they need root, to make network namespaces')
for (const program of ['ip', 'unshare', 'bash']) if (!findProgram(program)) stop(`there is no program ${program}`)
const launcher = ['mpirun.openmpi', 'mpirun'].find((name) => findProgram(name))
if (launcher === undefined) stop('there is no mpirun of Open MPI')
const work = mkdtempSync(join(tmpdir(), 'descent-check-hosts-'))
/** @type {ReturnType<typeof makeHosts>} */
let hosts
try {
  hosts = makeHosts(work)
} catch (error) {
  rmSync(work, { recursive: true })
  stop(`network namespaces cannot be made: ${error instanceof Error ? error.message.trim().split('\n').pop() : error}`)
}
const [first, second] = hosts.names

const training = trainingIn(work)

/** @param {readonly string[]} args the arguments of the program @param {string[]} [more] those of launch */
const onOneHost = (args, more = []) =>
  startJob([...descent, 'launch', '-n', '4', '--launcher', launcher, '--oversubscribe', ...more, '--', ...args])

/** @param {readonly string[]} args the arguments of the program @param {string[]} [more] those of launch */
const onTwoHosts = (args, more = []) => {
  const where = ['--hosts', `${first}:2,${second}:2`, '--interface', network, '--remote-shell', hosts.remoteShell]
  const command = [...descent, 'launch', '--launcher', launcher, ...where, ...more, '--', ...args]
  return startJob(hosts.onFirst(command))
}

/** Waits until a run has saved a checkpoint. @param {import('./check-ranks/jobs.mjs').Job} job @param {string} folder */
async function firstCheckpoint(job, folder) {
  let isOver = false
  void job.ended.then(() => {
    isOver = true
  })
  while (!existsSync(folder) || !readdirSync(folder).some((name) => name.endsWith('.safetensors'))) {
    if (isOver) throw new Error(`the job ended without a checkpoint:\n${job.output()}`)
    await pause(10)
  }
}

/** The run that all others are compared with, for each number of epochs. */
async function undisturbed(/** @type {number} */ epochs) {
  const { args, file } = training(epochs)
  const { code, seconds, output } = await onOneHost(args).ended
  report(code === 0, `4 processes on one host, ${30 * epochs} steps: ${inSeconds(seconds)}`, output)
  return { file, seconds }
}

async function checkTwoHosts() {
  const own = await undisturbed(10)
  const { args, file } = training(10)
  const before = hosts.bytesSent()
  const { code, seconds, output, left } = await onTwoHosts(args).ended
  const sent = hosts.bytesSent() - before
  const same = code === 0 && sameBits(file, own.file)
  report(same && left === 0, `4 processes on two hosts over TCP: ${inSeconds(seconds)}, the same bits`, output)
  // Each host must send its sum of the gradient, of 23,860 numbers of 4 bytes, in each of the 300 steps.
  report(sent > 300 * 4 * 23_860, `the first host has sent ${(sent / 1e6).toFixed(0)} MB through the cable`)
}

/** @param {number} epochs @param {{ file: string }} own */
async function checkKilledOnHost(epochs, own) {
  const { args, folder, file } = training(epochs)
  const job = onTwoHosts(args, ['--max-restarts', '3'])
  await firstCheckpoint(job, folder)
  const victim = job.ranks().find(({ rank }) => rank === 3)
  if (!victim) throw new Error(`the job has no rank 3:\n${job.output()}`)
  process.kill(victim.pid, 'SIGKILL')
  const killed = job.seconds()
  const noticed = (await job.says('restart 1 of 3, with 4 processes')) - killed
  const { code, seconds, output, left } = await job.ended
  const times = `noticed after ${inSeconds(noticed)}, complete ${inSeconds(seconds - killed - noticed)} later`
  const right = code === 0 && left === 0 && sameBits(file, own.file)
  report(right, `rank 3 on the second host killed after ${inSeconds(killed)}: ${times}, the same bits`, output)
}

/** @param {number} epochs @param {{ file: string }} own */
async function checkCutCable(epochs, own) {
  const { args, folder, file } = training(epochs)
  const job = onTwoHosts(args, ['--max-restarts', '3', '--min-ranks', '2'])
  await firstCheckpoint(job, folder)
  hosts.setCable('down')
  const cut = job.seconds()
  const noticed = (await job.says('restart 1 of 3, with 2 processes')) - cut
  const { code, seconds, output, left } = await job.ended
  hosts.setCable('up')
  const far = code === 0 ? await difference(file, own.file) : Number.NaN
  const times = `noticed after ${inSeconds(noticed)}, complete on one host ${inSeconds(seconds - cut - noticed)} later`
  const right = left === 0 && far <= 1e-5 && output.includes(`${second} cannot be reached, and is left out`)
  const text = `the cable cut after ${inSeconds(cut)}: ${times}, relative difference ${far.toExponential(1)}`
  report(right, text, output)
}

/** @param {number} epochs @param {{ file: string, seconds: number }} own */
async function checkKills(epochs, own) {
  for (let done = 0; done < kills; ) {
    const { args, folder, file } = training(epochs)
    const job = onOneHost(args, ['--max-restarts', '3'])
    await pause(1000 * own.seconds * Math.random())
    const ranks = job.ranks()
    const victim = ranks[Math.floor(ranks.length * Math.random())]
    // The processes may not have been started yet, or have ended. Then the moment does not count.
    let found = victim !== undefined
    try {
      if (victim) process.kill(victim.pid, 'SIGKILL')
    } catch {
      found = false
    }
    const moment = job.seconds()
    const { code, seconds, output, left } = await job.ended
    const same = code === 0 && left === 0 && sameBits(file, own.file)
    const restarts = output.match(/: restart \d of 3, /g)?.length ?? 0
    rmSync(folder, { recursive: true, force: true })
    if (!found && same) continue
    done++
    const times = `after ${inSeconds(moment)}: ${restarts} restart, complete after ${inSeconds(seconds)}`
    report(same, `kill ${done} of ${kills}, rank ${victim?.rank} ${times}, code ${code}, the same bits`, output)
  }
}

const end = () => {
  killJobs()
  hosts.remove()
  rmSync(work, { recursive: true, force: true })
}
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    end()
    process.exit(1)
  })
}
try {
  console.log(execFileSync(launcher, ['--version'], { encoding: 'utf8' }).split('\n')[0])
  await checkTwoHosts()
  const epochs = options.short ? 20 : 40
  const own = await undisturbed(epochs)
  await checkKilledOnHost(epochs, own)
  await checkKills(epochs, own)
  if (!options.short) await checkCutCable(epochs, own)
} finally {
  end()
}
