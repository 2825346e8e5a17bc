import { spawnSync } from 'node:child_process'

/**
 * Returns why the addon cannot be loaded, or undefined if it can. The addon is loaded in a separate process, because a
 * damaged addon may crash the process that loads it.
 *
 * @param {string} path
 * @returns {string | undefined}
 */
export function loadProblem(path) {
  const { NODE_OPTIONS, ...env } = process.env
  const { status, signal, stderr } = spawnSync(process.execPath, ['-e', 'require(process.argv[1])', path], {
    // Keep OpenBLAS from starting threads of its own. They would make the Node process hang.
    env: { ...env, OPENBLAS_NUM_THREADS: '1' },
    encoding: 'utf8',
    timeout: 30_000,
  })
  if (status === 0) return undefined
  if (signal) return `loading it ended the process with ${signal}`
  const error = stderr.split('\n').find((line) => /^(\w*Error)\b/.test(line))
  return error?.replace(/^Error: /, '') ?? `loading it ended the process with exit code ${status}`
}
