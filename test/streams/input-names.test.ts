import { Readable, type Transform } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { type ClassifierOptions, Network } from '#src/index'
import { failure } from '../support/files.js'

interface Row {
  readonly age: number
  readonly income: number
}

const rows = Array.from({ length: 20 }, (_, i) => ({ income: i / 3, id: `n${i}`, age: 2 - i / 5 }))
const network = new Network([2, 3, 2], { seed: 1 })
network.inputNames = ['age', 'income']
network.labelNames = ['no', 'yes']
const expected = network.feedforward(rows.map(({ age, income }) => [age, income]))

async function outputsOf(source: readonly unknown[], stream: Transform): Promise<number[]> {
  const found: number[] = []
  for await (const outputs of Readable.from(source).pipe(stream)) found.push(...outputs)
  return found
}

describe('a stream of objects', () => {
  it('is read by the names of the network, with no option or with its names in any order', async () => {
    expect(await outputsOf(rows, network.predictor())).toEqual([...expected])
    expect(await outputsOf(rows, network.predictor<Row>({ inputs: ['income', 'age'] }))).toEqual([...expected])
    const lists = rows.map(({ age, income }) => [age, income])
    expect(await outputsOf(lists, network.predictor())).toEqual([...expected])
    const [first] = await Readable.from(rows)
      .pipe(network.classifier({ keep: true }))
      .take(1)
      .toArray()
    expect(Object.keys(first)).toEqual(['income', 'id', 'age', 'class', 'label', 'confidence'])
  })

  it('is refused where a row lacks an input of the network', async () => {
    const lacking = [rows[0], { income: 1 }]
    expect(await failure(outputsOf(lacking, network.predictor()))).toBe('DataError: row 1 has no column "age"')
    const options: ClassifierOptions<Row & { years: number }> = { inputs: ['years', 'income'] }
    expect(() => network.classifier(options)).toThrow(
      'inputs lacks "age", which is an input of the network; if the columns of the rows have other names, give a function',
    )
  })

  it('takes the names that the network gets while it learns', async () => {
    const fresh = new Network([2, 1], { seed: 1 })
    const stream = fresh.predictor()
    fresh.inputNames = ['age', 'income']
    expect(await outputsOf([{ income: 2, age: 1 }], stream)).toEqual([...fresh.feedforward([1, 2])])
  })
})
