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

The experiments \`half-15\`, \`half-15-cross-entropy\`, \`half-15-moved\` and \`settling\` are not from the book. Their network
has 15 hidden neurons, so 11,935 parameters. It learns from the first 30,000 of the 60,000 pictures, and the other 30,000
are the test ("second half"). A lecture note says that such a network reads 95 % of them. The settings of chapter 1 are
not enough for that: it takes those of chapter 3, and pictures that are moved a little.

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
${rows.join('\n')}

## How a network settles

![The median movement of the parameters in each epoch, with right and with shuffled labels](../charts/settling.svg)

This is the experiment \`settling\`, drawn by \`descent-nn book settling --seed 1 --seeds 3 --chart FILE.svg\`. It measures how
far each parameter is at the end of an epoch from where it was at its beginning; the chart shows the median of the 11,935
distances, as the mean over the seeds. With right labels the network moves less from epoch to epoch, until the end. With
shuffled labels the movement does not keep falling: it is smallest around epoch 5, and then grows again. It is smaller all
the time, because the outputs stay near 0.1, which is the best answer to labels that say nothing about the pictures.`
}
