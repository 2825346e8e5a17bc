import { spawnSync } from 'node:child_process'
import { realpathSync } from 'node:fs'

/** The commit to compare with and how it was found, or a sentence that says why there is none. */
export type FoundBase = { readonly commit: string; readonly origin: string } | { readonly missing: string }

/** Runs git and returns its output, or its error message. */
export type Git = (...options: string[]) => { readonly text: string } | { readonly problem: string }

export function gitIn(folder: string, environment: NodeJS.ProcessEnv = {}): Git {
  return (...options) => {
    const env = { ...process.env, ...environment, LC_ALL: 'C' }
    const { status, stdout, stderr, error } = spawnSync('git', options, { cwd: folder, encoding: 'utf8', env })
    if (status === 0) return { text: stdout.trim() }
    return { problem: error ? 'git cannot be run' : stderr.trim().split('\n')[0] || `git ${options[0]} failed` }
  }
}

const mainBranches = ['origin/main', 'main', 'master']

/**
 * Returns the merge base of HEAD and the main branch. If HEAD is itself a commit of the main branch, returns the commit
 * before HEAD.
 */
export function findBase(folder: string, git: Git = gitIn(folder)): FoundBase {
  const none = (reason: string): FoundBase => ({ missing: `There is no base to compare with: ${reason}.` })
  const top = git('rev-parse', '--show-toplevel')
  if ('problem' in top) {
    return none(top.problem.includes('not a git repository') ? `${folder} is not a git checkout` : top.problem)
  }
  if (realpathSync(top.text) !== realpathSync(folder)) return none(`${folder} is not a git checkout of its own`)
  const head = git('rev-parse', '--verify', '--quiet', 'HEAD^{commit}')
  if ('problem' in head) return none('nothing has been committed')
  const shallow = git('rev-parse', '--is-shallow-repository')
  const cut = 'text' in shallow && shallow.text === 'true' ? ', because the clone is shallow' : ''

  const branch = mainBranches.find((name) => 'text' in git('rev-parse', '--verify', '--quiet', `${name}^{commit}`))
  if (!branch) return none(`there is no branch ${mainBranches.join(', ')}`)
  const base = git('merge-base', 'HEAD', branch)
  if ('problem' in base) return none(`HEAD and ${branch} have no commit in common${cut}`)
  if (base.text !== head.text) return { commit: base.text, origin: `the merge base of HEAD and ${branch}` }
  const before = git('rev-parse', '--verify', '--quiet', 'HEAD~1^{commit}')
  if ('problem' in before) return none(`HEAD is in ${branch}, and the commit before it is not there${cut}`)
  return { commit: before.text, origin: `HEAD~1, because HEAD is in ${branch}` }
}
