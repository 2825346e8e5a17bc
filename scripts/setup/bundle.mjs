/** Creates the bundles in dist/bundle. A program that imports descent loads these bundles. */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/**
 * The entry points of the package, as paths below dist/ without extension. package.json names the bundle of each entry
 * point. Code that several bundles need is in separate files (chunks), so that each class exists only once.
 */
const entries = ['index', 'cli/main', 'duckdb', 'arrow', 'pictures', 'distributed']

const require = createRequire(import.meta.url)

/**
 * The npm packages whose code the bundles include, so that users of descent need not install them, by the chunk that they
 * are in. Those of d3 have one chunk, because they are small and always loaded together.
 */
const chunks = {
  commander: ['commander'],
  d3: [
    ...['d3-scale', 'd3-shape', 'd3-path', 'd3-array', 'd3-color', 'd3-format', 'd3-interpolate'],
    ...['d3-time', 'd3-time-format', 'internmap'],
  ],
}
const inside = Object.values(chunks).flat()

/** Each of these entry points is bundled into a single file without imports, for use without Node. */
const portable = ['browser']

/**
 * Bundles the compiled modules, because Node would need more time to load hundreds of files than to create a network.
 * Nothing is renamed or minified, so the bundles stay readable. The constants of a module must stay `const`, so that V8
 * folds them into the machine code of the TypeScript kernels. Otherwise these kernels would take twice as long.
 *
 * @param {string} root the folder of the package, where tsc has written dist/
 * @returns {Promise<{ files: string[] } | { problem: string }>} the written files, as paths from root
 */
export async function bundle(root) {
  // Rollup is imported here, because set-up loads this file before the packages are installed.
  const { rollup } = await import('rollup')
  // The cast is needed because the plugin's types describe a CommonJS module, but an ES module is imported here.
  const plugin = /** @type {unknown} */ ((await import('@rollup/plugin-commonjs')).default)
  const commonjs = /** @type {() => import('rollup').Plugin} */ (plugin)
  try {
    const modules = await rollup({
      input: Object.fromEntries(entries.map((name) => [name, join(root, 'dist', `${name}.js`)])),
      external: (name) => !/^[./]/.test(name) && !inside.includes(name),
      plugins: [commonjs(), { name: 'maps of tsc', load: loadWithMap, resolveId: findInside }],
      onLog(_, { message }) {
        throw new Error(message)
      },
    })
    const written = await modules.write({
      ...output,
      dir: join(root, 'dist', 'bundle'),
      // The npm packages in the bundles get their own output files (chunks), which begin with the licenses of the packages.
      manualChunks: (path) => Object.entries(chunks).find(([, names]) => names.some((name) => isOf(path, name)))?.[0],
      banner: ({ modules }) =>
        inside
          .filter((name) => Object.entries(modules).some(([path, { code }]) => code && isOf(path, name)))
          .map(licenseOf)
          .join('\n'),
      // The chunks must not be in a folder of their own: src/base/package-folder.ts has paths that start at dist/bundle.
      chunkFileNames: '[name]-[hash].js',
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
  // Source maps need not contain the sources, because the package includes src/.
  sourcemapExcludeSources: true,
}

/**
 * Returns the path of a package that the bundles contain, or null for any other name. Of the packages of d3 only what is
 * used is bundled: their package.json files say that loading them has no other effect.
 *
 * @param {string} name
 */
function findInside(name) {
  return inside.includes(name) ? { id: require.resolve(name), moduleSideEffects: !chunks.d3.includes(name) } : null
}

/**
 * Whether a file belongs to an npm package.
 *
 * @param {string} path
 * @param {string} name
 */
function isOf(path, name) {
  return path.includes(join('node_modules', name, '/'))
}

/**
 * Returns the license of a package as a comment.
 *
 * @param {string} name
 */
function licenseOf(name) {
  const path = require.resolve(name)
  const folder = path.slice(0, path.lastIndexOf(join('node_modules', name, '/')) + join('node_modules', name).length)
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return `/*!\n${name} ${version}\n\n${readFileSync(join(folder, 'LICENSE'), 'utf8').trim()}\n*/`
}

/**
 * Throws an error if the bundle for browsers imports a module of Node or an npm package, because browsers have neither.
 *
 * @param {string} name
 * @param {string | undefined} importer
 */
function refuseNames(name, importer) {
  if (/^[./]/.test(name)) return null
  throw new Error(
    `${importer}, which the bundle for browsers includes, imports ${name}: use builtin() of src/base/builtin.ts instead`,
  )
}

/**
 * Loads a module with the source map that tsc wrote beside it, so that the source map of the bundle refers to src/. A
 * package in a bundle gets an empty map, because its sources are not installed with descent.
 *
 * @param {string} path
 */
function loadWithMap(path) {
  const code = readFileSync(path, 'utf8')
  return existsSync(`${path}.map`)
    ? { code, map: JSON.parse(readFileSync(`${path}.map`, 'utf8')) }
    : { code, map: { mappings: '' } }
}
