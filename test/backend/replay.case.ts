import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { BackendName } from '#src/backend/backend'
import { Dataset, dense, Network } from '#src/index'
import { mnistFolder, noMnist, readMnist } from '../support/mnist.js'

const fixture = (name: string) => readFileSync(new URL(`../fixtures/nielsen-replay/${name}`, import.meta.url))
const curve: { testCorrect: number[]; trainingCorrect: number[]; trainingCost: number[] } = JSON.parse(
  fixture('curve.json').toString(),
)

/** The run behind "overfitting" in Nielsen's book, chapter 3, epoch by epoch. */
export function replaySuite(backend: BackendName): void {
  it.skipIf(!mnistFolder)(
    `replays Nielsen's own run: every count agrees, and the costs to 1e-10${noMnist}`,
    async () => {
      const { training, test } = await readMnist()
      // His pixels are byte / 256.
      const scaled = ({ inputs, labels, width }: Dataset) =>
        new Dataset({ inputs, width, scale: 1 / 256, labels: labels ?? [] })
      const examples = scaled(training.slice(0, 1000))
      const start = fixture('start.f64')
      const parameters = new Float64Array(start.buffer.slice(start.byteOffset, start.byteOffset + start.length))
      const orders = fixture('order.u16')
      const order = (epoch: number) =>
        Uint16Array.from({ length: 1000 }, (_, i) => orders.readUInt16LE(2 * ((epoch - 1) * 1000 + i)))
      const network = new Network(
        { inputs: 784, layers: [dense(30), dense(10)], cost: 'cross-entropy' },
        { dtype: 'float64', backend, parameters },
      )
      const pictures = scaled(test)
      const ours = { testCorrect: [] as unknown[], trainingCorrect: [] as unknown[], trainingCost: [] as number[] }
      // Evaluating 10,000 pictures takes the TypeScript backend longer than the run, so it does that only every fifth epoch. The costs
      // show its progress in between.
      const shown = (epoch: number) => backend === 'native' || epoch % 5 === 0
      const options = { epochs: 20, batchSize: 10, learningRate: 0.5, shuffle: order, validation: examples }
      for await (const { number, validation } of network.train(examples, options)) {
        if (shown(number)) ours.testCorrect.push((await network.evaluate(pictures)).correct)
        ours.trainingCorrect.push(validation?.correct)
        ours.trainingCost.push(validation?.cost ?? Number.NaN)
      }
      expect(ours.testCorrect).toEqual(curve.testCorrect.filter((_, i) => shown(i + 1)))
      expect(ours.trainingCorrect).toEqual(curve.trainingCorrect)
      const errors = ours.trainingCost.map((cost, i) => Math.abs(cost - curve.trainingCost[i]))
      expect(Math.max(...errors)).toBeLessThanOrEqual(1e-10)
    },
  )
}
