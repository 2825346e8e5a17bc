import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isArray, isTable } from '../input/table-readers.js'
import { isTablePlace, type Place } from '../options/data-options.js'
import { formatOf } from '../output/model-formats.js'
import { UsageError } from '../parsing/usage-error.js'
import { shellWord } from '../terminal/invocation.js'
import type { TypedPath } from './output.js'

/**
 * Checks the ending of the output file's name.
 * @throws UsageError if the ending stands for a file format that the command `train` does not write
 */
export function checkModelName(path: string): void {
  const format = formatOf(path)
  if (isTable(path))
    throw new UsageError(`--output ${path} has the ending of a table, but train saves a network in a .safetensors file`)
  if (format === undefined || format === 'safetensors') return
  const saved = path.replace(/\.\w+$/, '.safetensors')
  const words = [saved, path].map((word) => shellWord(word)).join(' ')
  throw new UsageError(
    `--output ${path} has the ending of a format that train does not write: use ${saved}, and then "descent-nn export ${words}"`,
  )
}

/**
 * Returns the path of each file that the training will read, and the command-line option that names it. The caller
 * refuses to overwrite these files.
 */
export async function inputsOf(from: string | undefined, place: Place): Promise<TypedPath[]> {
  const files: [string, string | undefined][] = [['--from', from]]
  if ('folder' in place) {
    const names = await readdir(place.folder).catch(() => [])
    files.push(...names.map((name): [string, string] => ['--data', join(place.folder, name)]))
  }
  if (isTablePlace(place)) {
    const { table, test, testLabel, database, label } = place
    files.push(['--data', table], ['--test', test], ['--test-label', testLabel], ['--database', database])
    if (isArray(table)) files.push(['--label', label])
  }
  return files.flatMap(([option, path]) => (path === undefined ? [] : [{ option, path }]))
}
