import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { readCsv, readNpz, streamCsv, streamNdjson, writeNpz } from 'descent-nn'

const folder = await mkdtemp(join(tmpdir(), 'readers-'))
const path = join(folder, 'flowers.csv')
await writeFile(path, 'petal,sepal,kind\n1.4,5.1,setosa\n4.7,7,"versicolor"\n1.3,4.9,setosa\n')

// The whole file, which may be gzipped. Class names are in the order of the network's outputs.
const options = { label: 'kind', labelNames: ['setosa', 'versicolor'] }
const flowers = await readCsv(path, options)
console.log(`${flowers.rows} flowers of ${flowers.width} numbers; labels ${flowers.labels.join(' ')}`)

// In batches, from a file or from any iterable of bytes or text: process.stdin, a request, an object in cloud storage.
for await (const batch of streamCsv(path, { ...options, batchSize: 2 })) console.log(`a batch of ${batch.rows}`)
const lines = Readable.from(['{"petal": 1.4, "kind": 0}\n{"petal"', ': "?", "kind": 1}\n'])
try {
  for await (const { inputs } of streamNdjson(lines, { label: 'kind' })) console.log(`petal ${inputs[0].toFixed(1)}`)
} catch (error) {
  console.log(error.message)
}

// Arrays to NumPy and back again.
const arrays = join(folder, 'flowers.npz')
const { inputs, labels, rows, width } = flowers
await writeNpz(arrays, { inputs: { shape: [rows, width], data: inputs }, labels: { shape: [rows], data: labels } })
for (const [name, { dtype, shape }] of Object.entries(await readNpz(arrays))) {
  console.log(`${name}: ${dtype} of shape (${shape.join(', ')})`)
}
await rm(folder, { recursive: true })
