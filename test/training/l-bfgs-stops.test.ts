import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Dataset, type Description, DivergedError, dense, Network } from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'
import { type Floats, normals, sameBits } from '../support/numbers.js'

const lbfgs = { learningRate: 1, optimizer: { name: 'l-bfgs', historySize: 2 } } as const

const neuron: Description = { inputs: 1, layers: [dense(1, 'identity')] }

/** Rows of one input, each with its target. */
const pairs = (...rows: [number, number][]): Dataset =>
  new Dataset({ inputs: rows.map(([x]) => [x]), targets: rows.map(([, y]) => [y]) })

const sentence = (what: string): string =>
  `training diverged in epoch 1, batch 1: ${what}; likely causes: a learning rate that is too high (1 here), ` +
  'inputs far from the range 0 to 1 (try network.standardize), targets much larger than the outputs can be; ' +
  'the network is back at its best parameters, those it started with'

async function divergenceOf(run: Promise<unknown>): Promise<DivergedError> {
  const error = await run.then(
    () => new Error('it did not diverge'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof DivergedError)) throw error
  return error
}

/** A signal that aborts when it is checked for the nth time, and then calls `at`. */
function abortingAt(nth: number, at: () => void): AbortSignal {
  const controller = new AbortController()
  const { signal } = controller
  let checks = 0
  signal.throwIfAborted = () => {
    if (++checks === nth) {
      controller.abort()
      at()
    }
    if (signal.aborted) throw signal.reason
  }
  return signal
}

describeOnBackends('l-bfgs', (backend) => {
  it('names the row if the cost overflows at the start', async () => {
    // The overflow is in the third pass, after two passes of 256 rows.
    const rows = Array.from({ length: 600 }, (_, r): [number, number] => [r / 600, r === 590 ? 1e200 : 1])
    const network = new Network(neuron, { dtype: 'float64', backend, parameters: [0.5, 0.25] })
    const error = await divergenceOf(network.fit(pairs(...rows), lbfgs))
    expect(error.message).toBe(
      sentence('the cost quadratic of 1 outputs overflows, though all weights and outputs are finite'),
    )
    expect(error.place).toEqual({ epoch: 1, batch: 1, row: 512, layer: undefined, quantity: 'cost' })
    expect([...network.parameters]).toEqual([0.5, 0.25])
  })

  it('names the outputs that overflow', async () => {
    const network = new Network(neuron, { dtype: 'float64', backend, parameters: [1e200, 0] })
    const error = await divergenceOf(network.fit(pairs([1, 0], [1e150, 0]), lbfgs))
    expect(error.message).toBe(sentence('the logits of layer 1 of 1 hold Infinity'))
    expect([...network.parameters]).toEqual([1e200, 0])
  })

  it('names the gradients that overflow, though the cost does not', async () => {
    const network = new Network(neuron, { dtype: 'float64', backend, parameters: [0, 0] })
    const error = await divergenceOf(network.fit(pairs([1e200, 1e120]), lbfgs))
    expect(error.message).toBe(sentence('the gradients of layer 1 of 1 hold -Infinity'))
    expect(error.place).toEqual({ epoch: 1, batch: 1, row: 0, layer: 1, quantity: 'gradients' })
    expect([...network.parameters]).toEqual([0, 0])
  })

  it('backs off from trial points where the cost is not finite', async () => {
    // Eight factors of a million: the outputs of the first trials overflow float32.
    const layers = Array.from({ length: 8 }, () => dense(1, 'identity'))
    const parameters = Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? 0.9 : 0))
    const network = new Network({ inputs: 1, layers }, { dtype: 'float32', backend, parameters })
    const history = await network.fit(pairs([1, 1], [2, 2]), { ...lbfgs, learningRate: 2 ** 20, epochs: 3 })
    expect(history[1].cost).toBeLessThan(history[0].cost)
    expect(history[2].cost).toBeLessThan(history[1].cost)
  })

  it('does not move if no trial lowers the cost', async () => {
    const network = new Network(neuron, { dtype: 'float64', backend, parameters: [0.5, 0.25] })
    const before = network.parameters.slice()
    const history = await network.fit(pairs([1, 3], [2, 1]), { ...lbfgs, learningRate: 1e200, epochs: 2 })
    expect(sameBits(network.parameters, before)).toBe(true)
    expect(history[1].cost).toBe(history[0].cost)
  })

  const create = () => new Network([2, 3, 1], { seed: 1, dtype: 'float64', backend })
  const data = new Dataset({
    inputs: normals(600, 1, 'x'),
    width: 2,
    targets: normals(300, 1, 'y').map((value) => 1 / (1 + Math.exp(-value))),
  })

  it('keeps the parameters of the last complete step, wherever in a step it is aborted', async () => {
    const network = create()
    // A live view, so the test can read it in the middle of a step.
    const { parameters } = network
    const [start, end] = [parameters.slice(), create()]
    await end.fit(data, { ...lbfgs, epochs: 1 })
    let [moved, aborts] = [0, 0]
    for (let nth = 1; ; nth++) {
      parameters.set(start)
      let met: Floats = start
      const signal = abortingAt(nth, () => (met = parameters.slice()))
      const error = await network.fit(data, { ...lbfgs, epochs: 1, signal }).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      if (error === undefined) break
      expect(error).toBe(signal.reason)
      expect(sameBits(parameters, start)).toBe(true)
      aborts++
      if (!sameBits(met, start)) moved++
    }
    expect(sameBits(parameters, end.parameters)).toBe(true)
    // The signal is checked before and after each pass over the rows, and the search makes at least one pass.
    expect(aborts).toBeGreaterThanOrEqual(4)
    expect(moved).toBeGreaterThanOrEqual(2)
  })

  it('resumes from the middle of a step with the same bits when its history is full', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'descent-l-bfgs-'))
    const whole = create()
    await whole.fit(data, { ...lbfgs, epochs: 7 })
    let [ended, asked] = [0, 0]
    const controller = new AbortController()
    const { signal } = controller
    // Aborts in the fifth step: the signal is checked twice for the start of the line, then for the first trial.
    signal.throwIfAborted = () => {
      if (ended === 4 && ++asked === 3) controller.abort()
      if (signal.aborted) throw signal.reason
    }
    const run = async () => {
      const checkpoint = { folder, everyEpochs: 100 }
      for await (const _ of create().train(data, { ...lbfgs, epochs: 7, signal, checkpoint })) ended++
    }
    await expect(run()).rejects.toThrow('This operation was aborted')
    expect(ended).toBe(4)
    const resumed = create()
    const history = await resumed.fit(data, { ...lbfgs, epochs: 7, checkpoint: { folder, resume: true } })
    rmSync(folder, { recursive: true })
    expect(history.length).toBe(7)
    expect(sameBits(resumed.parameters, whole.parameters)).toBe(true)
  })
})
