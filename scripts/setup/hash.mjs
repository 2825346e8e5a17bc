import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Returns the sorted paths of all files below a folder, relative to root. If `path` is a file, returns only `path`.
 *
 * @param {string} root
 * @param {string} path
 * @returns {string[]}
 */
export function filesIn(root, path) {
  const stat = statSync(join(root, path), { throwIfNoEntry: false })
  if (!stat) return []
  if (!stat.isDirectory()) return [path]
  return readdirSync(join(root, path), { withFileTypes: true })
    .flatMap((entry) => {
      if (entry.isDirectory()) return filesIn(root, `${path}/${entry.name}`)
      return entry.isFile() ? [`${path}/${entry.name}`] : []
    })
    .sort()
}

/** @param {string | Buffer} content */
export const sha256 = (content) => createHash('sha256').update(content).digest('hex')

/** Returns one hash of the names and contents of files and folders. @param {string} root @param {string[]} paths */
export function hashOf(root, paths) {
  const hash = createHash('sha256')
  for (const file of paths.flatMap((path) => filesIn(root, path))) {
    hash.update(`${file}\n${sha256(readFileSync(join(root, file)))}\n`)
  }
  return hash.digest('hex')
}
