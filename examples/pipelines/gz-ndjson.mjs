// Classifies the rows of stored objects (gzipped NDJSON at URLs, as in S3). Each object is fetched, unzipped, classified and
// written out as NDJSON as a stream, so no object is ever in memory as a whole.
//
//   node examples/pipelines/gz-ndjson.mjs MODEL ADDRESS...  > answers.ndjson
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { Network } from 'descent-nn'

const [model, ...addresses] = process.argv.slice(2)
const network = await Network.load(model)

async function* rows() {
  for (const address of addresses) {
    const response = await fetch(address)
    if (!response.ok) throw new Error(`${address}: ${response.status} ${response.statusText}`)
    const text = Readable.fromWeb(response.body).compose(createGunzip())
    for await (const line of createInterface({ input: text, crlfDelay: Infinity })) yield JSON.parse(line)
  }
}

async function* lines(answers) {
  for await (const answer of answers) yield `${JSON.stringify(answer)}\n`
}

let answered = 0
await pipeline(
  rows,
  network.classifier({ inputs: ({ features }) => features, keep: ({ id }, answer) => ({ id, ...answer }) }),
  async function* (answers) {
    for await (const answer of answers) {
      answered++
      yield answer
    }
  },
  lines,
  process.stdout,
)
console.error(`${answered} rows of ${addresses.length} objects answered`)
