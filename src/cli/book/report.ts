import { columns, duration, table } from '../parsing/format.js'
import type { Experiment } from './experiment.js'
import { cellsOfValues, conditions, formatBook, headsOfValues, type Outcomes } from './outcome.js'

/** Returns the list of experiments that `descent-nn book` prints. */
export function listing(experiments: readonly Experiment[]): string {
  const chapters = [...new Set(experiments.map(({ chapter }) => chapter))]
  return [
    'The experiments of Michael Nielsen, "Neural Networks and Deep Learning":',
    ...chapters.flatMap((chapter) => [
      '',
      `Chapter ${chapter}`,
      columns(
        experiments.filter((one) => one.chapter === chapter).map(({ name, shows }) => [name, shows]),
        '  ',
      ),
    ]),
    '',
    '"descent-nn book NAME" runs one and shows the book\'s figures beside ours, "descent-nn book all" runs all.',
  ].join('\n')
}

/** Returns a table that shows the numbers in Nielsen's book beside the measured numbers. */
export function comparison(results: Outcomes): string {
  const { outcomes, seeds } = results
  const heads = headsOfValues(seeds)
  const rows = outcomes.flatMap(({ experiment: { name, figures }, values }) => [
    [name, '', ...heads.map(() => '')],
    ...figures.map((figure, i) => [`  ${figure.name}`, formatBook(figure), ...cellsOfValues(values[i], figure, seeds)]),
  ])
  const seconds = outcomes.reduce((sum, outcome) => sum + outcome.seconds, 0)
  return [
    columns(outcomes.map(({ experiment: { name, chapter, shows } }) => [name, `chapter ${chapter}: ${shows}`])),
    '',
    table([['', 'book', ...heads], ...rows]),
    '',
    `${conditions(results)}; ${duration(seconds)}`,
  ].join('\n')
}

/** Returns the results as JSON. */
export function json({ outcomes, dataset, backend, seeds, less }: Outcomes): string {
  const experiments = outcomes.map(({ experiment: { name, chapter, shows, figures }, values, seconds }) => ({
    name,
    chapter,
    shows,
    figures: figures.map((figure, i) => ({ ...figure, book: figure.book ?? null, values: values[i] })),
    seconds,
  }))
  return JSON.stringify({ dataset: dataset ?? null, backend, seeds, less, experiments }, null, 2)
}

/** Returns the list of experiments as JSON, without results. */
export function listingAsJson(experiments: readonly Experiment[]): string {
  return JSON.stringify(
    experiments.map(({ name, chapter, shows, figures }) => ({
      name,
      chapter,
      shows,
      figures: figures.map((figure) => ({ ...figure, book: figure.book ?? null })),
    })),
    null,
    2,
  )
}
