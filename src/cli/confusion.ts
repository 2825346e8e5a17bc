import { count, percent, table } from './format.js'

/** Above so many classes a matrix is too wide for a terminal. */
const widest = 16
const mostMistakes = 10

/** confusion[label][answer] as text: a matrix, or for many classes the mistakes that were made most. */
export function printConfusion(confusion: readonly (readonly number[])[]): string {
  return confusion.length <= widest ? matrix(confusion) : mistakes(confusion)
}

function matrix(confusion: readonly (readonly number[])[]): string {
  const rows = confusion.map((row, label) => {
    const size = row.reduce((sum, number) => sum + number, 0)
    const share = size > 0 ? percent(row[label] / size) : '-'
    return [String(label), ...row.map((number) => (number === 0 ? '.' : String(number))), share]
  })
  const head = ['is', ...confusion.map((_, answer) => String(answer)), 'right']
  return `answered (across) for what it is (down):\n${table([head, ...rows])}`
}

function mistakes(confusion: readonly (readonly number[])[]): string {
  const found = confusion
    .flatMap((row, label) => row.map((times, answer) => ({ label, answer, times })))
    .filter(({ label, answer, times }) => label !== answer && times > 0)
    .sort((a, b) => b.times - a.times)
  if (found.length === 0) return 'no mistakes'
  const lines = found
    .slice(0, mostMistakes)
    .map(({ label, answer, times }) => `  ${label} read as ${answer}: ${count(times)}`)
  return ['the most frequent mistakes:', ...lines].join('\n')
}
