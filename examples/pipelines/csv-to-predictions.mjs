// Classifies the flowers of a CSV file: trains on one table, then writes the predictions for another, row by row.
//
//   node examples/pipelines/csv-to-predictions.mjs TRAINING.csv FLOWERS.csv ANSWERS.csv
import { createReadStream, createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { Network, readCsv } from 'descent-nn'

const [trainingPath, flowersPath, answersPath] = process.argv.slice(2)
const labelNames = ['setosa', 'versicolor', 'virginica']

const training = await readCsv(trainingPath, { label: 'species', labelNames })
const network = new Network([training.width, 8, labelNames.length], { seed: 1 })
network.labelNames = labelNames
network.standardize(training)
const epochs = await network.fit(training, { epochs: 30, learningRate: 1 })
console.log(`learned from ${training.rows} flowers: cost ${epochs.at(-1).cost.toFixed(3)}`)

/** Yields the lines of a table as objects, so only as many are in memory as the network classifies at once. */
async function* flowers(path) {
  let columns
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    const cells = line.split(',')
    if (!columns) columns = cells
    else
      yield { line, ...Object.fromEntries(columns.map((name, i) => [name, cells[i] === '' ? NaN : Number(cells[i])])) }
  }
}

async function* lines(answers) {
  yield 'length,width,species,confidence\n'
  for await (const { line, label, confidence } of answers) yield `${line},${label},${confidence.toFixed(2)}\n`
}

let bad = 0
await pipeline(
  flowers(flowersPath),
  network.classifier({
    inputs: ['length', 'width'],
    keep: true,
    onBadRow: ({ line }, number, error) => {
      bad++
      console.log(`row ${number} (${line}): ${error.message}`)
    },
  }),
  lines,
  createWriteStream(answersPath),
)
console.log(`answered into ${answersPath}, but for ${bad}`)
