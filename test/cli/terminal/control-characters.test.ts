import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inspectValue } from '#src/base/errors'
import { createStatus } from '#src/cli/terminal/terminal'
import { DataError, Network, readCsv } from '#src/index'
import { writeGraph } from '../../formats/onnx/graph.js'
import { failure, temporaryFolder } from '../../support/files.js'
import { run } from '../program.js'

const folder = temporaryFolder()
/** Erases the screen, twice, deletes, reverses the reading direction, and goes to another line. */
const evil = 'a\x1b[2J\x9b2J\x7f\u202eb\u2066\u200f\r\u2028\u0007'
const shown = 'a\\u001b[2J\\u009b2J\\u007f\\u202eb\\u2066\\u200f\\u000d\\u2028\\u0007'
/** The same characters as JSON writes them, which has short escapes for some. */
const inJson = shown.replace('\\u000d', '\\r')
const unseen = /[^\P{Cc}\n\t]|[\p{Bidi_Control}\u2028\u2029]/u
const model = join(folder, 'model.safetensors')
const named = new Network([2, 2], { parameters: [1, 0, 0, 1, 0, 0], backend: 'typescript' })
named.labelNames = [`${evil}\n`, 'fine']
await named.save(model)

describe('characters that a terminal obeys are shown as escapes', () => {
  const file = (name: string, content: string): string => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }
  const graph = writeGraph(join(folder, 'graph.onnx'), { nodes: [[`${evil}\n.Conv${evil}\n`, 'x', 'y']] })

  it('in the messages of errors, whatever their text comes from', async () => {
    expect(new DataError(`bad ${evil}\n\tnext`).message).toBe(`bad ${shown}\n\tnext`)
    expect(inspectValue(evil)).toBe(`"${inJson}"`)
    expect(inspectValue({ constructor: { name: evil } })).toBe(`an object (${shown})`)
    expect(inspectValue(Symbol(`${evil}\n`))).toBe(`Symbol(${shown}\\u000a)`)
    const path = file('cells.csv', `x,${evil}x\n1,2\n`)
    expect(await failure(readCsv(path, { label: 'y' }))).not.toMatch(unseen)
  })

  it('in what a command says of its operands and files', async () => {
    const header = Buffer.from(JSON.stringify({ [evil]: { dtype: evil, shape: [1], data_offsets: [0, 4] } }))
    const tensors = join(folder, 'tensors.safetensors')
    writeFileSync(tensors, Buffer.concat([Buffer.of(header.length, 0, 0, 0, 0, 0, 0, 0), header, Buffer.alloc(4)]))
    const lines = [
      ['convert', graph, 'out.safetensors'],
      ['explain', tensors],
      ['explain', evil],
      ['predict', model, file('rows.ndjson', `{"a": ${evil}}\n`)],
      ['predict', model, file('rows.csv', `${evil},${evil}\n1,2\n`), '--inputs', 'a,b'],
      ['predict', model, file('cell.csv', `p,q\n1,${evil}\n`)],
      ['train', '--from', file('run.json', `{"a": ${evil}`)],
      ['train', '--from', file('run-2.json', JSON.stringify({ [evil]: 1 }))],
      ['train', '--sql', `select "${evil}" as label`, '--label', 'label'],
      ['train', '--data', file('own.csv', `x,y\n1,0\n2,1\n`), '--label', evil],
      ['train', '--hidden', evil],
      ['train', `--${evil}`],
      [evil],
    ]
    for (const line of lines) {
      const { code, stdout, stderr } = await run(line, { cwd: folder })
      expect(code, line.join(' ')).not.toBe(0)
      expect(stdout + stderr, line.join(' ')).not.toMatch(unseen)
      expect(stderr.replace(/\n\(see .*/, ''), line.join(' ')).toContain('\\u')
    }
  })

  it('and the names of operators and domains cannot begin a line of their own', async () => {
    const { stderr } = await run(['convert', graph, join(folder, 'out.safetensors')])
    expect(stderr).toContain(`: node 1 (${shown}\\u000a.Conv${shown}\\u000a): this operator is not supported;`)
    expect(stderr.split('\n')).toHaveLength(2)
  })

  it('in the names of classes, in reports and answers', async () => {
    const table = file('flowers.csv', `x,y,kind\n${`1,2,${evil.replace(/[\r\u2028]/g, '')}\n3,4,fine\n`.repeat(10)}`)
    const trained = await run(
      [
        'train',
        '--data',
        table,
        '--label',
        'kind',
        '--epochs',
        '1',
        '--backend',
        'typescript',
        '-o',
        'own.safetensors',
      ],
      { cwd: folder },
    )
    expect(trained.stderr).toBe('')
    expect(trained.stdout).not.toMatch(unseen)
    const rows = await run(['predict', model], { input: '9,-9\n-9,9\n' })
    expect(rows.stdout).not.toMatch(unseen)
    expect(rows.stdout).toContain(`"${inJson}\\n"\n`)
  })

  it('but not in tables that go to a file or another program', async () => {
    const args = ['predict', model, '--inputs', 'p,q']
    const { stdout } = await run(args, { input: 'p,q,name\u202e\n1,2,\u200fx\u009b\n' })
    expect(stdout).toBe('p,q,name\u202e,class,label\n1,2,\u200fx\u009b,1,fine\n')
  })

  it('in the status line, which is one line', () => {
    const written: string[] = []
    const write = (text: string) => written.push(text) > 0
    createStatus({ isTTY: true, columns: 80, write } as unknown as NodeJS.WriteStream).show(`${evil}\n\t`)
    expect(written).toEqual([`\r${shown}\\u000a\\u0009`.slice(0, 80).concat('\x1b[K')])
  })
})
