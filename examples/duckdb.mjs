import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { dense, Network } from 'descent-nn'
import { readParquet, readSql, streamParquet, writePredictions } from 'descent-nn/duckdb'

const folder = mkdtempSync(join(tmpdir(), 'descent-'))
const path = join(folder, 'rooms.parquet')

// Rooms of 10 to 49 square meters on floors 0 to 4, and whether they were rented out within a week.
const connection = await (await DuckDBInstance.create()).connect()
await connection.run(`
  COPY (
    SELECT 10 + (i * 7) % 40 AS area, (i * 3) % 5 AS floor, if(area + 5 * floor > 40, 'let', 'free') AS state
    FROM range(10_000) t(i)
  ) TO '${path}' (FORMAT parquet)
`)

// Read a whole file.
const options = { label: 'state', labelNames: ['free', 'let'] }
const rooms = await readParquet(path, options)
console.log(`${rooms.rows} rooms of ${rooms.width} numbers, the first ${rooms.inputs.slice(0, 2).join(' and ')}`)

// Run a query with parameters.
const small = await readSql(`SELECT * FROM '${path}' WHERE area < ?`, { ...options, parameters: [30] })
console.log(`${small.rows} of them are small, ${small.labels.filter((label) => label === 1).length} of these let`)

const network = new Network({ inputs: 2, layers: [dense(2, 'softmax')], cost: 'cross-entropy', initializer: 'zeros' })
network.standardize(rooms)

// Read the file in batches of 1000 rows, never all of it at once, and make one update from each batch.
for (let epoch = 1; epoch <= 5; epoch++) {
  for await (const batch of streamParquet(path, { ...options, batchSize: 1000 }))
    await network.partialFit(batch, { learningRate: 2 })
}
console.log(`${(await network.evaluate(rooms)).correct} right after 50 updates`)

// Write the answers into a table as they are computed.
async function* answers() {
  for await (const batch of streamParquet(path, options)) {
    const answer = Int32Array.from(await network.classify(batch.inputs))
    yield { area: batch.inputs.filter((_, i) => i % 2 === 0), answer }
  }
}
const written = await writePredictions(connection, 'answers', answers())
const result = await connection.runAndReadAll(`
  SELECT answer, count(*)::INTEGER AS rooms, min(area) AS smallest FROM answers GROUP BY answer ORDER BY answer
`)
console.log(`${written} answers:`, JSON.stringify(result.getRowObjectsJson()))
rmSync(folder, { recursive: true })
