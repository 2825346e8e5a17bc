/**
 * Writes and reads the files with which set-up tells the loader (src/backend/native/load.ts) about the addon.
 *
 *   build/Release/descent.node    the addon
 *   build/Release/descent.json    { size, changed, sha256, sources, builder, napi }: describes the addon. The loader
 *                                 compares the addon with this description before loading it, because loading a
 *                                 truncated addon kills the process (SIGBUS).
 *   build/native-failure.json     { reason, remedy, machine, at }: why there is no addon, and what the user can do
 */
import { readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sha256 } from '../setup/hash.mjs'
import { readJson, writeJson } from '../setup/json-file.mjs'
import { hashSources, napi } from './sources.mjs'

/**
 * @typedef {{ size: number, changed: number, sha256: string, sources: string, builder: string, napi: number }} AddonRecord
 * @typedef {{ reason: string, remedy: string }} Failure
 * @typedef {Failure & { machine?: string, at: string }} FailureRecord `machine` is the fingerprint of the machine
 */

/** @param {string} root */
export const addonPath = (root) => join(root, 'build', 'Release', 'descent.node')

/** @param {string} root */
const recordPath = (root) => join(root, 'build', 'Release', 'descent.json')

/** @param {string} root */
const failurePath = (root) => join(root, 'build', 'native-failure.json')

/**
 * Returns a description of the problem if the addon is missing, damaged or out of date. Returns undefined if the addon is
 * current and intact.
 *
 * @param {string} root
 */
export function addonProblem(root) {
  const stat = statSync(addonPath(root), { throwIfNoEntry: false })
  if (!stat) return 'it is not built yet'
  /** @type {AddonRecord | undefined} */
  const record = readJson(recordPath(root))
  if (!record) return 'build/Release/descent.json, which describes build/Release/descent.node, is missing'
  if (stat.size !== record.size) return `build/Release/descent.node has ${stat.size} bytes, not ${record.size}`
  if (sha256(readFileSync(addonPath(root))) !== record.sha256) return 'build/Release/descent.node has been altered'
  if (record.sources !== hashSources(root)) return 'the native sources have changed'
}

/** @param {string} root @param {string} builder */
export function recordAddon(root, builder) {
  const addon = readFileSync(addonPath(root))
  /** @type {AddonRecord} */
  const record = {
    size: addon.length,
    changed: statSync(addonPath(root)).mtimeMs,
    sha256: sha256(addon),
    sources: hashSources(root),
    builder,
    napi,
  }
  writeJson(recordPath(root), record)
  rmSync(failurePath(root), { force: true })
}

/**
 * Records why there is no working addon. Removes an addon that is damaged or does not match the sources, so that
 * descent does not load it. An addon that matches the sources but cannot be loaded is kept. If, for example, only
 * OpenBLAS is missing, this addon works again once OpenBLAS is installed.
 *
 * @param {string} root
 * @param {Failure} failure
 * @param {{ machine?: string, now?: Date }} [when]
 */
export function recordFailure(root, { reason, remedy }, { machine, now = new Date() } = {}) {
  if (addonProblem(root)) {
    rmSync(addonPath(root), { force: true })
    rmSync(recordPath(root), { force: true })
  }
  writeJson(failurePath(root), { reason, remedy, machine, at: now.toISOString() })
}

/** @param {string} root @returns {FailureRecord | undefined} */
export const readFailure = (root) => readJson(failurePath(root))
