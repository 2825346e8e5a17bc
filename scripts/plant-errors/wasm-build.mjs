/** Compiles wasm/ in the copy of the package where errors are planted. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { buildWasm } from '../setup/wasm.mjs'

/**
 * Compiles wasm/ if it has changed, and puts the module where the tests import it.
 *
 * @param {string} folder
 * @returns {Promise<string | undefined>} the output of the compiler if it failed
 */
export async function buildModule(folder) {
  const sources = join(folder, 'src', 'backend', 'wasm')
  mkdirSync(sources, { recursive: true })
  const problem = await buildWasm(folder)
  if (problem) return problem
  const text = readFileSync(join(sources, 'binary.ts'), 'utf8')
  const compilerOptions = { module: ts.ModuleKind.ES2022, target: ts.ScriptTarget.ES2022 }
  writeFileSync(
    join(folder, 'dist', 'backend', 'wasm', 'binary.js'),
    ts.transpileModule(text, { compilerOptions }).outputText,
  )
}
