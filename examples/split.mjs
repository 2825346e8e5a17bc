import { crossValidate, dense, digits, Network, splitDataset } from 'descent-nn'

const { training, validation } = splitDataset(await digits({ count: 1_000, seed: 1 }), { fraction: 0.2 })
console.log(`${training.rows} digits to learn from, ${validation.rows} held out`)

async function accuracyOf(neurons, rows, heldOut) {
  const layers = [dense(neurons), dense(10)]
  const network = new Network({ inputs: 784, layers, cost: 'cross-entropy', initializer: 'scaled-normal' }, { seed: 1 })
  await network.fit(rows, { epochs: 5, learningRate: 0.5 })
  return (await network.evaluate(heldOut)).accuracy
}

for (const neurons of [10, 30]) {
  const { scores, mean, deviation } = await crossValidate(training, { folds: 4 }, (rows, heldOut) =>
    accuracyOf(neurons, rows, heldOut),
  )
  console.log(`${neurons} neurons: ${scores.join(', ')}; mean ${mean.toFixed(3)}, deviation ${deviation.toFixed(3)}`)
}
console.log(`30 neurons, on the digits held out: ${await accuracyOf(30, training, validation)}`)
