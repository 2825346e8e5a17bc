/** Builds the page of web/ into a single file. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { filesIn } from './hash.mjs'

/** The files on which the page depends, besides dist/. */
export const pageSources = [
  'web',
  'scripts/setup/page.mjs',
  ...['vite', 'vite-plugin-singlefile', 'preact', 'uplot', 'terser', 'd3-scale', 'd3-shape', 'd3-contour'].map(
    (name) => `node_modules/${name}/package.json`,
  ),
]

/**
 * Builds the page with the compiled library in dist/. The package has the built page, and no sources to build it from.
 *
 * @param {string} root
 * @returns {Promise<{ files: string[] } | { problem: string }>} the files of the page, as paths from root
 */
export async function buildPage(root) {
  if (!existsSync(join(root, 'web'))) return { files: filesIn(root, 'dist/web') }
  // Vite is imported here, because set-up loads this file before the packages are installed.
  const { build } = await import('vite')
  try {
    await build({ configFile: join(root, 'web', 'vite.config.mjs') })
    return { files: ['dist/web/index.html'] }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}
