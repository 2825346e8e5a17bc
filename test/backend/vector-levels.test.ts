import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { missing, requireAddon } from '../support/backends.js'

const root = join(import.meta.dirname, '../..')
const names: Record<string, string> = {
  baseline: process.arch === 'arm64' ? 'NEON' : 'baseline',
  avx2: 'AVX2',
  avx512: 'AVX-512',
}

const start = (DESCENT_VECTORS: string, ...args: string[]) => {
  const env = { ...process.env, DESCENT_VECTORS, DESCENT_BACKEND: 'auto', OPENBLAS_NUM_THREADS: '1' }
  return spawnSync(process.execPath, args, { env, encoding: 'utf8', cwd: root })
}
const info = (level: string) => start(level, 'dist/bundle/cli/main.js', 'info')

describe.skipIf(missing !== '')(`DESCENT_VECTORS${missing}`, () => {
  const levels = missing === '' ? requireAddon().describe().levels : []
  const listed = levels
    .map((level) => `'${level}'`)
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1')
  const refusal = (value: string) =>
    `DESCENT_VECTORS must be ${listed} (the vector levels that this processor has), not "${value}"`

  it('may be each level of this processor, the last of which is the default', () => {
    expect(Object.keys(names).slice(0, levels.length)).toEqual(levels)
    for (const level of [...levels, '']) {
      const { stdout, status } = info(level)
      expect(stdout).toContain(` kernels, ${names[level || levels[levels.length - 1]]} vectors;`)
      expect(status).toBe(0)
    }
  })

  it('is refused if it is another word, or a level that this processor lacks', () => {
    for (const value of ['sse', 'AVX2', ...Object.keys(names).slice(levels.length)]) {
      const { stdout, stderr, status } = info(value)
      expect({ stdout, stderr, status }).toEqual({ stdout: '', stderr: `descent: ${refusal(value)}\n`, status: 2 })
    }
  })

  it('does not affect the TypeScript backend', () => {
    const program = "import { Network } from './dist/index.js'; new Network([1, 1], { backend: 'typescript' })"
    expect(start('sse', '--input-type=module', '-e', program)).toMatchObject({ stderr: '', status: 0 })
  })

  it('is refused by the addon itself, before it loads a program', () => {
    const program = `
      const { Program } = require('./build/Release/descent.node')
      try { new Program() } catch (error) { console.log(String(error)) }`
    expect(start('sse', '--input-type=commonjs', '-e', program).stdout).toBe(`Error: ${refusal('sse')}\n`)
  })
})
