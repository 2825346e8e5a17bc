import { examine, type Finding } from '../launch/examine.js'
import { defineCommand } from '../parsing/command.js'
import { columns } from '../parsing/format.js'
import { nameKind, wholeKind } from '../parsing/option-parsers.js'
import { print } from '../terminal/terminal.js'

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'examines whether this machine can train with many processes',
  options: {
    launcher: {
      value: 'PROGRAM',
      kind: nameKind(),
      meaning: 'mpirun, mpiexec, srun or a path (default: the one that launch would use)',
    },
    threads: { kind: wholeKind(1, 1024), meaning: 'number of threads that each process should have (default 1)' },
    json: { meaning: 'print it as JSON' },
  },
  notes: ['It starts two processes, which connect and add numbers. The exit code is 1 if that is not possible.'],
  async run({ json, launcher, threads = 1 }) {
    const findings = await examine({ launcher, threads })
    await print(json ? JSON.stringify(findings, null, 2) : describe(findings))
    return findings.some(({ problem }) => problem !== undefined) ? 1 : undefined
  },
})

function describe(findings: readonly Finding[]): string {
  const remarks = findings.flatMap(({ problem, warning }) => [
    ...(problem === undefined ? [] : [`problem: ${problem}`]),
    ...(warning === undefined ? [] : [`warning: ${warning}`]),
  ])
  const lines = columns(findings.map(({ name, text }) => [name, text]))
  return remarks.length === 0 ? lines : `${lines}\n\n${remarks.join('\n')}`
}
