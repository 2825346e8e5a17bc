import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, it } from 'vitest'
import { Network, writeNpy } from '#src/index'
import { temporaryFolder } from '../../support/files.js'
import { runProcess as run, writeExamples } from '../program.js'

const folder = temporaryFolder()
await writeExamples(join(folder, 'shapes'))
await new Network([784, 10], { seed: 1, backend: 'typescript' }).save(join(folder, 'model.safetensors'))
linkSync(join(folder, 'model.safetensors'), join(folder, 'linked.mjs'))
writeFileSync(join(folder, 'rows.csv'), 'a,kind\n1,0\n2,1\n3,1\n')
// Tables that a model could be mistaken for: the name tells nothing.
writeFileSync(join(folder, 'rows'), 'a,kind\n1,0\n2,1\n3,1\n')
symlinkSync('rows', join(folder, 'alias'))
writeFileSync(join(folder, 'photo.png'), 'a photo')
await writeNpy(join(folder, 'rows.npy'), { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) })
await writeNpy(join(folder, 'labels'), { shape: [2], data: Int32Array.of(0, 1) })
await DuckDBInstance.create(join(folder, 'forest')).then((instance) => instance.closeSync())
const here = { cwd: folder, env: { DESCENT_BACKEND: 'typescript' } }
await run(['train', '--data', 'shapes', '--epochs', '1', '-o', 'first.safetensors'], here)

const contents = () =>
  readdirSync(folder)
    .filter((name) => name !== 'shapes')
    .map((name) => [name, readFileSync(join(folder, name)).toString('latin1')])

describe('an output that would overwrite an input', () => {
  const table = ['train', '--data', 'rows.csv', '--label', 'kind']
  it.each([
    [[...table, '--test', 'rows', '-o', 'rows'], '--output rows and --test rows'],
    [[...table, '--test', 'rows', '-o', './alias'], '--output ./alias and --test rows'],
    [['train', '--from', 'first.json', '-o', 'first.json'], '--output first.json and --from first.json'],
    [
      ['train', '--sql', 'select 1 as a, 1 as kind', '--label', 'kind', '--database', 'forest', '-o', 'forest'],
      '--output forest and --database forest',
    ],
    [['train', '--data', 'rows.npy', '--label', 'labels', '-o', 'labels'], '--output labels and --label labels'],
    [
      ['train', '--data', 'shapes', '-o', 'shapes/train-labels-idx1-ubyte'],
      '--output shapes/train-labels-idx1-ubyte and --data shapes/train-labels-idx1-ubyte',
    ],
    [['export', 'model.safetensors', './model.safetensors'], 'FILE ./model.safetensors and MODEL model.safetensors'],
    [['export', 'model.safetensors', 'linked.mjs'], 'FILE linked.mjs and MODEL model.safetensors'],
    [
      ['read', 'photo.png', '--model', 'model.safetensors', '--annotate', 'photo.png'],
      '--annotate photo.png and PHOTO photo.png',
    ],
    [
      ['read', 'photo.png', '--model', 'model.safetensors', '--annotate', 'model.safetensors'],
      '--annotate model.safetensors and --model model.safetensors',
    ],
  ])('is refused before anything is done: %j', async (typed, names) => {
    const before = contents()
    const [option] = names.split(' ')
    expect(await run(typed, here)).toEqual({
      code: 2,
      stdout: '',
      stderr: `descent: ${names} are the same file, which would be overwritten: name another file for ${option}\n`,
    })
    expect(contents()).toEqual(before)
  })

  it('does not have the ending of a table or of another format', async () => {
    for (const [output, sentence] of [
      ['rows.csv', '--output rows.csv has the ending of a table, but train saves a network in a .safetensors file'],
      ...['m.onnx', 'm.npz', 'm.mjs', 'm.js'].map((name) => [
        name,
        `--output ${name} has the ending of a format that train does not write: use m.safetensors, and then "descent-nn export m.safetensors ${name}"`,
      ]),
    ]) {
      const { code, stderr } = await run([...table, '-o', output], here)
      expect({ code, stderr }).toEqual({ code: 2, stderr: `descent: ${sentence}\n` })
    }
  })

  it('may be the description that is repeated, or a model that is converted', async () => {
    expect((await run(['train', '--from', 'first.json', '-o', 'first.safetensors'], here)).stderr).toBe('')
    expect((await run(['convert', 'first.safetensors', 'first.safetensors'], here)).stderr).toBe('')
  })
})

describe.each(['export', 'convert'])('descent %s, to a module', (command) => {
  it('writes nothing if the types cannot be written', async () => {
    const name = `${command}-half`
    mkdirSync(join(folder, 'shapes', `${name}.d.mts`))
    expect(await run([command, 'model.safetensors', `shapes/${name}.mjs`], here)).toEqual({
      code: 1,
      stdout: '',
      stderr: `descent: cannot write shapes/${name}.d.mts: it is a folder\n`,
    })
    expect(existsSync(join(folder, 'shapes', `${name}.mjs`))).toBe(false)
  })
})
