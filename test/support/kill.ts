import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BackendName } from '#src/backend/backend'
import { createRandom } from '#src/base/random'

const script = fileURLToPath(new URL('./resumed-run.mjs', import.meta.url))

/** Runs the script and kills it with SIGKILL after so many milliseconds. Resolves to whether it had finished before. */
function runOnce(args: readonly string[], milliseconds: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
    let output = ''
    child.stderr.on('data', (chunk) => {
      output += chunk
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      if (code === 0) resolve(true)
      else if (signal === 'SIGKILL') resolve(false)
      else reject(new Error(`the run ended with ${code ?? signal}: ${output}`))
    })
  })
}

const hashOf = (folder: string): string =>
  createHash('sha256')
    .update(readFileSync(join(folder, 'model')))
    .digest('hex')

export interface KilledRuns {
  readonly kills: number
  /** Kills after the first checkpoint and before the end. */
  readonly resumed: number
  readonly uninterrupted: string
  readonly hashes: string[]
}

/** Kills runs at random moments, `kills` times in all, and resumes each until it ends. Also does one run without kills. */
export async function killAndResume(backend: BackendName, kills: number, epochs: number): Promise<KilledRuns> {
  const root = mkdtempSync(join(tmpdir(), 'descent-kill-'))
  try {
    const whole = join(root, 'whole')
    const start = performance.now()
    await runOnce([backend, whole, String(epochs)], 600_000)
    const duration = performance.now() - start
    const random = createRandom(Date.now() % 2 ** 32, 'moments')
    const hashes: string[] = []
    let killed = 0
    let resumed = 0
    for (let run = 0; killed < kills; run++) {
      const folder = join(root, String(run))
      for (;;) {
        const limit = killed < kills ? duration * (0.2 + 0.7 * random.uniform()) : 600_000
        if (await runOnce([backend, folder, String(epochs)], limit)) break
        killed++
        if (existsSync(folder)) resumed++
      }
      hashes.push(hashOf(folder))
    }
    return { kills: killed, resumed, uninterrupted: hashOf(whole), hashes }
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}
