/**
 * Creates a folder of Node's headers for node-gyp from the npm package node-api-headers. The addon uses only Node-API, so it builds
 * without a download, and in the same way on every machine and for every version of Node.
 */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** node-gyp includes this part of Node's own build files. It defines a Release and a Debug configuration. */
const commonGypi = `{
  'target_defaults': { 'default_configuration': 'Release', 'configurations': { 'Release': {}, 'Debug': {} } },
}
`

/** @param {string} folder the folder for the headers. node-gyp gets it as --nodedir */
export function writeNodeHeaders(folder) {
  const headers = join(dirname(createRequire(import.meta.url).resolve('node-api-headers/package.json')), 'include')
  const include = join(folder, 'include', 'node')
  mkdirSync(include, { recursive: true })
  cpSync(headers, include, { recursive: true })
  writeFileSync(join(include, 'common.gypi'), commonGypi)
}
