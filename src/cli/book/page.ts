import type { Experiment } from './experiment.js'
import { cellsOfValues, circumstances, formatBook, headsOfValues, type Outcomes } from './outcome.js'

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/** The page docs/learn/book.md, about all experiments; those that were not run have no numbers of ours. */
export function page(experiments: readonly Experiment[], results: Outcomes, command: string): string {
  const { outcomes, seeds } = results
  const heads = ['experiment', 'figure', 'book', ...headsOfValues(seeds)]
  const rows = experiments.flatMap((experiment) => {
    const values = outcomes.find((outcome) => outcome.experiment === experiment)?.values
    return experiment.figures.map((figure, i) =>
      line([
        i === 0 ? `\`${experiment.name}\`` : '',
        figure.name,
        formatBook(figure),
        ...cellsOfValues(values?.[i] ?? [], figure, seeds),
      ]),
    )
  })
  return `# The book in one command

[Documentation](../README.md) · Learn

\`descent-nn book\` lists the experiments of Michael Nielsen's "Neural Networks and Deep Learning"
(http://neuralnetworksanddeeplearning.com); \`descent-nn book NAME\` runs one of them as the book does, and prints the book's
figure beside ours. This page is what one command prints:

\`\`\`sh
${command} > docs/learn/book.md
\`\`\`

Like the book, it learns from the first 50,000 of MNIST's 60,000 pictures, validates on the other 10,000 and tests on the
10,000 of the test set. The book's lambda is \`l2\` times the number of pictures learned from. Chapter 1 and the first half
of chapter 3 start with weights from N(0, 1); everything from "Weight initialization" on, with N(0, 1/inputs).

A figure of the book is mostly the highest accuracy over the epochs of one run, chosen by its author, and "test" or
"validation" the pictures that judge. Starts and orders are random: some tenths of a percent either way are another seed's.
The quadratic cost at rate 3 does worse with some: an output neuron saturates at 0 and then learns next to nothing (chapter
3 says why), so that a digit is never answered and a tenth of the pictures is lost. There the highest of several
seeds compares.

A "-" is a figure that the book leaves to the reader, an empty cell a number that was not measured. A figure that a seed
cannot change is measured once.

## What each shows

| experiment | chapter | |
| --- | --- | --- |
${experiments.map(({ name, chapter, shows }) => line([`\`${name}\``, String(chapter), shows])).join('\n')}

## The figures

Measured with ${circumstances(results)}.

${line(heads)}
${line(heads.map((_, i) => (i < 2 ? '---' : '---:')))}
${rows.join('\n')}`
}
