import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findBase, gitIn } from '../../bench/guard/base.js'
import { temporaryFolder } from '../support/files.js'

const folder = realpathSync(temporaryFolder())
const hasGit = spawnSync('git', ['--version']).status === 0
/** Runs git as on a fresh machine: without the user's settings, and without a repository around the temporary folder. */
const env = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'))),
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CEILING_DIRECTORIES: folder,
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.org',
}

function repository(name: string, branch = 'main') {
  const home = join(folder, name)
  mkdirSync(home)
  const git = (...options: string[]) =>
    execFileSync('git', options, { cwd: home, env, encoding: 'utf8', stdio: 'pipe' }).trim()
  git('init', '--quiet', `--initial-branch=${branch}`)
  const commit = (text: string) => {
    writeFileSync(join(home, 'file'), text)
    git('add', 'file')
    git('commit', '--quiet', '--message', text)
    return git('rev-parse', 'HEAD')
  }
  return { home, git, commit, base: () => findBase(home, gitIn(home, env)) }
}

describe.skipIf(!hasGit)('the base that the guard compares with', () => {
  it('is the merge base with the main branch', () => {
    const { git, commit, base } = repository('branch')
    commit('one')
    const fork = commit('two')
    git('checkout', '--quiet', '-b', 'work')
    commit('three')
    commit('four')
    git('checkout', '--quiet', 'main')
    commit('five')
    git('checkout', '--quiet', 'work')
    expect(base()).toEqual({ commit: fork, origin: 'the merge base of HEAD and main' })
  })

  it('is the previous commit if HEAD is on the main branch or behind it', () => {
    const { git, commit, base } = repository('main', 'master')
    const [first, second] = [commit('one'), commit('two')]
    commit('three')
    expect(base()).toEqual({ commit: second, origin: 'HEAD~1, because HEAD is in master' })
    git('checkout', '--quiet', '--detach', second)
    expect(base()).toEqual({ commit: first, origin: 'HEAD~1, because HEAD is in master' })
  })

  it('comes from the branch of the origin rather than from a local one', () => {
    const { git, commit, base } = repository('origin')
    const first = commit('one')
    git('update-ref', 'refs/remotes/origin/main', first)
    commit('two')
    commit('three')
    expect(base()).toEqual({ commit: first, origin: 'the merge base of HEAD and origin/main' })
  })

  it('is reported missing if there is no history', () => {
    const { git, home, commit, base } = repository('short')
    const missing = (reason: string) => ({ missing: `There is no base to compare with: ${reason}.` })
    expect(base()).toEqual(missing('nothing has been committed'))
    commit('one')
    expect(base()).toEqual(missing('HEAD is in main, and the commit before it is not there'))
    commit('two')
    const clone = join(folder, 'clone')
    git('clone', '--quiet', '--depth=1', `file://${home}`, clone)
    expect(findBase(clone, gitIn(clone, env))).toEqual(
      missing('HEAD is in origin/main, and the commit before it is not there, because the clone is shallow'),
    )
    git('checkout', '--quiet', '-b', 'work')
    git('branch', '--quiet', '-D', 'main')
    expect(base()).toEqual(missing('there is no branch origin/main, main, master'))
    git('checkout', '--quiet', '--orphan', 'main')
    commit('another beginning')
    git('checkout', '--quiet', 'work')
    expect(base()).toEqual(missing('HEAD and main have no commit in common'))
  })

  it('is reported missing outside a checkout, and in a folder inside another checkout', () => {
    const { home, commit } = repository('around')
    commit('one')
    const inside = join(home, 'unpacked')
    mkdirSync(inside)
    expect(findBase(inside, gitIn(inside, env))).toEqual({
      missing: `There is no base to compare with: ${inside} is not a git checkout of its own.`,
    })
    expect(findBase(folder, gitIn(folder, env))).toEqual({
      missing: `There is no base to compare with: ${folder} is not a git checkout.`,
    })
  })
})

it('is reported missing if git is missing', () => {
  expect(findBase(folder, gitIn(folder, { PATH: '/nowhere' }))).toEqual({
    missing: 'There is no base to compare with: git cannot be run.',
  })
})
