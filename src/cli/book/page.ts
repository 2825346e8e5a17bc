import type { Experiment } from './experiment.js'
import { cellsOfValues, conditions, formatBook, headsOfValues, type Outcomes } from './outcome.js'

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/**
 * Returns the text of the page docs/learn/book.md, which covers all experiments. Experiments that were not run have no
 * measured numbers.
 */
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
figure beside ours. This page is the output of one command:

\`\`\`sh
${command} > docs/learn/book.md
\`\`\`

As in the book, training uses the first 50,000 of MNIST's 60,000 pictures, validation the other 10,000, and the test the
10,000 of the test set. The book's lambda is \`l2\` times the number of training pictures. Chapter 1 and the first half of
chapter 3 draw the initial weights from N(0, 1); everything from "Weight initialization" on uses N(0, 1/inputs).

Most figures of the book are the highest accuracy over the epochs of one run, which the author chose. "test" and
"validation" say which pictures it was measured on. Initial weights and orders are random, so another seed changes a figure
by some tenths of a percent. With the quadratic cost at rate 3, some seeds do much worse: an output neuron saturates at 0
and then hardly learns (chapter 3 explains why), so the network never answers that digit and misreads a tenth of the
pictures. There, compare the book's figure with the highest of several seeds.

A "-" stands for a figure that the book leaves to the reader; an empty cell, for one that was not measured. A figure that
does not depend on the seed is measured once.

## The experiments

| experiment | chapter | |
| --- | --- | --- |
${experiments.map(({ name, chapter, shows }) => line([`\`${name}\``, String(chapter), shows])).join('\n')}

## The figures

Measured with ${conditions(results)}.

${line(heads)}
${line(heads.map((_, i) => (i < 2 ? '---' : '---:')))}
${rows.join('\n')}`
}
