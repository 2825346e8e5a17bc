import { createRequire } from 'node:module'

interface Package {
  readonly version: string
}

/** The version of this package. */
export const version: string = (createRequire(import.meta.url)('descent-nn/package.json') as Package).version
