/**
 * Checks jobs that srun of Slurm starts. It runs Slurm on this machine, in a folder of its own, trains a network with two
 * processes, and lets processes fail, hang and be stopped. Needs Debian's packages slurmctld, slurmd, slurm-client, munge,
 * libpmix-dev and openmpi-bin, root, and a checkout that is set up.
 *
 *   node scripts/check-slurm.mjs                  everything: takes some four minutes
 *   node scripts/check-slurm.mjs --short          leaves out the signal before the end of the time, and the requeued job
 *   node scripts/check-slurm.mjs --if-possible    succeeds, and says why, if something is missing
 *
 * The exit code is 1 if anything went wrong.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
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
import { startSlurm } from './check-ranks/slurm.mjs'
import { findProgram } from './setup/find-program.mjs'

const { values: options } = parseArgs({
  options: { short: { type: 'boolean' }, 'if-possible': { type: 'boolean', default: false } },
})

/** @param {string} why @returns {never} */
const stop = (why) => giveUp('The checks under Slurm', why, options['if-possible'])

if (process.platform !== 'linux') stop(`they need Linux, and this is ${process.platform}`)
if (process.getuid?.() !== 0) stop('they need root')
for (const program of ['munged', 'slurmctld', 'slurmd', 'srun', 'sbatch', 'mpirun']) {
  if (!findProgram(program)) stop(`there is no program ${program}`)
}
const work = mkdtempSync(join(tmpdir(), 'descent-check-slurm-'))
/** @type {Awaited<ReturnType<typeof startSlurm>>} */
let slurm
try {
  slurm = await startSlurm(work)
} catch (error) {
  rmSync(work, { recursive: true })
  stop(`Slurm does not start: ${error instanceof Error ? error.message : error}`)
}
const { ask, env } = slurm

const training = trainingIn(work)

/** @param {readonly string[]} command @param {{ flags?: string[], variables?: Record<string, string>, limit?: number }} [options] */
const srun = (command, { flags = ['--mpi=pmix', '-n', '2'], variables = {}, limit = 60 } = {}) =>
  startJob(['srun', ...flags, ...command], { env: { ...env, ...variables }, cwd: work, limit })

const rank = [process.execPath, fileURLToPath(new URL('check-ranks/rank.mjs', import.meta.url))]

/** The lines that descent prints to say why a job ends. @param {string} output */
const said = (output) => output.split('\n').filter((line) => line.startsWith('descent:'))

async function checkTraining() {
  const alone = training(10)
  const own = await startJob([...descent, ...alone.args]).ended
  report(own.code === 0, `one process, 300 steps: ${inSeconds(own.seconds)}`, own.output)
  const two = training(10)
  const { code, seconds, output, left } = await srun([...descent, ...two.args]).ended
  const far = code === 0 ? await difference(two.file, alone.file) : Number.NaN
  const text = `srun -n 2: ${inSeconds(seconds)}, relative difference from one process ${far.toExponential(1)}`
  report(far <= 1e-5 && left === 0, text, output)
  const third = training(10)
  const mpirun = ['mpirun', '-n', '2', '--oversubscribe', '--bind-to', 'none', '--mca', 'mpi_yield_when_idle', '1']
  const under = await startJob([...mpirun, ...descent, ...third.args]).ended
  const same = under.code === 0 && sameBits(third.file, two.file)
  report(same, `mpirun -n 2: ${inSeconds(under.seconds)}, the same bits as srun`, under.output)
}

/**
 * What rank 1 of 3 does, and the exit codes of srun. That is the greatest code of a process. Slurm may end the processes that
 * are left with SIGTERM, which makes it 143, or with SIGKILL, 137.
 *
 * @type {[string, number[]][]}
 */
const faults = [
  ['throws', [1]],
  ['ends with process.exit(0)', [71]],
  ['is killed by SIGKILL', [137, 143]],
  ['is killed by SIGSEGV', [139, 143]],
  ['leaves the loop early, and closes', [1]],
  ['runs an endless loop', [72]],
  ['is stopped by SIGSTOP', [72, 137]],
  ['ends before it connects', [70, 137, 143]],
  ['never connects', [70, 137, 143]],
]

async function checkFaults() {
  for (const [fault, codes] of faults) {
    for (const kill of options.short ? [true] : [true, false]) {
      const flags = [...(kill ? ['-K'] : []), '--mpi=pmix', '-n', '3']
      const { code, seconds, output, left } = await srun([...rank, fault], { flags }).ended
      const right = codes.some((known) => known === code) && !output.includes('complete') && left === 0
      report(right, `rank 1 ${fault}${kill ? ', srun -K' : ''}: code ${code} after ${inSeconds(seconds)}`, output)
    }
  }
}

async function checkPlainSrun() {
  const openMpi = await srun(rank, { flags: ['-n', '2'] }).ended
  const first =
    'descent: rank 0 of 2 cannot connect with the others: srun has not told the processes how to find each other: Open MPI needs srun --mpi=pmix (srun --mpi=list prints what this Slurm has) (exit code 73)'
  const right = openMpi.code === 73 && said(openMpi.output).join('\n') === first
  report(right, `srun without --mpi: code ${openMpi.code} after ${inSeconds(openMpi.seconds)}`, openMpi.output)
  const mpich = findMpich()
  if (mpich === undefined) return console.log('      MPICH is not here, so that its library is not tried.')
  const variables = { DESCENT_MPI_LIBRARY: mpich }
  const alone = await srun(rank, { flags: ['-n', '2'], variables }).ended
  const second =
    /^descent: srun has started 2 processes, but for the MPI library there are 1: MPICH and its relatives need srun --mpi=pmi2, and srun --mpi=list prints what this Slurm has \(MPICH Version.*; exit code 73\)$/
  const [line, ...others] = said(alone.output)
  const clear = alone.code === 73 && others.length === 0 && second.test(line)
  report(clear, `the same with MPICH: code ${alone.code} after ${inSeconds(alone.seconds)}`, alone.output)
  const { code, seconds, output } = await srun(rank, { flags: ['--mpi=pmi2', '-n', '2'], variables }).ended
  report(code === 0, `srun --mpi=pmi2 with MPICH: ${inSeconds(seconds)}`, output)
}

function findMpich() {
  const folders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64/mpich/lib']
  return folders.map((folder) => join(folder, 'libmpich.so.12')).find((path) => existsSync(path))
}

/** The newest checkpoint of a run. @param {string} folder */
const newest = (folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.safetensors'))
    .sort()
    .at(-1)

/** Slurm sends the signal to all processes. They stop after the same step, and go on from there to the same bits. */
async function checkSignal() {
  const stopped = training(100_000)
  const flags = ['--mpi=pmix', '-n', '2', '--time=1', '--signal=USR2@30']
  const { code, seconds, output } = await srun([...descent, ...stopped.args], { flags, limit: 150 }).ended
  const text = `srun --time=1 --signal=USR2@30: code ${code} after ${inSeconds(seconds)}`
  report(
    code === 140 && existsSync(stopped.file),
    `${text}, the newest checkpoint is ${newest(stopped.folder)}`,
    output,
  )
}

/** A batch job whose rank is killed is put into the queue again, and goes on from its checkpoint. */
async function checkRequeue() {
  const calm = training(40)
  const own = await srun([...descent, ...calm.args], { limit: 120 }).ended
  report(own.code === 0, `srun -n 2, 1200 steps: ${inSeconds(own.seconds)}`, own.output)
  const { args, file, folder } = training(40)
  const script = join(work, 'job.sh')
  const log = join(work, 'job.log')
  const command = [...descent, ...args, '--resume'].join(' ')
  writeFileSync(
    script,
    `#!/bin/bash
#SBATCH --ntasks=2 --requeue --open-mode=append --output=${log}
echo "start \${SLURM_RESTART_COUNT:-0}"
srun -K --mpi=pmix ${command}
code=$?
if [ $code = 137 ] && [ "\${SLURM_RESTART_COUNT:-0}" -lt 3 ]; then scontrol requeue "$SLURM_JOB_ID"; fi
exit $code
`,
  )
  const start = performance.now()
  const seconds = () => (performance.now() - start) / 1000
  const job = ask('sbatch', '--parsable', script).trim()
  const output = () => (existsSync(log) ? readFileSync(log, 'utf8') : '')
  const state = () => /JobState=(\w+)/.exec(ask('scontrol', 'show', 'job', job))?.[1] ?? ''
  const isOver = () => /^(COMPLETED|FAILED|CANCEL|TIMEOUT|NODE_FAIL)/.test(state())
  while (!(existsSync(folder) && newest(folder)) && seconds() < 60) await pause(20)
  const victim = readdirSync('/proc').find((name) => {
    try {
      return (
        /^\d+$/.test(name) &&
        readFileSync(`/proc/${name}/cmdline`, 'utf8').startsWith(process.execPath) &&
        readFileSync(`/proc/${name}/environ`, 'latin1').split('\0').includes(`SLURM_JOB_ID=${job}`) &&
        readFileSync(`/proc/${name}/environ`, 'latin1').split('\0').includes('SLURM_PROCID=1')
      )
    } catch {
      // The process has ended.
      return false
    }
  })
  if (victim) process.kill(Number(victim), 'SIGKILL')
  const killed = seconds()
  while (state() !== 'PENDING' && !isOver() && seconds() < 90) await pause(100)
  const requeued = seconds()
  // Slurm starts a job two minutes after it was put into the queue again. This command ends the wait.
  if (state() === 'PENDING') ask('scontrol', 'update', `JobId=${job}`, 'StartTime=now')
  while (!isOver() && seconds() < 170) await pause(200)
  const ended = state()
  if (!isOver()) ask('scancel', job)
  const right =
    victim !== undefined && ended === 'COMPLETED' && output().includes('start 1') && sameBits(file, calm.file)
  const times = `killed after ${inSeconds(killed)}, in the queue ${inSeconds(requeued - killed)} later, complete after ${inSeconds(seconds())}`
  report(right, `sbatch --requeue: ${times}, ${ended}, the same bits`, output())
}

const end = async () => {
  killJobs()
  await slurm.stop()
  rmSync(work, { recursive: true, force: true })
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void end().finally(() => process.exit(1)))
try {
  console.log(`${ask('srun', '--version').trim()}, on a node of four processors that this machine claims to have`)
  await checkTraining()
  await checkFaults()
  await checkPlainSrun()
  if (!options.short) {
    await checkSignal()
    await checkRequeue()
  }
} finally {
  await end()
}
