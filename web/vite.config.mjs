import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { viteSingleFile } from 'vite-plugin-singlefile'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Modules that the page imports but never uses, and their exports: the scales of the page map numbers, so they need none of
 * the colors of d3-color; and what the page trains learns by gradient descent without checkpoints and other ranks, and is not
 * saved.
 * @type {readonly [path: string, exports: readonly string[]][]}
 */
const unused = [
  ['/node_modules/d3-color/', ['color', 'rgb', 'hsl', 'lab', 'hcl', 'cubehelix']],
  [
    '/dist/training/checkpoint.js',
    ['newestCheckpoint', 'openCheckpoints', 'openCheckpointsTogether', 'saveCheckpoint'],
  ],
  ['/dist/training/shared-source.js', ['sharedStretch', 'sharedWindows', 'stretchesOf']],
  ['/dist/training/lbfgs-stepper.js', ['createLbfgsStepper']],
  ['/dist/base/write-file.js', ['writeFile', 'writeFileAtomic']],
]

const withoutUnused = {
  name: 'without-unused',
  /** @param {string} id */
  load(id) {
    // The page shows a network that learned from a table, but does not read tables.
    if (id.includes('/dist/schema/check-schema.js')) return 'export const checkSchema = () => undefined'
    const [, names] = unused.find(([path]) => id.includes(path)) ?? []
    if (!names) return undefined
    const refuse = "() => { throw new Error('the page does not use this function') }"
    return names.map((name) => `export const ${name} = ${refuse}`).join('\n')
  },
}

// The page is one file without requests, so that it works from a server, from any static host and from file://.
export default defineConfig({
  root: `${root}/web`,
  // The library comes from dist/, as tsc has compiled it: the page computes with what ships.
  resolve: { alias: { '#src': `${root}/dist` } },
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact', legalComments: 'none' },
  // terser makes the page some kilobytes smaller than esbuild does.
  build: { outDir: `${root}/dist/web`, emptyOutDir: false, target: 'es2022', modulePreload: false, minify: 'terser' },
  plugins: [withoutUnused, viteSingleFile({ removeViteModuleLoader: true })],
  logLevel: 'warn',
})
