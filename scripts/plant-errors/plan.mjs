import { readFileSync } from 'node:fs'

/**
 * @typedef {object} Planted an error to plant
 * @property {string} where the kernel or other code that the error is in, such as "gemm" or "optimizer adam"
 * @property {string} file the path of the file within the copy of the package
 * @property {string} find the code to replace. It occurs once in the file, or once in `within` if that is given
 * @property {string} replace
 * @property {{ name: string, head: RegExp }} [within] the function that contains the code. `head` matches its beginning
 * @property {string} test the test file that must fail
 * @property {string} filter a pattern for the names of the tests to run
 */

/**
 * Reads a list of errors from a file in this folder. Each line of the file is a JSON object.
 *
 * @param {string} name
 * @returns {Record<string, string>[]}
 */
const readList = (name) =>
  readFileSync(new URL(name, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

/**
 * The errors to plant in the TypeScript kernels, and in the activation functions, optimizers and other code of compile/
 * and training/. An error of a kernel is planted in the function that has the kernel's name. If the error's line in
 * typescript.ndjson has a `helper`, the error is planted in the function with that name instead.
 *
 * @type {Planted[]}
 */
export const typescriptErrors = [
  ...readList('typescript.ndjson').map(({ kernel, file, find, replace, helper = kernel }) => ({
    where: kernel,
    file: `dist/backend/typescript/${file}.js`,
    find,
    replace,
    within: { name: helper, head: new RegExp(`^(export )?function ${helper}\\(`, 'm') },
    test: 'test/backend/typescript.test.ts',
    filter: ` ${kernel} (does in|ends the run)`,
  })),
  ...readList('records.ndjson').map(({ where, file, find, replace, test, filter = '' }) => ({
    where,
    file: `dist/${file}.js`,
    find,
    replace,
    test,
    filter,
  })),
]

/** @param {string} text */
const literally = (text) => new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))

/** @param {string} kernel */
const headOf = (kernel) => `DESCENT_KERNEL(${kernel},`

const nativeTest = 'test/backend/native.test.ts'

/**
 * The errors to plant in the native kernels, and in the code that divides the work of a kernel among threads. An error
 * of a kernel is planted in the kernel's function. If the error's line in native.ndjson has a `head`, the error is
 * planted in the function that begins with this text instead. If the line has the field `also`, this is a pattern for
 * the names of further tests to run. The list is sorted by file, so that each build recompiles few files.
 *
 * @type {Planted[]}
 */
export const nativeErrors = [
  ...readList('native.ndjson').map(({ kernel, file, find, replace, head = headOf(kernel), also }) => ({
    where: `native ${kernel}`,
    file: `native/kernels/${file}`,
    find,
    replace,
    within: { name: head, head: literally(head) },
    test: nativeTest,
    filter: [` ${kernel} (does in|refuses)`, 'the written NaN policy', also].filter(Boolean).join('|'),
  })),
  ...readList('sharing.ndjson').map(({ where, find, replace, filter }) => ({
    where: `native ${where}`,
    file: 'native/executor.cc',
    find,
    replace,
    test: nativeTest,
    filter,
  })),
].sort((a, b) => Number(a.file > b.file) - Number(a.file < b.file))

/**
 * The errors to plant in the WebAssembly backend: in wasm/, and in the modules of src/backend/wasm/. Each is planted in
 * the function that begins with the text `head`.
 *
 * @type {Planted[]}
 */
export const wasmErrors = readList('wasm.ndjson').map(({ where, file, find, replace, head, test, filter = '' }) => ({
  where: `wasm ${where}`,
  file,
  find,
  replace,
  within: { name: head, head: literally(head) },
  test,
  filter,
}))

/**
 * Returns the text of the file with the error planted in it.
 *
 * @param {Planted} planted
 * @param {string} text
 * @throws Error if the code to replace is missing or occurs several times. The list of errors is then out of date
 */
export function plant({ where, file, find, replace, within }, text) {
  const start = within ? text.search(within.head) : 0
  const last = within ? text.indexOf('\n}\n', start) : -1
  const end = last < 0 ? text.length : last
  const at = start < 0 ? -1 : text.indexOf(find, start)
  const again = text.indexOf(find, at + 1)
  if (at < 0 || at >= end || (again >= 0 && again < end)) {
    throw new Error(`${where}: "${find}" must occur once in ${within ? `${within.name} of ` : ''}${file}`)
  }
  return text.slice(0, at) + replace + text.slice(at + find.length)
}
