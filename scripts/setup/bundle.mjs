/** The bundles of dist/bundle: what a program loads that imports descent. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The modules that programs load by name, below dist/ and without their ending: package.json names the bundle of each. They
 * share what they have in common, so that a class is the same one through each of them.
 */
const entries = ['index', 'cli/main', 'duckdb', 'arrow', 'pictures']

/** The modules of which each becomes one file without any import, for where there is no Node. */
const portable = ['browser']

/**
 * Importing the library as modules would take longer than making a network: each of some hundred files is found, read
 * and compiled by itself. Bundles are few, and still to be read: nothing is renamed or squeezed. A module's constants must
 * stay `const`: V8 folds them into the code of the TypeScript kernels, which take twice as long with variables.
 *
 * @param {string} root where tsc has compiled the modules
 * @returns {Promise<{ files: string[] } | { problem: string }>} what was written, as paths from root
 */
export async function bundle(root) {
  // Not there before set-up has installed the packages.
  const { rollup } = await import('rollup')
  try {
    const modules = await rollup({
      input: Object.fromEntries(entries.map((name) => [name, join(root, 'dist', `${name}.js`)])),
      external: (name) => !/^[./]/.test(name),
      plugins: [{ name: 'maps of tsc', load: loadWithMap }],
      onLog(_, { message }) {
        throw new Error(message)
      },
    })
    const written = await modules.write({
      ...output,
      dir: join(root, 'dist', 'bundle'),
      chunkFileNames: 'chunks/[name]-[hash].js',
    })
    const files = written.output.map(({ fileName }) => fileName)
    for (const name of portable) {
      const alone = await rollup({
        input: join(root, 'dist', `${name}.js`),
        plugins: [{ name: 'maps of tsc', load: loadWithMap, resolveId: refuseNames }],
        onLog(_, { message }) {
          throw new Error(message)
        },
      })
      const file = `${name}.js`
      await alone.write({ ...output, file: join(root, 'dist', 'bundle', file), inlineDynamicImports: true })
      files.push(file, `${file}.map`)
    }
    return { files: files.map((file) => `dist/bundle/${file}`) }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

/** @type {import('rollup').OutputOptions} */
const output = {
  hoistTransitiveImports: false,
  sourcemap: true,
  // The package has src/ beside it.
  sourcemapExcludeSources: true,
}

/**
 * What is imported by name is not in the package: a module of Node's, or another package.
 *
 * @param {string} name
 * @param {string | undefined} importer
 */
function refuseNames(name, importer) {
  if (/^[./]/.test(name)) return null
  throw new Error(
    `${importer} imports ${name}, and what is for browsers imports it: take builtin() of src/base/builtin.ts`,
  )
}

/**
 * A module with the map that tsc wrote beside it, so that the bundle's map leads to src/.
 *
 * @param {string} path
 */
function loadWithMap(path) {
  const code = readFileSync(path, 'utf8')
  return existsSync(`${path}.map`)
    ? { code, map: JSON.parse(readFileSync(`${path}.map`, 'utf8')) }
    : { code, map: null }
}
