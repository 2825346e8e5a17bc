import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { shellWord } from '#src/cli/terminal/invocation'
import { temporaryFolder } from '../../support/files.js'
import { run, writeExamples } from '../program.js'

const folder = temporaryFolder()
await writeExamples(join(folder, 'shapes'))
const kinds = ['red', 'blue, dark']
const rows = Array.from({ length: 40 }, (_, row) => `${row % 2},${40 - row},"${kinds[row % 2]}"\n`)
writeFileSync(join(folder, 'flowers.csv'), `x,y,kind\n${rows.join('')}`)

/** Trains in the folder. Returns what the command suggests to type next: comments, and arguments of the program. */
async function suggestions(typed: readonly string[]): Promise<Map<string, string>> {
  const { code, stdout, stderr } = await run(['train', ...typed, '--backend', 'typescript'], { cwd: folder })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const steps = stdout.slice(stdout.indexOf('\nTry next:')).matchAll(/ {2}# (.*)\n.*main\.js (.*)/g)
  return new Map(Array.from(steps, ([, comment, command]) => [comment, command]))
}

describe.sequential('the commands that train suggests', () => {
  it('keep the options that were typed', async () => {
    const typed = ['--count', '60', '--epochs', '1', '--seed', '7', '--dtype', 'float64', '-o', 'seven.safetensors']
    const steps = await suggestions(typed)
    const better = steps.get('learns better; why?') ?? ''
    expect(better).toBe(
      'train --count 60 --epochs 1 --seed 7 --dtype float64 --backend typescript --hidden 100 --cost cross-entropy --initializer scaled-normal --output seven-better.safetensors',
    )
    expect((await run(better.split(' '), { cwd: folder })).stderr).toBe('')
  })

  it.each([
    ['of other data', ['--data', 'shapes', '-o', 'shapes.safetensors']],
    ['of a table', ['--data', 'flowers.csv', '--label', 'kind', '--preset', 'book', '-o', 'table.safetensors']],
    ['with standardized inputs', ['--count', '60', '--standardize', '-o', 'standardized.safetensors']],
    ['with a learning rate', ['--count', '60', '--rate', '3', '-o', 'rate.safetensors']],
    ['with an activation', ['--count', '60', '--activation', 'tanh', '-o', 'tanh.safetensors']],
    ['with checkpoints', ['--count', '60', '--checkpoint', 'run', '-o', 'checkpoint.safetensors']],
    ['from a description', ['--from', 'rate.json', '--epochs', '2', '-o', 'from.safetensors']],
  ])('have no other settings for a run %s, for which they were not tried', async (_, typed) => {
    const steps = await suggestions([...typed, ...(typed.includes('--from') ? [] : ['--epochs', '1'])])
    expect([...steps.keys()].filter((comment) => comment.startsWith('learns better'))).toEqual([])
  })

  it('name the classes of a table as they were named', async () => {
    const names = ['--label', 'kind', '--label-names', '"blue, dark",red']
    const steps = await suggestions(['--data', 'flowers.csv', ...names, '--epochs', '1', '-o', 'named.safetensors'])
    expect(Object.fromEntries(steps)).toEqual({
      'all rows again, those that it has learned too': `evaluate named.safetensors --data flowers.csv --label kind --label-names ${shellWord('"blue, dark",red')}`,
      'what a training step does': 'explain named.safetensors',
    })
  })
})
