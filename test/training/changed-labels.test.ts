import { expect, it } from 'vitest'
import { DataError, Dataset, Network } from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'

const rows = 2000
const message = 'label 7 at row 1999 is out of range: the network has 3 outputs, so labels go from 0 to 2'

describeOnBackends('a label that the user changes during a run', (backend) => {
  const create = () => {
    const dataset = new Dataset({ inputs: new Float32Array(rows * 4), width: 4, labels: new Int32Array(rows) })
    return { dataset, network: new Network([4, 8, 3], { backend, seed: 1 }) }
  }
  const spoil = ({ labels }: Dataset) => labels?.fill(7, rows - 1)

  it('ends the training with the error of a wrong label', async () => {
    const { dataset, network } = create()
    const run = network.fit(dataset, { epochs: 1000, batchSize: 10, learningRate: 1 })
    spoil(dataset)
    const error = await run.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(DataError)
    expect(error).toEqual(new DataError(message))
  })

  it('ends the training with this error between two epochs too', async () => {
    const { dataset, network } = create()
    const run = network.train(dataset, { epochs: 1000, batchSize: 10, learningRate: 1 })
    await run.next()
    spoil(dataset)
    const error = await run.next().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(DataError)
    expect(error).toEqual(new DataError(message))
  })

  it('ends an evaluation with this error', async () => {
    const { dataset, network } = create()
    const run = network.evaluate(dataset)
    spoil(dataset)
    const error = await run.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(DataError)
    expect(error).toEqual(new DataError(message))
  })
})
