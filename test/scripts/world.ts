/** A folder to set up, and a world in which everything works except what a test changes. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { ensureNative } from '../../scripts/native/ensure.mjs'
import { addonPath } from '../../scripts/native/record.mjs'
import { ready } from './machines.js'

let root: string
let said: string[]
let built: string[]

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'descent-ensure-'))
  mkdirSync(join(root, 'native'))
  changeSources('version 1')
  said = []
  built = []
})

afterEach(() => rmSync(root, { recursive: true }))

export const changeSources = (version: string) => writeFileSync(join(root, 'native', 'addon.cc'), `// ${version}\n`)

/** The addons of these tests: "addon 1" for the first build, "addon 2" for the next. */
export const addon = () => addonPath(root)
export const readAddon = () => readFileSync(addon(), 'utf8')

export async function build(builder: string) {
  built.push(builder)
  mkdirSync(join(root, 'build', 'Release'), { recursive: true })
  writeFileSync(addon(), `addon ${built.length}`)
  return { ok: true, output: '' }
}

export const never = () => {
  throw new Error('must not be asked')
}

/** What was printed since the last call. */
export const news = () => said.splice(0)
export const buildsSoFar = () => built

export const json = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'))

export function ensure(changes: object = {}, wishes: object = {}) {
  const world = {
    look: () => ready,
    maySudo: () => true,
    install: async () => undefined,
    build,
    loadProblem: () => undefined,
    say: (text: string) => said.push(text),
    now: () => new Date('2026-01-01T12:00:00Z'),
    ...changes,
  }
  return ensureNative(root, { systemPackages: true, buildCommand: 'npm run build:native', env: {}, ...wishes }, world)
}
