import type { FloatArray } from '../base/memory.js'
import { Dataset, dtypeOf } from '../data/dataset.js'
import { paddedRows } from './input-rows.js'
import type { Workspace } from './workspace.js'

/**
 * Computes an answer for each row of a dataset. All answers have the same number of elements. The returned array holds
 * them in the order of the rows.
 */
export type RowAnswers<Answer extends FloatArray | Int32Array> = (
  workspace: Workspace,
  dataset: Dataset,
) => Promise<Answer>

/** Calls that wait for the same workspace, to be answered in one pass. */
interface Group {
  /** The function that computes the answers. All calls of a group have the same. */
  readonly compute: unknown
  /** The rows of each call. All have the same type of numbers and the same scale. */
  readonly datasets: Dataset[]
  rows: number
  /** The answers for all rows of the pass, including padding rows. They have the type that `compute` returns. */
  readonly answers: Promise<unknown>
}

/** A call with more rows than this gets its own pass. A shared pass would delay the other calls more than it helps. */
const maxRowsOfCall = 64
/** The maximum number of rows of a pass for several calls. */
const maxRowsOfGroup = 1024

/**
 * Creates a function that answers calls with few rows. Calls that wait for a workspace at the same time are answered in
 * one pass. No call waits longer than it would alone: a call joins only a pass that has not begun. The bits of an answer
 * do not depend on the other rows of its pass.
 *
 * @param run Runs the work in a workspace, as soon as one is free.
 */
export function createTogether(run: <T>(what: string, work: (workspace: Workspace) => Promise<T>) => Promise<T>) {
  /** The groups whose pass has not begun. */
  const groups: Group[] = []

  function start<Answer extends FloatArray | Int32Array>(
    what: string,
    dataset: Dataset,
    compute: RowAnswers<Answer>,
  ): Group {
    const datasets = [dataset]
    const answers = run(what, (workspace) => {
      groups.splice(groups.indexOf(group), 1)
      return compute(workspace, datasets.length === 1 ? dataset : joined(datasets, group.rows))
    })
    const group: Group = { compute, datasets, rows: dataset.rows, answers }
    groups.push(group)
    return group
  }

  return async <Answer extends FloatArray | Int32Array>(
    what: string,
    dataset: Dataset,
    compute: RowAnswers<Answer>,
  ): Promise<Answer> => {
    if (dataset.rows > maxRowsOfCall) return run(what, (workspace) => compute(workspace, dataset))
    let group = groups.find((group) => group.compute === compute && fits(group, dataset))
    const from = group?.rows ?? 0
    if (group) {
      group.datasets.push(dataset)
      group.rows += dataset.rows
    } else {
      group = start(what, dataset, compute)
    }
    const answers = (await group.answers) as Answer
    if (group.datasets.length === 1) return answers
    const width = answers.length / paddedRows(group.rows, maxRowsOfGroup)
    return answers.slice(from * width, (from + dataset.rows) * width) as Answer
  }
}

function fits({ datasets: [first], rows }: Group, { inputs, scale, rows: more }: Dataset): boolean {
  return first.inputs.constructor === inputs.constructor && first.scale === scale && rows + more <= maxRowsOfGroup
}

function joined(datasets: readonly Dataset[], rows: number): Dataset {
  const [{ inputs, width, scale }] = datasets
  const whole = Dataset.allocate({ rows: paddedRows(rows, maxRowsOfGroup), width, dtype: dtypeOf(inputs), scale })
  let at = 0
  for (const { inputs: own } of datasets) {
    whole.inputs.set(own, at)
    at += own.length
  }
  return whole
}
