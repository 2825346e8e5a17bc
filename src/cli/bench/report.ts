import { columns, count, table } from '../parsing/format.js'
import { type Machine, processorOf, programOf } from '../terminal/machine.js'
import { isBeaten, measuredBackends, type Result } from './result.js'
import { type BackendName, backendNames } from './subject.js'
import { whereFirstWins } from './where.js'

/** The results of the measurements, and the machine on which they were made. */
export interface Report {
  readonly machine: Machine
  /** The JavaScript engine that runs the TypeScript backend, for example "V8 11.3". */
  readonly typescript: string
  /** The number of threads of the native backend. */
  readonly threads: number
  /** The results in the order of measurement. */
  readonly results: readonly Result[]
  /** The number of measurements for which no time was left. */
  readonly missing: number
}

const titles = {
  training: () => 'training, examples a second',
  feedforward: () => 'feedforward of one row, microseconds',
  predict: (batch: number) => `predict of ${batch} rows, rows a second`,
}

/** Returns the text that `descent-nn bench` prints. */
export function describe(report: Report): string {
  const { machine, results, missing } = report
  const [first, ...others] = measuredBackends(results)
  const works = (['training', 'feedforward', 'predict'] as const).flatMap((work) => {
    const own = results.filter((result) => result.work === work)
    return own.length === 0 ? [] : ['', `${titles[work](own[0].batch)}`, tableOf(own)]
  })
  return [
    columns([
      ['descent', programOf(machine)],
      ['processor', processorOf(machine)],
      ...backendNames.map((name) => [name, backendLine(report, name)] as const),
    ]),
    ...works,
    '',
    `Medians of ${roundsOf(results)}, in which the backends took turns.`,
    ...(others.length > 0
      ? [
          `The ratio is the speed of ${first} divided by that of typescript; ` +
            `< marks where another backend is faster than ${first}.`,
        ]
      : []),
    ...whereFirstWins(results),
    ...(missing > 0
      ? [`${missing} of ${results.length + missing} measurements had no time: give more --seconds.`]
      : []),
  ].join('\n')
}

/** Describes a backend ("OpenBLAS 0.3.21, Zen kernels, AVX2 vectors; one thread"), or says why it is missing. */
export function backendLine({ machine, typescript, threads }: Report, name: BackendName): string {
  if (name === 'typescript') return typescript
  const backend = machine[name]
  if (!backend.loads) return backend.reason
  if (name === 'wasm') return backend.detail
  return `${backend.detail}; ${threads === 1 ? 'one thread' : `${threads} threads`}`
}

function roundsOf(results: readonly Result[]): string {
  const numbers = results.map(({ rounds }) => rounds)
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)]
  return `${least === most ? least : `${least} to ${most}`} ${most === 1 ? 'round' : 'rounds'}`
}

function tableOf(results: readonly Result[]): string {
  const names = measuredBackends(results)
  const compares = names.length > 1
  const heads = ['network', 'batch', ...names, ...(compares ? ['ratio', ''] : [])]
  const rows = results.map((result) => {
    const { work, network, batch, speeds, ratio } = result
    const cells = [network, String(batch), ...names.map((name) => figure(work, speeds[name]))]
    return compares ? [...cells, formatRatio(ratio), isBeaten(result) ? '<' : ''] : cells
  })
  return table([heads, ...rows])
}

/**
 * Formats a speed, given in rows per second, for the table. For feedforward, the table has the microseconds per row.
 */
function figure(work: Result['work'], speed: number | undefined): string {
  if (speed === undefined) return ''
  return work === 'feedforward' ? (1e6 / speed).toFixed(1) : count(speed)
}

function formatRatio(ratio: number | undefined): string {
  if (ratio === undefined) return ''
  return ratio.toFixed(ratio < 10 ? 2 : 1)
}

/** Returns the report as JSON. It has microseconds per row for feedforward, and rows per second for all other work. */
export function json({ machine, typescript, threads, results, missing }: Report): string {
  const measured = results.map(({ work, network, batch, rounds, speeds, ratio }) => {
    const numbers = backendNames.map((name) => {
      const speed = speeds[name]
      return [name, speed === undefined ? null : work === 'feedforward' ? 1e6 / speed : speed]
    })
    const unit = work === 'feedforward' ? 'microseconds a row' : 'rows a second'
    return { work, network, batch, rounds, unit, ...Object.fromEntries(numbers), ratio: ratio ?? null }
  })
  return JSON.stringify({ ...machine, typescript, threads, results: measured, missing }, null, 2)
}
