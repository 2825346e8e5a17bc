import { kernelErrors } from './kernels.mjs'
import { nativeLayerErrors } from './native-layers.mjs'
import { nativeLearningErrors, nativeSharingErrors } from './native-learning.mjs'
import { recordErrors } from './records.mjs'

/**
 * @typedef {object} Planted an error to plant
 * @property {string} where the kernel or record
 * @property {string} file from the root of the copy
 * @property {string} find occurs once in the file, or in the function if one is given
 * @property {string} replace
 * @property {{ name: string, head: RegExp }} [within] the function, and how it begins
 * @property {string} test the test file that must fail
 * @property {string} filter a pattern for the names of its tests
 */

/** @type {Planted[]} */
export const typescriptErrors = [
  ...kernelErrors.map(([kernel, file, find, replace, helper = kernel]) => ({
    where: kernel,
    file: `dist/backend/typescript/${file}.js`,
    find,
    replace,
    within: { name: helper, head: new RegExp(`^(export )?function ${helper}\\(`, 'm') },
    test: 'test/backend/typescript.test.ts',
    filter: ` ${kernel} (does in|ends the run)`,
  })),
  ...recordErrors.flatMap(({ test, filter = '', errors }) =>
    errors.map(([where, file, find, replace]) => ({ where, file: `dist/${file}.js`, find, replace, test, filter })),
  ),
]

/** @param {string} text */
const literally = (text) => new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))

/** @param {string} kernel */
const headOf = (kernel) => `DESCENT_KERNEL(${kernel},`

const nativeTest = 'test/backend/native.test.ts'

/**
 * Sorted by file, so that each build compiles only one.
 *
 * @type {Planted[]}
 */
export const nativeErrors = [
  ...[...nativeLayerErrors, ...nativeLearningErrors].map(
    ([kernel, file, find, replace, name = headOf(kernel), also]) => ({
      where: `native ${kernel}`,
      file: `native/kernels/${file}`,
      find,
      replace,
      within: { name, head: literally(name) },
      test: nativeTest,
      filter: [` ${kernel} (does in|refuses)`, 'the written NaN policy', also]
        .filter((names) => names !== undefined)
        .join('|'),
    }),
  ),
  ...nativeSharingErrors.map(([where, find, replace, filter]) => ({
    where: `native ${where}`,
    file: 'native/executor.cc',
    find,
    replace,
    test: nativeTest,
    filter,
  })),
].sort((a, b) => Number(a.file > b.file) - Number(a.file < b.file))

/**
 * Plants the error in the text.
 *
 * @param {Planted} planted
 * @param {string} text
 * @throws Error if the list is out of date: the place is missing, or there are several
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
