/**
 * Copies the Node-API headers from the npm package node-api-headers into a folder for node-gyp. The addon needs no
 * other headers of Node. So the build downloads nothing and is the same on every machine and for every version of Node.
 */
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { copyFiles } from './sources.mjs'

/**
 * The content of common.gypi, a build file that node-gyp expects among the headers of Node. It defines a Release and a
 * Debug configuration.
 */
const commonGypi = `{
  'target_defaults': { 'default_configuration': 'Release', 'configurations': { 'Release': {}, 'Debug': {} } },
}
`

/** @param {string} folder the folder for the headers. node-gyp gets it as --nodedir */
export function writeNodeHeaders(folder) {
  const headers = join(dirname(createRequire(import.meta.url).resolve('node-api-headers/package.json')), 'include')
  const include = join(folder, 'include', 'node')
  copyFiles(headers, include)
  writeFileSync(join(include, 'common.gypi'), commonGypi)
}
