import { columns, count, table } from '../parsing/format.js'
import { type Machine, processorOf, programOf } from '../terminal/machine.js'
import { type Result, typescriptWins } from './result.js'
import { whereNativeWins } from './where.js'

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
  const { machine, typescript, results, missing } = report
  const works = (['training', 'feedforward', 'predict'] as const).flatMap((work) => {
    const own = results.filter((result) => result.work === work)
    return own.length === 0 ? [] : ['', `${titles[work](own[0].batch)}`, tableOf(own)]
  })
  return [
    columns([
      ['descent', programOf(machine)],
      ['processor', processorOf(machine)],
      ['native', nativeLine(report)],
      ['typescript', typescript],
    ]),
    ...works,
    '',
    `Medians of ${roundsOf(results)}, in which the backends took turns.`,
    ...(machine.native.loads
      ? ['The ratio says how many times as fast native is; < marks where TypeScript wins.']
      : []),
    ...whereNativeWins(results),
    ...(missing > 0
      ? [`${missing} of ${results.length + missing} measurements had no time: give more --seconds.`]
      : []),
  ].join('\n')
}

/**
 * Describes the native backend ("OpenBLAS 0.3.21, Zen kernels, AVX2 vectors; one thread"), or says why it is missing.
 */
export function nativeLine({ machine: { native }, threads }: Report): string {
  return native.loads ? `${native.detail}; ${threads === 1 ? 'one thread' : `${threads} threads`}` : native.reason
}

function roundsOf(results: readonly Result[]): string {
  const numbers = results.map(({ rounds }) => rounds)
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)]
  return `${least === most ? least : `${least} to ${most}`} ${most === 1 ? 'round' : 'rounds'}`
}

function tableOf(results: readonly Result[]): string {
  const compares = results.some(({ ratio }) => ratio !== undefined)
  const heads = ['network', 'batch', ...(compares ? ['native', 'typescript', 'ratio', ''] : ['typescript'])]
  const rows = results.map((result) => {
    const { network, batch, native, typescript, ratio } = result
    const cells = [network, String(batch)]
    if (native === undefined || ratio === undefined) return [...cells, figure(result.work, typescript)]
    const mark = typescriptWins(result) ? '<' : ''
    return [...cells, ...[native, typescript].map((speed) => figure(result.work, speed)), formatRatio(ratio), mark]
  })
  return table([heads, ...rows])
}

/**
 * Formats a speed, given in rows per second, for the table. For feedforward, the table has the microseconds per row.
 */
function figure(work: Result['work'], speed: number): string {
  return work === 'feedforward' ? (1e6 / speed).toFixed(1) : count(speed)
}

function formatRatio(ratio: number): string {
  return ratio.toFixed(ratio < 10 ? 2 : 1)
}

/** Returns the report as JSON. It has microseconds per row for feedforward, and rows per second for all other work. */
export function json({ machine, typescript, threads, results, missing }: Report): string {
  const measured = results.map(({ work, network, batch, rounds, native, typescript, ratio }) => {
    const numberOf = (speed: number) => (work === 'feedforward' ? 1e6 / speed : speed)
    const unit = work === 'feedforward' ? 'microseconds a row' : 'rows a second'
    return {
      work,
      network,
      batch,
      rounds,
      unit,
      native: native === undefined ? null : numberOf(native),
      typescript: numberOf(typescript),
      ratio: ratio ?? null,
    }
  })
  return JSON.stringify({ ...machine, typescript, threads, results: measured, missing }, null, 2)
}
