/** What the programs of the benchmark have in common: their options, the files that they write, and a folder that ends with them. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { checkWritable } from '#src/cli/run/output'

/** Ends the program: who asked for something that there is not needs no stack. */
export function endWith(message: string): never {
  console.error(message)
  process.exit(2)
}

/** The options of the command line; `--help` prints the usage. */
export function readOptions<T extends NonNullable<ParseArgsConfig['options']>>(usage: string, options: T) {
  if (process.argv.includes('--help')) {
    console.log(usage)
    process.exit(0)
  }
  try {
    return parseArgs<{ options: T }>({ options }).values
  } catch (error) {
    return endWith(`${error instanceof Error ? error.message : error}\n\n${usage}`)
  }
}

export function wholeNumber(option: string, value: string): number {
  const number = Number(value)
  if (!Number.isInteger(number) || number < 1) endWith(`--${option} must be a whole number of at least 1, not ${value}`)
  return number
}

/** Those whose name has the text of an option, at least one. */
export function withText<T extends { readonly name: string }>(option: string, text: string, all: readonly T[]): T[] {
  const found = all.filter(({ name }) => name.includes(text))
  if (found.length > 0) return found
  return endWith(`--${option} ${text} is in none of the names: ${all.map(({ name }) => name).join('; ')}`)
}

/** What cannot be written must not come to light after an hour. */
export async function checkFiles(paths: readonly (string | undefined)[]): Promise<void> {
  for (const path of paths) {
    if (path !== undefined) await checkWritable(path).catch((error: Error) => endWith(error.message))
  }
}

/** A folder that is removed when the process ends, also by Ctrl-C. */
export function createScratch(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `descent-${name}-`))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
  return folder
}
