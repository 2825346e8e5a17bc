/**
 * Measures the speed at which digits are drawn. First it measures the processor time of one thread. Then it measures
 * how long a user waits for `digits()`. Run `node bench/digits.mjs` after `npm run build`.
 */
import { strictEqual } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { digits } from '../dist/data/digits/digits.js'
import { createDrawing } from '../dist/data/digits/drawing.js'
import { pictureSize } from '../dist/data/digits/picture.js'

const count = 20_000

console.log(
  `${cpus()[0]?.model}, ${availableParallelism()} threads, load ${loadavg()[0].toFixed(1)}, Node ${process.version}`,
)

const draw = createDrawing(1)
const picture = new Uint8Array(pictureSize)
for (let run = 0; run < 4; run++) {
  const start = process.cpuUsage()
  for (let index = 0; index < count; index++) draw(index, index % 10, picture)
  const { user, system } = process.cpuUsage(start)
  const seconds = (user + system) / 1e6
  console.log(`one thread, ${run === 0 ? 'cold' : 'warm'}: ${perSecond(count, seconds)} of processor time`)
}

let expected
for (const threads of [1, 2, 4].filter((threads) => threads <= availableParallelism())) {
  for (const size of [1000, 10_000, 60_000]) {
    const start = performance.now()
    const { inputs } = await digits({ count: size, threads })
    const seconds = (performance.now() - start) / 1000
    const hash = createHash('sha256')
      .update(inputs.subarray(0, 1000 * pictureSize))
      .digest('hex')
    expected ??= hash
    strictEqual(hash, expected)
    console.log(`digits({ count: ${size}, threads: ${threads} }): ${seconds.toFixed(2)} s, ${perSecond(size, seconds)}`)
  }
}

function perSecond(number, seconds) {
  return `${Math.round(number / seconds)} digits a second`
}
