/** The bundles of dist/bundle: what a program loads that imports descent. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The modules that programs load by name, below src/ and without their ending: package.json names the bundle of each. They
 * share what they have in common, so that a class is the same one through each of them.
 */
const entries = ['index', 'cli/main']

/**
 * Importing the library as modules would take longer than making a network: each of some hundred files is found, read
 * and compiled by itself. Bundles are few, and still to be read: nothing is renamed or squeezed.
 *
 * @param {string} root
 * @returns {Promise<{ files: string[] } | { problem: string }>} what was written, as paths from root
 */
export async function bundle(root) {
  // Not there before set-up has installed the packages.
  const { build } = await import('esbuild')
  try {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: entries.map((name) => `src/${name}.ts`),
      outbase: 'src',
      outdir: 'dist/bundle',
      chunkNames: 'chunks/[name]-[hash]',
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20.17',
      packages: 'external',
      sourcemap: true,
      // The package has src/ beside it.
      sourcesContent: false,
      metafile: true,
      logLevel: 'silent',
    })
    const files = Object.keys(metafile.outputs)
    for (const file of files.filter((file) => file.endsWith('.js'))) keepClassNames(join(root, file))
    return { files }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

/**
 * A class that names itself comes out as `var Network = class _Network`, and would be printed so: it gets its name back.
 * The bundler's own way to do that calls a function for each function of the library, and takes longer to start.
 *
 * @param {string} path
 */
function keepClassNames(path) {
  const text = readFileSync(path, 'utf8')
  const names = [...text.matchAll(/^var (\w+) = class _\1\b/gm)].map(([, name]) => name)
  if (names.length === 0) return
  writeFileSync(path, text.replaceAll(new RegExp(`\\b_(${names.join('|')})\\b`, 'g'), '$1'))
}
