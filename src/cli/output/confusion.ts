import { mistakeCounts } from '../../drawing/confusion-table.js'
import { count, percent, table } from '../parsing/format.js'

/** The maximum number of classes in a printed confusion matrix. A larger matrix would not fit a terminal. */
const widest = 16
const mostMistakes = 10

/**
 * The maximum length of a line in a confusion matrix with class names as column headings. If a line would be longer,
 * the column headings are class numbers.
 */
const longest = 100

/**
 * Formats the confusion matrix, or lists the most frequent mistakes if there are many classes.
 * `confusion[label][prediction]` is the number of rows with this label and this prediction.
 */
export function printConfusion(confusion: readonly (readonly number[])[], names?: readonly string[]): string {
  const called = names ?? confusion.map((_, number) => String(number))
  return confusion.length <= widest ? matrix(confusion, called) : mistakes(confusion, called)
}

function matrix(confusion: readonly (readonly number[])[], names: readonly string[]): string {
  const title = 'answered (across) for what it is (down):'
  const named = matrixOf(confusion, names, names)
  if (named.split('\n').every((line) => line.length <= longest)) return `${title}\n${named}`
  const numbers = names.map((_, number) => String(number))
  return `${title}\n${matrixOf(
    confusion,
    names.map((name, number) => `${number} ${name}`),
    numbers,
  )}`
}

function matrixOf(
  confusion: readonly (readonly number[])[],
  down: readonly string[],
  across: readonly string[],
): string {
  const rows = confusion.map((row, label) => {
    const size = row.reduce((sum, number) => sum + number, 0)
    const share = size > 0 ? percent(row[label] / size) : '-'
    return [down[label], ...row.map((number) => (number === 0 ? '.' : String(number))), share]
  })
  return table([['is', ...across, 'right'], ...rows])
}

function mistakes(confusion: readonly (readonly number[])[], names: readonly string[]): string {
  const found = mistakeCounts(confusion)
  if (found.length === 0) return 'no mistakes'
  const lines = found
    .slice(0, mostMistakes)
    .map(({ label, answer, count: times }) => `  ${names[label]} read as ${names[answer]}: ${count(times)}`)
  return ['the most frequent mistakes:', ...lines].join('\n')
}
