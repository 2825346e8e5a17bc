import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../support/files.js'
import { run } from '../program.js'

const folder = temporaryFolder()
const rows = Array.from({ length: 20 }, (_, x) => `${x},${x + 2}\n`)
writeFileSync(join(folder, 'line.csv'), `x,y\n${rows.join('')}`)
/** Fits y = x + 2. With a learning rate above 2 / (mean of x^2 + 1), each epoch moves further away. */
const fitLine = (rate: string, ...options: string[]) => {
  const line = ['--data', 'line.csv', '--test', 'line.csv', '--targets', 'y', '--hidden', 'none']
  const learning = ['--output-activation', 'identity', '--batch-size', '20', '--epochs', '40', '--rate', rate]
  return run(['train', ...line, ...learning, ...options, '--backend', 'typescript', '-o', 'line.safetensors'], {
    cwd: folder,
  })
}

describe('a run whose cost rises slowly', () => {
  it('is reported at its end', async () => {
    const { code, stdout, stderr } = await fitLine('0.0165')
    expect(code).toBe(0)
    const costs = [...stdout.matchAll(/^epoch .* cost (\S+) /gm)].map(([, cost]) => cost)
    expect(stderr).toBe(
      `the cost rose from ${costs[0]} in epoch 1 to ${costs[39]} in epoch 40: the network learned nothing; try a --learning-rate below 0.0165, or --standardize\n`,
    )
    expect(Number(costs[39]) / Number(costs[0])).toBeGreaterThan(10)
  })

  it('is not reported if the cost falls, or if the best epoch is restored', async () => {
    expect((await fitLine('0.005')).stderr).toBe('')
    expect((await fitLine('0.0165', '--early-stopping', '40', '--validation-share', '0.1')).stderr).toBe('')
  })
})
