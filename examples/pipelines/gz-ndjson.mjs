// Answers objects of a store (gzipped NDJSON behind addresses, as S3 has them): each is fetched, unzipped, answered and
// written out as NDJSON while it comes, so that no object is ever whole in memory.
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
