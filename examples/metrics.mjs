import { classificationMetrics, digits, Network } from 'descent-nn'

const training = await digits({ count: 5_000, seed: 1 })
const validation = await digits({ count: 1_000, seed: 2 })

const network = new Network([784, 30, 10], { seed: 1 })
const history = []
for await (const { number, cost } of network.train(training, { epochs: 3, learningRate: 3 })) {
  const { metrics } = await network.evaluate(validation, { metrics: ['accuracy', 'top-3', 'f1', 'mse'] })
  history.push({ number, cost, ...metrics })
}
console.log('epoch  accuracy  top-3     f1    mse')
for (const { number, accuracy, 'top-3': top, f1, mse } of history) {
  const columns = [accuracy, top, f1, mse].map((value) => value.toFixed(3))
  console.log(`${number}         ${columns.join('  ')}`)
}

const { confusion } = await network.evaluate(validation)
const { classes, macro } = classificationMetrics(confusion)
const row = (name, { precision, recall, f1, support }) =>
  `${name.padEnd(7)}  ${[precision, recall, f1].map((share) => share.toFixed(2).padStart(6)).join('  ')}  ${String(support).padStart(4)}`
console.log('\ndigit    precis  recall      f1  rows')
for (const [digit, metrics] of classes.entries()) console.log(row(String(digit), metrics))
console.log(row('average', macro))

const rounded = (_, value) => (typeof value === 'number' ? Number(value.toFixed(3)) : value)
console.log(`\nhistory: ${JSON.stringify(history.slice(0, 2), rounded)}`)
