import { basename } from 'node:path'
import { packageFile } from '../../base/package-folder.js'
import { hostsKind, readHostfile, slotsOf } from '../launch/hosts.js'
import { findLauncher } from '../launch/launcher.js'
import { supervise } from '../launch/supervise.js'
import { type Arguments, defineCommand } from '../parsing/command.js'
import { nameKind, numberKind, wholeKind } from '../parsing/option-parsers.js'
import { parse } from '../parsing/parse.js'
import { UsageError } from '../parsing/usage-error.js'
import { train } from './train.js'

const options = {
  ranks: {
    kind: wholeKind(1),
    alias: '-n',
    meaning: 'number of processes (default: all that the hosts have room for)',
  },
  hosts: {
    value: 'HOSTS',
    kind: hostsKind,
    meaning: 'the machines and their numbers of processes: a:4,b:4 (default: this machine)',
  },
  hostfile: { value: 'FILE', meaning: 'a file with a host on each line, as "a slots=4" or "a:4"' },
  maxRestarts: {
    kind: wholeKind(0),
    meaning: 'how often the job is started again after an abnormal end (default 0)',
  },
  minRanks: {
    kind: wholeKind(1),
    meaning: 'fewest processes to start again with, if hosts are lost (default: all)',
  },
  interface: {
    value: 'NETWORK',
    kind: nameKind(),
    meaning: 'the network between the hosts, such as 10.0.0.0/8, or the name of its interface',
  },
  grace: {
    value: 'SECONDS',
    kind: numberKind('above 0'),
    meaning: 'time to save the network after a signal, before the processes are killed (default 30)',
  },
  launcher: {
    value: 'PROGRAM',
    kind: nameKind(),
    meaning: 'mpirun, mpiexec, srun or a path (default: srun in a job of Slurm, else the first that is found)',
  },
  oversubscribe: { meaning: 'allows more processes than processors or slots' },
  remoteShell: {
    value: 'PROGRAM',
    kind: nameKind(),
    meaning: 'the program that runs commands on the other hosts (default ssh)',
  },
} as const

export const launch = defineCommand({
  name: 'launch',
  summary: 'trains with many processes, by MPI, and starts them again after a fault',
  operands: '<COMMAND...>',
  options,
  notes: [
    [
      'The command follows two dashes. It is the command train of this program, or a script of Node:',
      '  descent-nn launch -n 4 -- train --epochs 10',
      '  descent-nn launch -n 8 --hosts a:4,b:4 --max-restarts 3 -- train --checkpoint run',
      '  descent-nn launch -n 4 -- node train.mjs',
    ].join('\n'),
    [
      'A restart of train continues from the newest checkpoint. A script must do so itself, by checkpoint: { folder, resume:',
      'true }; the variable DESCENT_RESTART_COUNT has the number of restarts. After the exit codes 1, 2, 73 and 74 nothing is',
      'started again, because a restart would fail in the same way.',
    ].join('\n'),
    [
      'Ctrl-C, SIGTERM or SIGUSR2 stops all processes after the same step, and train saves the network; a second signal ends',
      'them at once. The exit code is that of the processes.',
    ].join('\n'),
  ],
  async run(args) {
    const hosts = args.hostfile === undefined ? args.hosts : await readHosts(args.hostfile, args.hosts)
    const { maxRestarts = 0, oversubscribe = false } = args
    const ranks = args.ranks ?? (hosts && slotsOf(hosts))
    if (ranks === undefined) throw new UsageError('launch needs the number of processes: -n N')
    const slots = hosts && slotsOf(hosts)
    if (slots !== undefined && slots < ranks && !oversubscribe) {
      throw new UsageError(`-n ${ranks} is more than the hosts have room for, ${slots}: --oversubscribe allows it`)
    }
    const { minRanks = ranks } = args
    if (minRanks > ranks) throw new UsageError(`--min-ranks ${minRanks} is more than -n ${ranks}`)
    const program = programOf(args.operands, maxRestarts)
    const launcher = await findLauncher(args.launcher)
    const plan = { ranks, hosts, network: args.interface, oversubscribe, remoteShell: args.remoteShell }
    return supervise({ launcher, plan, program, grace: args.grace ?? 30, maxRestarts, minRanks })
  },
})

async function readHosts(path: string, typed: Arguments<typeof options>['hosts']) {
  if (typed) throw new UsageError('--hosts and --hostfile exclude each other: the hosts come from one place')
  return readHostfile(path)
}

/**
 * Returns a function that returns the program of each process, and its arguments, after a number of restarts.
 * @throws UsageError if the command is not train or a script of Node, or if its options are wrong
 */
function programOf([name, ...words]: readonly string[], maxRestarts: number): (restarts: number) => string[] {
  // Each process is Node itself and not npx, because each npx would take a second to start, and more from a network drive.
  if (/^node(\.exe)?$/.test(basename(name))) {
    if (words.length === 0) throw new UsageError('node needs a script: -- node train.mjs')
    return () => [process.execPath, ...words]
  }
  if (name !== train.name) {
    throw new UsageError(`launch starts "train ..." or "node SCRIPT ...", not ${JSON.stringify(name)}`)
  }
  const { checkpoint, resume } = parse(train, words)
  if (maxRestarts > 0 && checkpoint === undefined) {
    throw new UsageError(
      '--max-restarts needs checkpoints, because a restart would begin at the first epoch: add --checkpoint FOLDER to the command train',
    )
  }
  const main = [process.execPath, packageFile('dist/bundle/cli/main.js'), name, ...words]
  return (restarts) => [...main, ...(restarts > 0 && !resume ? ['--resume'] : [])]
}
