import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeNpy } from '#src/index'
import { temporaryFolder } from '../../support/files.js'
import { run } from '../program.js'

const folder = temporaryFolder()
const count = 20
const width = 16
/** Whole numbers from 0 to `most` for 20 rows, and the largest of them. */
const numbers = (most: number) => Array.from({ length: count * width }, (_, i) => (i * 37) % (most + 1))
const write = (name: string, values: readonly number[], columns = width) => {
  const lines = Array.from({ length: count }, (_, row) => [
    ...values.slice(row * columns, (row + 1) * columns),
    row % 2,
  ])
  writeFileSync(join(folder, name), lines.map((cells) => `${cells.join()}\n`).join(''))
}
write('bytes.csv', numbers(255))
write('few.csv', numbers(255), width - 1)
write('small.csv', numbers(100))
write('large.csv', [...numbers(255).slice(1), 256])
write('fractions.csv', [...numbers(255).slice(1), 0.5])

const train = async (table: string, ...options: string[]) => {
  const typed = [
    'train',
    '--data',
    table,
    '--hidden',
    'none',
    '--epochs',
    '1',
    '--rate',
    '0.001',
    '-o',
    'x.safetensors',
  ]
  const label = options.includes('--label') ? [] : ['--label', table === 'few.csv' ? '15' : '16']
  const { code, stderr } = await run([...typed, ...label, ...options, '--backend', 'typescript'], { cwd: folder })
  expect(code).toBe(0)
  return stderr
}
const looks = 'the inputs look like bytes, whole numbers from 0 to 255, with which a network learns badly'

describe('inputs that look like bytes', () => {
  it('are reported before the training, with what scales them', async () => {
    const sentence = `${looks}: --bytes scales them to 0 to 1\n`
    expect(await train('bytes.csv')).toBe(sentence)
    expect(await train('bytes.csv', '--test', 'bytes.csv', '--stream')).toBe(sentence)
  })

  it('of an .npy file are reported with the type that they should have', async () => {
    const data = Float32Array.from(numbers(255))
    await writeNpy(join(folder, 'x.npy'), { shape: [count, width], data })
    await writeNpy(join(folder, 'y.npy'), { shape: [count], data: Uint8Array.from({ length: count }, (_, i) => i % 2) })
    expect(await train('x.npy', '--label', 'y.npy')).toBe(
      `${looks}: saved as uint8, as by x.astype("uint8"), they are scaled to 0 to 1\n`,
    )
  })

  it.each([
    ['scaled', 'bytes.csv', ['--bytes']],
    ['standardized', 'bytes.csv', ['--standardize']],
    ['few', 'few.csv', []],
    ['small', 'small.csv', []],
    ['beyond 255', 'large.csv', []],
    ['not whole', 'fractions.csv', []],
  ])('are not reported if they are %s', async (_, table, options) => {
    expect(await train(table, ...options)).toBe('')
  })
})
