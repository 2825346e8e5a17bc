import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { viteSingleFile } from 'vite-plugin-singlefile'

const root = fileURLToPath(new URL('..', import.meta.url))

// The page is one file without requests, so that it works from a server, from any static host and from file://.
export default defineConfig({
  root: `${root}/web`,
  // The library comes from dist/, as tsc has compiled it: the page computes with what ships.
  resolve: { alias: { '#src': `${root}/dist` } },
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact', legalComments: 'none' },
  build: { outDir: `${root}/dist/web`, emptyOutDir: false, target: 'es2022', modulePreload: false },
  plugins: [viteSingleFile({ removeViteModuleLoader: true })],
  logLevel: 'warn',
})
