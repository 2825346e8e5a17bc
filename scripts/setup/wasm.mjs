/** Compiles wasm/ with AssemblyScript, and writes the result as a module of src/. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashOf } from './hash.mjs'
import { run } from './run.mjs'
import { tail } from './say.mjs'

/** The files on which the compiled module depends. */
export const wasmSources = ['wasm', 'scripts/setup/wasm.mjs']

/** The files whose functions the module exports. */
const entries = ['wasm/gemm.ts', 'wasm/elementwise.ts']

/** The compiled module. tsc compiles it with the other modules of src/. */
const target = 'src/backend/wasm/binary.ts'

const options = [
  '--optimizeLevel=3',
  '--shrinkLevel=0',
  '--converge',
  '--noAssert',
  '--runtime=stub',
  '--memoryBase=0',
  '--importMemory',
  '--sharedMemory',
  '--maximumMemory=65536',
  '--enable=simd',
  '--enable=threads',
]

/**
 * Compiles the module, unless the compiled module is there and belongs to the sources.
 *
 * @param {string} root
 * @returns {Promise<string | undefined>} why the compilation failed, or undefined if it succeeded
 */
export async function buildWasm(root) {
  const head = `// Compiled from wasm/ by scripts/setup/wasm.mjs; do not edit. Hash of the sources: ${hashOf(root, wasmSources)}\n`
  const path = join(root, target)
  // Only a clone has the sources. The package has the compiled module.
  if (!existsSync(join(root, 'wasm'))) return undefined
  if (existsSync(path) && readFileSync(path, 'utf8').startsWith(head)) return undefined
  const compiler = findCompiler(root)
  if (!compiler) return 'AssemblyScript, which compiles wasm/, is not installed: run npm ci'
  const folder = mkdtempSync(join(tmpdir(), 'descent-wasm-'))
  try {
    const file = join(folder, 'module.wasm')
    const { ok, output } = await run([process.execPath, compiler, ...entries, `--outFile=${file}`, ...options], {
      cwd: root,
    })
    if (!ok) return tail(output)
    const bytes = readFileSync(file)
    const base64 = bytes.toString('base64')
    const lines = [
      '/** The module for shared memory, as base64. */',
      `export const binary: string = '${base64}'`,
      '/** The index of the byte that says that the memory is shared: 3 for shared memory, 1 for any other memory. */',
      `export const sharedFlag: number = ${findSharedFlag(bytes)}`,
    ]
    writeFileSync(path, `${head}\n${lines.join('\n')}\n`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Returns the path of AssemblyScript's compiler, or undefined if it is not installed. @param {string} root */
function findCompiler(root) {
  try {
    return createRequire(join(root, 'package.json')).resolve('assemblyscript/bin/asc.js')
  } catch {
    return undefined
  }
}

/**
 * Returns the index of the flags of the imported memory. They follow its name and the kind of the import (WebAssembly
 * Core Specification, "Import Section" and "Limits").
 *
 * @param {Buffer} bytes
 */
function findSharedFlag(bytes) {
  const name = Buffer.from('\x03env\x06memory\x02', 'latin1')
  const index = bytes.indexOf(name) + name.length
  if (bytes[index] !== 3) throw new Error(`the module does not import shared memory: its flags are ${bytes[index]}`)
  return index
}
