/**
 * Kernels one by one, native against TypeScript, each in one process: `npm run bench:kernels`, and `--smoke` for a run that
 * only shows that everything still works. What each computes is compared with the other backend's result.
 */
import { parseArgs } from 'node:util'
import { Network } from 'descent'
import { Bench } from 'tinybench'

const { values } = parseArgs({ options: { smoke: { type: 'boolean', default: false } } })

const shapes = [
  [784, 30, 10],
  [784, 128, 10],
  [784, 800, 10],
]
const bench = new Bench(values.smoke ? { time: 20, iterations: 2, warmup: false } : { time: 500 })

for (const sizes of shapes) {
  const rows = Float32Array.from({ length: 64 * sizes[0] }, (_, i) => ((i * 7919) % 1000) / 1000)
  const networks = (['native', 'typescript'] as const).map((backend) => new Network(sizes, { seed: 1, backend }))
  const [first, second] = networks.map((network) => network.feedforward(rows))
  const error = Math.max(...first.map((value, i) => Math.abs(value - second[i])))
  if (!(error < 1e-5)) throw new Error(`the backends disagree by ${error} on ${sizes.join('-')}`)
  for (const network of networks) {
    for (const count of [1, 64]) {
      const x = rows.subarray(0, count * sizes[0])
      bench.add(`${sizes.join('-')} feedforward, ${count} rows, ${network.backend.name}`, () => {
        network.feedforward(x)
      })
    }
  }
}

await bench.run()
console.table(bench.table())
