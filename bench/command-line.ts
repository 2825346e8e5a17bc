/** Functions that the benchmark programs share. They read options, check output files, and create a scratch folder. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { checkWritable } from '#src/cli/run/output'

/** Ends the program with a message and no stack trace, because the user's options were wrong. */
export function endWith(message: string): never {
  console.error(message)
  process.exit(2)
}

/** Parses the command line. If it contains `--help`, prints the usage and ends the program. */
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

/**
 * Returns the items whose names contain `text`. `text` is the value of the command-line option `option`. Ends the
 * program if there are no such items.
 */
export function withText<T extends { readonly name: string }>(option: string, text: string, all: readonly T[]): T[] {
  const found = all.filter(({ name }) => name.includes(text))
  if (found.length > 0) return found
  return endWith(`--${option}: no name contains ${text}; the names are ${all.map(({ name }) => name).join('; ')}`)
}

/**
 * Ends the program if an output file cannot be written. This is checked at the start, because a failure at the end
 * would lose an hour of measurements.
 */
export async function checkFiles(paths: readonly (string | undefined)[]): Promise<void> {
  for (const path of paths) {
    if (path !== undefined) await checkWritable(path).catch((error: Error) => endWith(error.message))
  }
}

/** Creates a folder that is removed when the process ends, even by Ctrl-C. */
export function createScratch(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `descent-${name}-`))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
  return folder
}
