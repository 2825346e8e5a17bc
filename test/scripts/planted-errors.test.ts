import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { kernelNames } from '#src/program/kernels'
import { nativeErrors, plant, typescriptErrors, wasmErrors } from '../../scripts/plant-errors/plan.mjs'

interface Planted {
  readonly where: string
  readonly file: string
  readonly find: string
  readonly replace: string
  readonly within?: { readonly name: string }
}
const planted: Planted[] = [...typescriptErrors, ...nativeErrors, ...wasmErrors]
const textOf = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')

describe('the errors that scripts/plant-errors.mjs plants', () => {
  it.each(['TypeScript', 'native'])('are in every kernel: %s', (backend) => {
    const named = (kernel: string) => (backend === 'native' ? `native ${kernel}` : kernel)
    expect(kernelNames.filter((kernel) => !planted.some(({ where }) => where === named(kernel)))).toEqual([])
  })

  it('are in every function of wasm/, and in every module of the wasm backend', () => {
    const places = (wasmErrors as readonly Planted[]).map(({ file, within }) => [file, within?.name])
    for (const file of ['wasm/gemm.ts', 'wasm/elementwise.ts']) {
      const functions = textOf(file).matchAll(/^(?:export )?(function \w+\()/gm)
      for (const [, head] of functions) expect(places).toContainEqual([file, head])
    }
    const modules = readdirSync(new URL('../../src/backend/wasm', import.meta.url)).filter(
      (name) => name !== 'binary.ts',
    )
    const withErrors = new Set(places.map(([file]) => file))
    for (const module of modules) expect(withErrors).toContain(`dist/backend/wasm/${module.replace('.ts', '.js')}`)
  })

  it('can be planted: each place is where the list says, and changes', () => {
    for (const error of planted) {
      const text = textOf(error.file)
      const changed: string = plant(error, text)
      expect(changed).not.toBe(text)
      expect(changed.length - text.length, error.where).toBe(error.replace.length - error.find.length)
    }
  })

  it('are refused if their place is missing, or if there are several', () => {
    const [error] = planted
    const twice = 'function gatherInputs() {\n  = scale[0] = scale[0]\n}\n'
    const message = 'gatherInputs: "= scale[0]" must occur once in gatherInputs of dist/backend/typescript/gather.js'
    expect(() => plant(error, twice)).toThrow(new Error(message))
    expect(() => plant(error, '= scale[0]')).toThrow(new Error(message))
  })
})
