/**
 * Finds the files of this package that no module imports: the addon and the scripts of worker threads. They lie near
 * this module, unless a bundler has put this module into a file of another program. Then they are in the package
 * descent-nn in the node_modules of that program.
 */

import { builtin } from './builtin.js'
import { DescentError } from './errors.js'

type TracedFile =
  | 'package.json'
  | 'build/Release/descent.node'
  | 'build/Release/descent.json'
  | 'dist/data/augment/worker.js'
  | 'dist/data/digits/worker.js'
  | 'dist/pool/worker.js'

/**
 * Returns the URL of a file near this module. Each URL is written out, and not in an arrow function. Tools that collect
 * the files of a program to deploy it, such as the tool of Next.js, find only such URLs. The bundle that contains this
 * module is in dist/bundle, and the paths from there are the same as from dist/base. The comments inside the calls keep
 * webpack and Vite from looking for the files, because the addon is not in every installation.
 * @throws TypeError in a CommonJS bundle, where import.meta.url is undefined
 */
function nearUrl(path: TracedFile): URL {
  switch (path) {
    case 'package.json':
      return new URL(/* webpackIgnore: true */ /* @vite-ignore */ '../../package.json', import.meta.url)
    case 'build/Release/descent.node':
      return new URL(/* webpackIgnore: true */ /* @vite-ignore */ '../../build/Release/descent.node', import.meta.url)
    case 'build/Release/descent.json':
      return new URL(/* webpackIgnore: true */ /* @vite-ignore */ '../../build/Release/descent.json', import.meta.url)
    case 'dist/data/augment/worker.js':
      return new URL(/* webpackIgnore: true */ /* @vite-ignore */ '../data/augment/worker.js', import.meta.url)
    case 'dist/data/digits/worker.js':
      return new URL(/* webpackIgnore: true */ /* @vite-ignore */ '../data/digits/worker.js', import.meta.url)
    case 'dist/pool/worker.js':
      return new URL(/* webpackIgnore: true */ /* @vite-ignore */ '../pool/worker.js', import.meta.url)
  }
}

/** Returns the folder of this package's package.json. Returns undefined if the package is bundled but not installed. */
export function packageFolder(): string | undefined {
  return folderAround() ?? folderInNodeModules()
}

/** Returns the folder of this package if this module is in it. */
function folderAround(): string | undefined {
  try {
    const path = builtin('node:url').fileURLToPath(nearUrl('package.json'))
    const { name } = JSON.parse(builtin('node:fs').readFileSync(path, 'utf8')) as { name?: string }
    return name === 'descent-nn' ? builtin('node:path').dirname(path) : undefined
  } catch {
    return undefined
  }
}

/** Returns the folder of this package if the running program has it in its node_modules. */
function folderInNodeModules(): string | undefined {
  // import.meta.url is undefined in CommonJS bundles. webpack replaces it with a path on the machine that made the bundle.
  const here = typeof __filename === 'string' ? __filename : undefined
  for (const file of [import.meta.url, here, globalThis.process?.argv[1]]) {
    try {
      const { resolve } = builtin('node:module').createRequire(file ?? '')
      return builtin('node:path').dirname(resolve('descent-nn/package.json'))
    } catch {
      // The package is not visible from this file, so try the next.
    }
  }
  return undefined
}

/**
 * Returns the path of a file in this package. `path` is relative to the folder of the package.
 * @throws DescentError if the folder of the package is not found
 */
export function packageFile(path: string): string {
  const folder = packageFolder()
  if (folder !== undefined) return builtin('node:path').join(folder, path)
  throw new DescentError(
    `cannot find ${path} of the package descent-nn: a program that bundles descent needs it in node_modules too`,
  )
}

/**
 * Returns the URL of a file in this package, such as the script of a worker thread.
 * @throws DescentError if the file is not found
 */
export function packageUrl(path: TracedFile): URL {
  const url = folderAround() === undefined ? builtin('node:url').pathToFileURL(packageFile(path)) : nearUrl(path)
  if (builtin('node:fs').existsSync(url)) return url
  throw new DescentError(
    `cannot find ${builtin('node:url').fileURLToPath(url)}: deploy the package descent-nn with all its files`,
  )
}
