import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Dataset, type Evaluation, Network } from '#src/index'

const key = Symbol.for('Jupyter.display')

/** What a notebook gets from a value. Fails if the value has nothing for notebooks. */
function shown(value: object): Record<string, string> {
  const show: unknown = Reflect.get(value, key)
  if (typeof show !== 'function') throw new Error('it does not show itself')
  return show.call(value)
}

const network = new Network([2, 3, 2], { seed: 1, backend: 'typescript' })
const dataset = new Dataset({
  inputs: [
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  labels: [0, 1, 1],
})

describe('a network in a notebook', () => {
  it('shows its summary, and its diagram as HTML and as SVG', () => {
    const texts = shown(network)
    expect(Object.keys(texts)).toEqual(['text/plain', 'text/html', 'image/svg+xml'])
    expect(texts['text/plain']).toBe(network.summary())
    expect(texts['image/svg+xml']).toContain('>3 sigmoid</text>')
    expect(texts['text/html']).toContain(texts['image/svg+xml'])
    expect(texts['text/html']).toContain('2 -&gt; 3')
  })

  it('has its class names as text', () => {
    const named = new Network([1, 2], { seed: 1, backend: 'typescript' })
    named.labelNames = ['<img src=x onerror=alert(1)>', 'b']
    expect(shown(named)['text/html']).not.toContain('<img')
  })

  it('shows only its summary while it learns', async () => {
    const busy = new Network([2, 3, 2], { seed: 1, backend: 'typescript' })
    const run = busy.fit(dataset, { epochs: 50 })
    await new Promise((resolve) => setTimeout(resolve))
    const texts = shown(busy)
    await run
    expect(texts).toEqual({ 'text/plain': busy.summary() })
  })
})

describe('an evaluation in a notebook', () => {
  const plain = ({ cost, accuracy, correct, confusion, metrics, rows }: Evaluation) => {
    return { cost, accuracy, correct, confusion, metrics, rows }
  }

  it('shows its measures and its confusion table', async () => {
    const evaluation = await network.evaluate(dataset, { metrics: ['f1'] })
    const texts = shown(evaluation)
    expect(texts['text/plain']).toMatch(/^rows 3, cost 0\.\d+, accuracy [\d.]+, f1 [\d.]+$/)
    expect(texts['text/html']).toContain('<caption>Measures</caption>')
    expect(texts['text/html']).toContain('<table class="descent-confusion">')
  })

  it('is otherwise what it was: nothing prints, copies or compares how it shows itself', async () => {
    const evaluation = await network.evaluate(dataset)
    const copy = plain(evaluation)
    expect(inspect(evaluation)).toBe(inspect(copy))
    expect(JSON.stringify(evaluation)).toBe(JSON.stringify(copy))
    expect(evaluation).toStrictEqual(copy)
    expect(structuredClone(evaluation)).toStrictEqual(copy)
    expect(Reflect.ownKeys({ ...evaluation })).toEqual(Object.keys(copy))
  })
})
