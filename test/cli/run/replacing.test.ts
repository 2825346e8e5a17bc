import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../support/files.js'
import { run, writeExamples } from '../program.js'

const folder = temporaryFolder()
await writeExamples(join(folder, 'shapes'))
const train = (...options: string[]) =>
  run(['train', '--data', 'shapes', '--backend', 'typescript', '--epochs', '3', ...options], { cwd: folder })
const [model, description] = ['shapes.safetensors', 'shapes.json'].map((name) => join(folder, name))
const refusal = (name = 'shapes.safetensors') => ({
  code: 1,
  stdout: '',
  stderr: `descent: ${name} is there already, from another run: --force replaces it, --output FILE saves under another name\n`,
})

describe.sequential('an earlier model of the same name', () => {
  it('is not replaced by another run that names no file', async () => {
    expect((await train()).stderr).toBe('')
    const [before, described] = [readFileSync(model), readFileSync(description, 'utf8')]
    for (const options of [
      ['--epochs', '1'],
      ['--seed', '1'],
      ['--hidden', '5'],
      ['--rate', '2'],
      ['--count', '20'],
    ]) {
      expect(await train(...options), options.join(' ')).toEqual(refusal())
    }
    expect([readFileSync(model), readFileSync(description, 'utf8')]).toEqual([before, described])
  })

  it('is not replaced by a run of all rows if it learned from fewer', async () => {
    await train('--count', '20', '--force')
    expect(await train()).toEqual(refusal())
    expect((await train('--force')).code).toBe(0)
  })

  it('is replaced by the same run, which gives the same file', async () => {
    const before = readFileSync(model)
    expect(await train('--data', './shapes')).toMatchObject({ code: 0, stderr: '' })
    expect(await run(['train', '--from', 'shapes.json', '--backend', 'typescript'], { cwd: folder })).toMatchObject({
      code: 0,
      stderr: '',
    })
    expect(readFileSync(model).equals(before)).toBe(true)
  })

  it('is replaced with --force, and by a run that names it', async () => {
    expect(await train('--seed', '1', '--force')).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(readFileSync(description, 'utf8')).seed).toBe(1)
    expect(await train('--seed', '2', '-o', 'shapes.safetensors')).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(readFileSync(description, 'utf8')).seed).toBe(2)
  })

  it('is replaced by a run that continues from a checkpoint of it', async () => {
    const saving = ['--checkpoint', 'run', '--resume']
    rmSync(model)
    rmSync(description)
    await train(...saving)
    expect(await train(...saving, '--epochs', '5')).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(readFileSync(description, 'utf8')).training.epochs).toBe(5)
    // But not by one that continues from another run.
    await train('--seed', '4', '--force')
    expect(await train(...saving, '--epochs', '6')).toEqual(refusal())
  })

  it('is not replaced if nothing says from which run it is', async () => {
    for (const content of [undefined, '{"name":"mine"}', '{']) {
      if (content === undefined) rmSync(description)
      else writeFileSync(description, content)
      expect(await train()).toEqual(refusal())
    }
    rmSync(model)
    rmSync(description)
    expect((await train()).code).toBe(0)
    // Nor is a description without its model, which says how that model can be trained again.
    rmSync(model)
    expect(await train('--seed', '9')).toEqual(refusal('shapes.json'))
    expect(existsSync(model)).toBe(false)
    mkdirSync(model)
    expect(await train()).toEqual({
      code: 1,
      stdout: '',
      stderr: 'descent: cannot write shapes.safetensors: it is a folder\n',
    })
  })
})
