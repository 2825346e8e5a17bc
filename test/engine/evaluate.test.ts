import { setImmediate } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { compile } from '#src/compile/compile'
import { describeNetwork } from '#src/compile/spec'
import { classificationMetrics, Dataset, dense, type MetricName, Network, OptionError, topK } from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'
import { normals } from '../support/numbers.js'

/** More rows than a chunk for metrics, and not a multiple of a batch. */
const size = 30_001
const inputs = Float32Array.from(normals(size * 3, 1, 'inputs'))
const labels = Int32Array.from({ length: size }, (_, row) =>
  inputs[row * 3] > 0.3 ? 1 : inputs[row * 3 + 1] > 0 ? 2 : 3,
)
const labeled = new Dataset({ inputs, width: 3, labels })
const numbers = new Dataset({ inputs, width: 3, targets: Float64Array.from(normals(size * 4, 2, 'targets')) })
const binary = new Dataset({
  inputs,
  width: 3,
  targets: Float32Array.from(normals(size * 4, 3, 'targets'), (value) => (value > 0.5 ? 1 : 0)),
})
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

describeOnBackends('the metrics of an evaluation', (backend) => {
  const make = async () => {
    const network = new Network([3, 8, 4], { seed: 3, backend })
    await network.fit(labeled.slice(0, 2000), { epochs: 2, learningRate: 3 })
    return network
  }

  it('match its answers for labels', async () => {
    const network = await make()
    const names: MetricName[] = ['accuracy', 'top-2', 'top-3', 'precision', 'recall', 'f1', 'mse', 'mae']
    const { metrics, accuracy, confusion, cost } = await network.evaluate(labeled, { metrics: names })
    expect(Object.keys(metrics)).toEqual(names)
    expect(metrics.accuracy).toBe(accuracy)
    const outputs = await network.predict(labeled)
    expect(metrics['top-2']).toBe(topK(outputs, 4, labels, 2))
    expect(metrics['top-3']).toBe(topK(outputs, 4, labels, 3))
    expect(topK(outputs, 4, labels, 1)).toBe(accuracy)
    const { macro } = classificationMetrics(confusion ?? [])
    expect(metrics).toMatchObject({ precision: macro.precision, recall: macro.recall, f1: macro.f1 })
    // The quadratic cost of a row is half the sum over its 4 outputs.
    expect(metrics.mse).toBeCloseTo(cost / 2, 6)
    expect(metrics.mae).toBeCloseTo(
      mean([...outputs].map((output, i) => Math.abs(output - (labels[Math.floor(i / 4)] === i % 4 ? 1 : 0)))),
      10,
    )
  })

  it('match its answers for numeric targets', async () => {
    const network = await make()
    const { metrics } = await network.evaluate(numbers, { metrics: ['r2', 'mse', 'mae'] })
    const outputs = await network.predict(numbers)
    const { targets = new Float64Array() } = numbers
    const columns = [0, 1, 2, 3].map((column) => {
      const ofColumn = (values: ArrayLike<number>) => Array.from({ length: size }, (_, row) => values[row * 4 + column])
      const [a, y] = [ofColumn(outputs), ofColumn(targets)]
      const center = mean(y)
      const mse = mean(a.map((value, row) => (value - y[row]) ** 2))
      const mae = mean(a.map((value, row) => Math.abs(value - y[row])))
      return { mse, mae, r2: 1 - mse / mean(y.map((value) => (value - center) ** 2)) }
    })
    expect(metrics.mse).toBeCloseTo(mean(columns.map(({ mse }) => mse)), 10)
    expect(metrics.mae).toBeCloseTo(mean(columns.map(({ mae }) => mae)), 10)
    expect(metrics.r2).toBeCloseTo(mean(columns.map(({ r2 }) => r2)), 10)
  })

  it('match its answers for several labels at once', async () => {
    const network = await make()
    const names: MetricName[] = ['exact-match', 'hamming', 'precision', 'recall', 'f1', 'r2']
    const { metrics, accuracy } = await network.evaluate(binary, { metrics: names })
    expect(accuracy).toBeUndefined()
    const answers = [...(await network.predict(binary))].map((output) => (output > 0.5 ? 1 : 0))
    const targets = [...(binary.targets ?? [])]
    const isRight = targets.map((target, i) => target === answers[i])
    const rows = Array.from({ length: size }, (_, row) => isRight.slice(row * 4, row * 4 + 4))
    expect(metrics['exact-match']).toBe(rows.filter((row) => row.every(Boolean)).length / size)
    expect(metrics.hamming).toBe(isRight.filter((right) => !right).length / (4 * size))
    const shares = [0, 1, 2, 3].map((column) => {
      const count = (wanted: (i: number) => boolean) => targets.filter((_, i) => i % 4 === column && wanted(i)).length
      const hits = count((i) => answers[i] === 1 && targets[i] === 1)
      const precision = hits / (count((i) => answers[i] === 1) || 1)
      const recall = hits / count((i) => targets[i] === 1)
      return { precision, recall, f1: (2 * precision * recall) / (precision + recall || 1) }
    })
    expect(metrics.precision).toBeCloseTo(mean(shares.map(({ precision }) => precision)), 14)
    expect(metrics.recall).toBeCloseTo(mean(shares.map(({ recall }) => recall)), 14)
    expect(metrics.f1).toBeCloseTo(mean(shares.map(({ f1 }) => f1)), 14)
    expect(metrics.r2).toBeLessThan(1)
  })

  it('are plain data, and empty by default', async () => {
    const network = await make()
    expect((await network.evaluate(labeled.slice(0, 50))).metrics).toEqual({})
    const evaluation = await network.evaluate(labeled.slice(0, 50), { metrics: ['top-2', 'f1'] })
    expect(JSON.parse(JSON.stringify(evaluation))).toEqual(evaluation)
  })

  it('are computed while the event loop runs and the network gives other answers', async () => {
    const network = await make()
    const alone = network.feedforward([1, 2, 3])
    let done = false
    const run = network.evaluate(labeled, { metrics: ['mse'] }).finally(() => {
      done = true
    })
    let turns = 0
    while (!done) {
      if (turns++ > 0 && !done) {
        expect(network.feedforward([1, 2, 3])).toEqual(alone)
        expect(() => network.parameters).toThrow('the network is busy: parameters must wait until evaluate ends')
      }
      await setImmediate()
    }
    // 30,001 rows of 4 outputs are four chunks: each lets the event loop turn, as does the cost before them. What native has
    // done within 2 ms may end in one turn.
    expect(turns).toBeGreaterThanOrEqual(backend === 'native' ? 2 : 5)
    expect((await run).metrics.mse).toBeGreaterThan(0)
  })

  it('need memory for one chunk of outputs only, and stop before the next chunk when the signal aborts', async () => {
    const network = await make()
    const dataset = labeled.slice(0)
    const controller = new AbortController()
    const chunks: number[] = []
    dataset.slice = (from, to = size) => {
      chunks.push(to - from)
      if (from > 0) controller.abort(new Error('enough'))
      return labeled.slice(from, to)
    }
    const run = network.evaluate(dataset, { metrics: ['mse'], signal: controller.signal })
    await expect(run).rejects.toThrow('enough')
    expect(chunks.length).toBe(2)
    for (const rows of chunks) expect(rows * 4).toBeLessThanOrEqual(2 ** 15)
    // The network is idle again.
    expect(network.feedforward([1, 2, 3]).length).toBe(4)
  })
})

describe('the confusion matrix', () => {
  const classes = 1200
  const network = new Network([3, classes], { seed: 5, backend: 'typescript' })
  const wide = new Dataset({
    inputs: inputs.slice(0, 900),
    width: 3,
    labels: Int32Array.from({ length: 300 }, (_, i) => i),
  })
  const names: MetricName[] = ['accuracy', 'precision', 'recall', 'f1']

  it('takes no memory in the program', () => {
    const spec = describeNetwork([3, 24_000])
    for (const answers of ['labels', 'targets'] as const) {
      const { sizes } = compile(spec, { task: 'evaluate', rows: 16, dtype: 'float32', answers })
      expect(sizes.tally).toBe(1)
    }
  })

  it('is left out beyond 1,000 classes, where the accuracy and the metrics stay the same', async () => {
    const evaluation = await network.evaluate(wide, { metrics: names })
    expect(evaluation.confusion).toBeUndefined()
    const { confusion = [], ...others } = await network.evaluate(wide, { metrics: names, confusion: true })
    expect(evaluation).toEqual({ ...others, confusion: undefined })
    const { accuracy, macro } = classificationMetrics(confusion)
    expect(evaluation.accuracy).toBe(accuracy)
    const { precision, recall, f1 } = macro
    expect(evaluation.metrics).toEqual({ accuracy, precision, recall, f1 })
    const answers = await network.classify(wide)
    const expected = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
    answers.forEach((answer, row) => {
      expected[row][answer]++
    })
    expect(confusion).toEqual(expected)
  })

  it('takes no memory for 24,000 classes, in evaluations and in training', async () => {
    const many = 24_000
    const network = new Network({ inputs: 3, layers: [dense(many, 'softmax')] }, { seed: 2, backend: 'typescript' })
    const labels = Int32Array.from({ length: 12 }, (_, row) => (row * 1999) % many)
    const rows = new Dataset({ inputs: inputs.slice(0, 36), width: 3, labels })
    const { maxRSS } = process.resourceUsage()
    const history = await network.fit(rows, { epochs: 2, batchSize: 4, learningRate: 1, validation: rows })
    const evaluation = await network.evaluate(rows, { metrics: ['accuracy', 'top-5', 'f1'] })
    // The table would have 576 million numbers. `maxRSS` is in kilobytes.
    expect(process.resourceUsage().maxRSS - maxRSS).toBeLessThan(500_000)
    const answers = await network.classify(rows)
    const correct = answers.filter((answer, row) => answer === labels[row]).length
    expect(evaluation).toMatchObject({ correct, accuracy: correct / 12, confusion: undefined, rows: 12 })
    expect(evaluation.metrics).toMatchObject({
      accuracy: correct / 12,
      'top-5': topK(await network.predict(rows), many, labels, 5),
    })
    expect(history.map(({ validation }) => validation?.confusion)).toEqual([undefined, undefined])
    expect(history[1].validation).toMatchObject({ correct, confusion: undefined })
    await expect(network.evaluate(rows, { confusion: true })).rejects.toThrow(
      new OptionError(
        'confusion must be false or undefined for 24000 classes; a confusion matrix has at most 8192, not true',
      ),
    )
  })

  it('is left out of fewer classes on request', async () => {
    const small = new Network([3, 4], { backend: 'typescript' })
    const evaluation = await small.evaluate(labeled.slice(0, 9), { confusion: false })
    expect(evaluation.confusion).toBeUndefined()
    expect(evaluation.accuracy).toBe((await small.evaluate(labeled.slice(0, 9))).accuracy)
  })

  it('lets the event loop turn while it is made', async () => {
    // Each look at the clock finds that the event loop has waited long enough.
    let now = 0
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
      now += 3
      return now
    })
    let done = false
    const run = network.evaluate(wide.slice(0, 1), { confusion: true }).finally(() => {
      done = true
    })
    let turns = 0
    for (; !done; turns++) await setImmediate()
    await run
    clock.mockRestore()
    // 1,200 rows of 1,200 numbers are made 54 rows at a time.
    expect(turns).toBeGreaterThanOrEqual(22)
  })

  it('is refused where it would not fit into memory', async () => {
    const wider = new Network([1, 8193], { backend: 'typescript' })
    const dataset = new Dataset({ inputs: [[1]], labels: [0] })
    await expect(wider.evaluate(dataset, { confusion: true })).rejects.toThrow(
      new OptionError(
        'confusion must be false or undefined for 8193 classes; a confusion matrix has at most 8192, not true',
      ),
    )
    expect((await wider.evaluate(dataset)).confusion).toBeUndefined()
    await expect(wider.evaluate(dataset, { confusion: 1 } as object)).rejects.toThrow(
      new OptionError('confusion must be true or false, not 1'),
    )
  })
})

describe('a metric', () => {
  const network = new Network({ inputs: 3, layers: [dense(4)] }, { backend: 'typescript' })
  const few = new Dataset({
    inputs: inputs.slice(0, 6),
    width: 3,
    targets: [
      [0, 1, 0, 1],
      [0, 1, 0.5, 1],
    ],
  })
  const some = labeled.slice(0, 5)
  const all = 'accuracy, top-2 to top-3, precision, recall, f1, mse, mae, r2, exact-match, hamming'

  it.each<[string, Dataset, unknown, string]>([
    ['not in a list', some, 'f1', `metrics must be a list of names such as ['accuracy', 'f1'], not "f1"`],
    ['unknown', some, ['f1', 'auc'], `metrics[1] must be one of ${all}, not "auc"`],
    ['not a name', some, [3], `metrics[0] must be one of ${all}, not 3`],
    ['top-1', some, ['top-1'], `metrics[0] must be one of ${all}, not "top-1"`],
    ['a top-k of all classes', some, ['top-4'], `metrics[0] must be one of ${all}, not "top-4"`],
    [
      'for targets, given labels',
      some,
      ['mse', 'r2'],
      'the metric r2 is not defined for the dataset, which has labels: defined are accuracy, top-2 to top-3, precision, recall, f1, mse, mae',
    ],
    [
      'for labels, given targets of 0 and 1',
      binary,
      ['top-2'],
      'the metric top-2 is not defined for the dataset, whose targets are all 0 or 1: defined are mse, mae, r2, exact-match, hamming, precision, recall, f1',
    ],
    [
      'for targets of 0 and 1, given others',
      few,
      ['mse', 'hamming'],
      'the metric hamming is not defined for the dataset, whose targets are not all 0 or 1 (0.5 at row 1, column 2): defined are mse, mae, r2',
    ],
  ])('is refused if it is %s', async (_name, dataset, metrics, sentence) => {
    const run = network.evaluate(dataset, { metrics: metrics as MetricName[] })
    await expect(run).rejects.toThrow(new OptionError(sentence))
    await expect(run).rejects.toBeInstanceOf(OptionError)
  })

  it('top-2 is the only top metric for three classes, and there is none for two', async () => {
    const evaluate = (outputs: number) =>
      new Network([3, outputs], { backend: 'typescript' }).evaluate(new Dataset({ inputs: [[1, 2, 3]], labels: [0] }), {
        metrics: ['top-9'],
      })
    await expect(evaluate(3)).rejects.toThrow('one of accuracy, top-2, precision')
    await expect(evaluate(2)).rejects.toThrow('one of accuracy, precision')
  })
})

it('predict, classify and evaluate refuse a signal that is not an AbortSignal', async () => {
  const network = new Network([3, 8, 4], { backend: 'typescript' })
  const options = { signal: 'x' } as object
  const error = new OptionError('signal must be an AbortSignal, not "x"')
  for (const run of [network.predict(inputs, options), network.classify(inputs, options)]) {
    await expect(run).rejects.toThrow(error)
  }
  await expect(network.evaluate(labeled, options)).rejects.toThrow(error)
  await expect(network.predict(inputs, null as never)).rejects.toThrow(
    new OptionError('predict options must be an object, not null'),
  )
})
