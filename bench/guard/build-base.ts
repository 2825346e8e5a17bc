import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createScratch } from '../command-line.js'
import { gitIn } from './base.js'

/** The folder where a commit was built, or the reason why it could not be built. */
export type BuiltBase = { readonly folder: string } | { readonly problem: string }

/**
 * The results of a build: the compiled files, and the JSON files that record the sources from which they were compiled.
 * They are copied from this checkout to the folder of the base commit. There, scripts/setup.mjs keeps the files that
 * match the sources of the base commit, and compiles the others again.
 */
const builds = ['dist', '.cache/typescript.json', 'build/Release/descent.node', 'build/Release/descent.json']

/** Checks out a commit into a temporary folder and builds it there. The folder is removed when this process ends. */
export function buildBase(root: string, commit: string): BuiltBase {
  const scratch = createScratch('guard')
  // Git writes to a separate index, so that the index of this checkout stays as it is.
  const git = gitIn(root, { GIT_INDEX_FILE: join(scratch, 'index') })
  const folder = join(scratch, 'base')
  for (const options of [
    ['read-tree', commit],
    ['checkout-index', '--all', `--prefix=${folder}/`],
  ]) {
    const result = git(...options)
    if ('problem' in result) return result
  }
  if (sameText(join(root, 'package-lock.json'), join(folder, 'package-lock.json'))) {
    symlinkSync(realpathSync(join(root, 'node_modules')), join(folder, 'node_modules'), 'junction')
  }
  for (const path of builds.filter((path) => existsSync(join(root, path)))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    cpSync(join(root, path), join(folder, path), { recursive: true })
  }
  // scripts/setup.mjs must not install system packages for the base.
  const env = { ...process.env, DESCENT_NO_SYSTEM_PACKAGES: '1' }
  const { status } = spawnSync(process.execPath, [join('scripts', 'setup.mjs')], {
    cwd: folder,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return status === 0 ? { folder } : { problem: `its scripts/setup.mjs failed (exit code ${status})` }
}

function sameText(one: string, other: string): boolean {
  return existsSync(one) && existsSync(other) && readFileSync(one).equals(readFileSync(other))
}
