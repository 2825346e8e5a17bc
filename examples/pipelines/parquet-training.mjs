// Learns digits from a Parquet file of any size. DuckDB reads the file again for each epoch, and fetches the next window of
// rows while the network learns from the current one. It needs `npm install @duckdb/node-api`.
//
//   node examples/pipelines/parquet-training.mjs DIGITS.parquet ROWS
import { digits, Network } from 'descent-nn'
import { streamParquet } from 'descent-nn/duckdb'

const [path, rows] = process.argv.slice(2)

const source = () => streamParquet(path, { inputs: ['pixels'], label: 'digit', dtype: 'uint8' })
const validation = await digits({ count: 500, seed: 2 })
const network = new Network([784, 30, 10], { seed: 1 })
const options = { rows: Number(rows), epochs: 3, learningRate: 3, validation }
for await (const { number, cost, accuracy } of network.train(source, options)) {
  console.log(`epoch ${number}: cost ${cost.toFixed(3)}, ${(100 * accuracy).toFixed(1)} % right`)
}
