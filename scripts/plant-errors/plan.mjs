import { kernelErrors } from './kernels.mjs'
import { nativeErrors } from './native.mjs'
import { recordErrors } from './records.mjs'

/**
 * @typedef {object} Planted an error to plant
 * @property {string} where the kernel or record
 * @property {string} file from the root of the copy
 * @property {string} find stands once in the file, or in the function where that is given; in native sources the first counts
 * @property {string} replace
 * @property {string} [helper] the function
 * @property {string} test the test file that shall notice
 * @property {string} filter what the names of its tests shall match
 */

/** @type {Planted[]} */
export const typescriptErrors = [
  ...kernelErrors.map(([kernel, file, find, replace, helper = kernel]) => ({
    where: kernel,
    file: `dist/backend/typescript/${file}.js`,
    find,
    replace,
    helper,
    test: 'test/backend/typescript.test.ts',
    filter: ` ${kernel} (does in|ends the run)`,
  })),
  ...recordErrors.flatMap(({ test, filter = '', errors }) =>
    errors.map(([where, file, find, replace]) => ({ where, file: `dist/${file}.js`, find, replace, test, filter })),
  ),
]

/** @type {Planted[]} */
export const errorsOfNative = nativeErrors.map(([kernel, file, find, replace]) => ({
  where: `native ${kernel}`,
  file: `native/kernels/${file}`,
  find,
  replace,
  test: 'test/backend/native.test.ts',
  filter: ` ${kernel} does in`,
}))

/**
 * The text with the error in it.
 *
 * @param {Planted} planted
 * @param {string} text
 * @throws Error where the place is not there, or not the only one: then the list is out of date
 */
export function plant({ where, file, find, replace, helper }, text) {
  const start = helper === undefined ? 0 : text.search(new RegExp(`^(export )?function ${helper}\\(`, 'm'))
  const end = helper === undefined ? text.length : text.indexOf('\n}\n', start)
  const at = start < 0 ? -1 : text.indexOf(find, start)
  const again = text.indexOf(find, at + 1)
  const once = file.startsWith('native/') || again < 0 || again >= end
  if (at < 0 || at >= end || !once) {
    throw new Error(`${where}: "${find}" must stand once in ${helper ?? 'the whole'} of ${file}`)
  }
  return text.slice(0, at) + replace + text.slice(at + find.length)
}
