import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { findMnist } from 'descent'
import type { Case } from './cases.js'

/** A contender: how to start it, or why it cannot run here. */
export interface Contender {
  readonly name: string
  readonly command: (one: Case, epochs: number) => readonly [string, ...string[]]
  readonly missing?: string
}

const root = fileURLToPath(new URL('..', import.meta.url))
/** bare_loop.c and peers.py: the same work on bare OpenBLAS, on NumPy and on PyTorch. */
const yardsticks = process.env.DESCENT_YARDSTICKS ?? join(root, '..', 'shared', 'yardsticks')

const ours = (name: string): Contender => ({
  name,
  command: (one, epochs) => [
    process.execPath,
    join(root, 'build-bench', 'contender.js'),
    name,
    one.name,
    String(epochs),
  ],
})

function python(name: string, folder: string | undefined): Contender {
  const program = '/usr/bin/python3'
  const script = join(yardsticks, 'peers.py')
  const command: Contender['command'] = ({ batchSize, learningRate, sizes }, epochs) => {
    const options = [batchSize, learningRate, epochs, 1, 'quadratic', ...sizes].map(String)
    return [program, script, folder ?? '', name, ...options]
  }
  if (!existsSync(script)) return { name, command, missing: `${script} is not there (set DESCENT_YARDSTICKS)` }
  const { status, error } = spawnSync(program, ['-c', `import ${name}`], { stdio: 'ignore' })
  return status === 0 ? { name, command } : { name, command, missing: error?.message ?? `${program} has no ${name}` }
}

/** Compiles the loop on bare OpenBLAS, and unpacks MNIST, which it reads plain. */
function bareLoop(folder: string | undefined): Contender {
  const name = 'bare loop in C'
  const source = join(yardsticks, 'bare_loop.c')
  const scratch = mkdtempSync(join(tmpdir(), 'descent-bench-'))
  const program = join(scratch, 'bare_loop')
  const command: Contender['command'] = ({ batchSize, learningRate, sizes }, epochs) => {
    const options = [batchSize, learningRate, epochs, 1, 'quadratic', ...sizes].map(String)
    return [program, scratch, ...options]
  }
  if (!existsSync(source)) return { name, command, missing: `${source} is not there (set DESCENT_YARDSTICKS)` }
  try {
    const flags = ['-O3', '-march=native', '-ffast-math', source, '-o', program, '-lopenblas', '-lm']
    execFileSync('cc', flags, { stdio: 'pipe' })
  } catch (error) {
    return { name, command, missing: error instanceof Error ? error.message.split('\n')[0] : String(error) }
  }
  for (const file of ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1']) {
    const packed = readFileSync(join(folder ?? '', `${file}-ubyte.gz`))
    writeFileSync(join(scratch, `${file}-ubyte`), gunzipSync(packed))
  }
  return { name, command }
}

export async function findContenders(): Promise<Contender[]> {
  const folder = await findMnist()
  if (!folder) throw new Error('these benchmarks need MNIST: set DESCENT_MNIST to its folder')
  return [
    ours('native'),
    ours('typescript'),
    ours('plain'),
    bareLoop(folder),
    python('numpy', folder),
    python('torch', folder),
  ]
}

/** The seconds of each epoch of one run of a contender. @throws Error where it fails or learns nothing */
export function runContender({ name, command }: Contender, one: Case, epochs: number): number[] {
  const [program, ...options] = command(one, epochs)
  const environment = { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' }
  const { stdout, stderr, status } = spawnSync(program, options, { encoding: 'utf8', env: environment })
  if (status !== 0) throw new Error(`${name} failed on ${one.name}: ${stderr}`)
  const lines = [...stdout.matchAll(/epoch \d+ +([\d.]+) s.*accuracy ([\d.]+)/g)]
  const accuracy = Number(lines.at(-1)?.[2])
  if (!(accuracy >= one.accuracy)) {
    throw new Error(`${name} reaches ${accuracy} on ${one.name}, and must reach ${one.accuracy} to count`)
  }
  return lines.map(([, seconds]) => Number(seconds))
}
