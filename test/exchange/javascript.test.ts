import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { activationNames } from '#src/compile/activations'
import { standardization } from '#src/data/standardize'
import { Dataset, dense, Network, saveJavaScript } from '#src/index'
import { failure, temporaryFolder } from '../support/files.js'
import { normals, normwiseError } from '../support/numbers.js'
import { expectNear, outputErrors } from '../support/rounding.js'

const folder = temporaryFolder()
const columns = 5
const rows = Array.from({ length: 20 }, (_, i) => [...normals(columns, i)])

interface Exported {
  readonly inputs: number
  readonly outputs: number
  readonly labelNames: readonly string[] | undefined
  predict(row: ArrayLike<number>): number[]
  classify(row: ArrayLike<number>): { number: number; label: string | undefined; answer: number }
}

const importModule = async (path: string): Promise<Exported> => import(pathToFileURL(path).href)

function expectSame(network: Network, { predict }: Exported, data?: Dataset): void {
  for (const row of rows) {
    const found = predict(row)
    expectNear(found, network.feedforward(row), outputErrors(network, row, data && standardization(data)))
  }
}

describe('saveJavaScript', () => {
  it.each(
    activationNames.flatMap((activation) => [[activation, 'float32'] as const, [activation, 'float64'] as const]),
  )('writes %s in %s as feedforward computes it', async (activation, dtype) => {
    const path = join(folder, `${activation}-${dtype}.mjs`)
    const network = new Network(
      { inputs: columns, layers: [dense(7, activation), dense(4, activation)] },
      { seed: 2, dtype },
    )
    await saveJavaScript(path, network)
    expectSame(network, await importModule(path))
  })

  it('computes the normal distribution of GELU exactly far out on both sides', async () => {
    const path = join(folder, 'gelu-far.mjs')
    const network = new Network({ inputs: 1, layers: [dense(1, 'gelu')] }, { parameters: [1, 0], dtype: 'float64' })
    await saveJavaScript(path, network)
    const { predict } = await importModule(path)
    for (let z = -45; z < 45; z += 0.37) {
      const [expected] = network.feedforward([z])
      expect(Math.abs(predict([z])[0] - expected)).toBeLessThanOrEqual(1e-13 * Math.max(1, Math.abs(z)))
    }
  })

  it('needs nothing but JavaScript and atob, and takes bytes as the network does', async () => {
    const path = join(folder, 'bare.mjs')
    const network = new Network([columns, 6, 3], { seed: 3 })
    const data = new Dataset({ inputs: rows })
    network.standardize(data)
    network.labelNames = ['one', 'two </script>', "three'"]
    await saveJavaScript(path, network)
    const text = readFileSync(path, 'utf8')
    expect(text).not.toMatch(/\b(import|require|process|Buffer)\b/)
    // A script that returns the exports of the module.
    const script = `${text.replaceAll(/^export /gm, '')}; ({ predict, classify, labelNames, inputs, outputs, Uint8Array })`
    const bare: Exported & { Uint8Array: Uint8ArrayConstructor } = runInContext(script, createContext({ atob }))
    expectSame(network, bare, data)
    expect([bare.inputs, bare.outputs, [...(bare.labelNames ?? [])]]).toEqual([columns, 3, network.labelNames])
    const bytes = [0, 255, 3, 128, 77]
    const expected = network.feedforward(Uint8Array.from(bytes))
    const found = bare.predict(bare.Uint8Array.from(bytes))
    expectNear(found, expected, outputErrors(network, bytes, standardization(data)))
    const [number] = await network.classify([rows[0]])
    expect({ ...bare.classify(rows[0]) }).toEqual({
      number,
      label: network.labelNames[number],
      answer: bare.predict(rows[0])[number],
    })
  })

  it('subtracts large means in float64', async () => {
    const path = join(folder, 'timestamps.mjs')
    const times = Array.from({ length: 50 }, (_, row) => [1_700_000_000_123 + 1000 * row])
    const network = new Network([1, 4, 2], { seed: 1 })
    network.standardize(new Dataset({ inputs: times }))
    await saveJavaScript(path, network)
    const { predict } = await importModule(path)
    for (const row of times) expect(normwiseError(predict(row), network.feedforward(row))).toBeLessThan(1e-6)
  })

  it('can be put into a page as an inline script, whatever the names of the classes are', async () => {
    const path = join(folder, 'inline.mjs')
    const network = new Network([2, 4])
    network.labelNames = ['</script><script>alert(1)', '<!-- <script', 'a\u2028b\u2029c', `"'\`\\ \n \ud800 -->`]
    network.inputNames = ['</script>', '<!--']
    await saveJavaScript(path, network)
    const text = readFileSync(path, 'utf8')
    expect(text).not.toMatch(/<\/script|<script|<!--|[\u2028\u2029]/i)
    expect(text).toContain(
      String.raw`["\u003c/script>\u003cscript>alert(1)","\u003c!-- \u003cscript","a\u2028b\u2029c",`,
    )
    expect((await importModule(path)).labelNames).toEqual(network.labelNames)
  })

  it('writes types that TypeScript takes', async () => {
    const path = join(folder, 'typed.mjs')
    await saveJavaScript(path, new Network([2, 3]))
    const types = readFileSync(join(folder, 'typed.d.mts'), 'utf8')
    const { diagnostics } = ts.transpileModule(types, { reportDiagnostics: true, fileName: 'typed.mts' })
    expect(diagnostics).toEqual([])
    const declared = [...types.matchAll(/export declare (?:const|function) (\w+)/g)].map(([, name]) => name)
    expect(declared.sort()).toEqual(Object.keys(await importModule(path)).sort())
  })

  it('writes types for objects with the inputs by their names', async () => {
    const network = new Network([2, 3])
    network.inputNames = ['age', 'net income']
    await saveJavaScript(join(folder, 'named.mjs'), network)
    const use = `import { classify, predict } from './named.mjs'
interface Person { age: number; 'net income': number; name: string }
declare const person: Person
declare const texts: string[]
predict(person)
classify({ age: 1, 'net income': 2, id: 'x' })
predict([1, 2])
predict(Float32Array.of(1, 2))
predict(texts)
classify(3)
`
    const path = join(folder, 'use.mts')
    writeFileSync(path, use)
    const program = ts.createProgram([path], {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      lib: ['lib.es2022.d.ts'],
      types: [],
    })
    const errors = ts.getPreEmitDiagnostics(program).map(({ start = 0 }) => use.slice(start).split('\n', 1)[0])
    expect(errors).toEqual(['texts)', '3)'])
  })

  it("reports a row of the wrong length, and a path that is not a module's", async () => {
    const path = join(folder, 'short.mjs')
    await saveJavaScript(path, new Network([2, 3]))
    const { predict, classify } = await importModule(path)
    expect(() => predict([1])).toThrow(new RangeError('the row has 1 numbers instead of 2'))
    expect(classify([1, 2]).label).toBeUndefined()
    expect(await failure(saveJavaScript('model.json', new Network([1, 1])))).toBe(
      'ModelError: cannot write model.json: the name of a module ends with .js or .mjs',
    )
  })
})
