import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { viteSingleFile } from 'vite-plugin-singlefile'

const root = fileURLToPath(new URL('..', import.meta.url))

/** d3-scale can map colors too, for which it brings d3-color. The scales of the page map numbers. */
const withoutColors = {
  name: 'without-colors',
  /** @param {string} id */
  load(id) {
    if (!id.includes('/node_modules/d3-color/')) return undefined
    const names = ['color', 'rgb', 'hsl', 'lab', 'hcl', 'cubehelix']
    const refuse = "() => { throw new Error('the scales of the page map numbers, not colors') }"
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
  plugins: [withoutColors, viteSingleFile({ removeViteModuleLoader: true })],
  logLevel: 'warn',
})
