import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { tableSignature } from '../../program/kernels.js'
import type { Addon } from './addon.js'

/** The addon, or why there is none: one sentence, and what to do about it. */
export type LoadResult = { readonly addon: Addon } | { readonly reason: string }

/** What scripts/setup.mjs writes beside the addon. */
interface Stamp {
  readonly size: number
  readonly sha256: string
}

const packageFolder = fileURLToPath(new URL('../../..', import.meta.url))
const remedy = 'run "npx descent build" to build it'

/**
 * Loads build/Release/descent.node. The file is compared with its stamp before it is opened: a truncated one would end
 * the process with SIGBUS, which nothing can catch.
 */
export function loadAddon(folder = packageFolder, open: (path: string) => unknown = openAddon): LoadResult {
  const path = join(folder, 'build', 'Release', 'descent.node')
  const file = readIfThere(path)
  if (!file) return { reason: failureOfSetup(folder) ?? `the native addon has not been built: ${remedy}` }
  const stamp = parse<Stamp>(readIfThere(join(folder, 'build', 'Release', 'descent.json')))
  if (!stamp) return { reason: `the native addon ${path} has no stamp (descent.json) beside it: ${remedy} anew` }
  if (file.length !== stamp.size || createHash('sha256').update(file).digest('hex') !== stamp.sha256) {
    return {
      reason: `the native addon ${path} is damaged (${file.length} bytes, built with ${stamp.size}): ${remedy} anew`,
    }
  }
  try {
    const addon = open(path) as Addon
    if (addon.tableSignature() !== tableSignature()) {
      return { reason: `the native addon ${path} was built from other sources than this version: ${remedy} anew` }
    }
    return { addon }
  } catch (error) {
    const message = error instanceof Error ? error.message.split('\n')[0] : String(error)
    return { reason: `the native addon cannot be loaded (${message}): install OpenBLAS, or ${remedy} anew` }
  }
}

/** OpenBLAS reads its number of threads while it is loaded, and its own threads hang Node: it must start with one. */
function openAddon(path: string): unknown {
  const before = process.env.OPENBLAS_NUM_THREADS
  process.env.OPENBLAS_NUM_THREADS = '1'
  try {
    return createRequire(import.meta.url)(path)
  } finally {
    if (before === undefined) delete process.env.OPENBLAS_NUM_THREADS
    else process.env.OPENBLAS_NUM_THREADS = before
  }
}

/** Why the last attempt to build the addon failed, as the set-up wrote it down. */
function failureOfSetup(folder: string): string | undefined {
  const failure = parse<{ reason: string; remedy: string }>(readIfThere(join(folder, 'build', 'native-failure.json')))
  return failure && `the native addon could not be built: ${failure.reason} ${failure.remedy}`
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}

function parse<T>(text: Buffer | undefined): T | undefined {
  try {
    return text && (JSON.parse(text.toString()) as T)
  } catch {
    return undefined
  }
}
