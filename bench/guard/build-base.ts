import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createScratch } from '../command-line.js'
import { gitIn } from './base.js'

/** A folder where a commit is built, or why it cannot be. */
export type BuiltBase = { readonly folder: string } | { readonly problem: string }

/**
 * What a build leaves, and what it says of itself. The base's own set-up compares it with its own sources, keeps what it would
 * have built just so, and builds the rest.
 */
const builds = ['dist', '.cache/typescript.json', 'build/Release/descent.node', 'build/Release/descent.json']

/** Checks a commit out into a temporary folder, which is removed when this process ends, and sets it up there. */
export function buildBase(root: string, commit: string): BuiltBase {
  const scratch = createScratch('guard')
  // With an index of its own: neither the checkout nor .git learns of it.
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
  // The base must not change the machine that the head has been set up on.
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
