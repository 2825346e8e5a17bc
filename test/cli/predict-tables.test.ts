import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/files.js'
import { run, writeLargestOfThree } from './program.js'

const model = await writeLargestOfThree(join(temporaryFolder(), 'model.safetensors'))
const answer = (input: string, ...options: string[]) => run(['predict', model, ...options], { input })

describe.concurrent('descent predict, of objects and tables', () => {
  it('gives objects back with their answers', async () => {
    const input = [
      { id: 7, x: 1, y: 0, z: 0 },
      { z: 0, y: 1, x: 0, id: 'eight', more: [1, 2] },
    ]
    const lines = input.map((row) => JSON.stringify(row)).join('\n')
    const named = await answer(`${lines}\n`, '--inputs', 'x,y,z')
    expect(named.stderr).toBe('')
    const answers = named.stdout.trimEnd().split('\n')
    expect(answers.map((line) => JSON.parse(line))).toEqual([
      { ...input[0], class: 0 },
      { ...input[1], class: 1 },
    ])
    expect((await answer(`${lines}\n`, '--inputs', 'x,y,z', '--format', 'text')).stdout).toBe('0\n1\n')
  })

  it('finds the inputs of objects in the first one', async () => {
    const array = await answer('{"id":"a","pixels":[0,0,1]}\n{"pixels":[0,1,0],"id":"b"}\n')
    expect(array.stdout).toBe('{"id":"a","pixels":[0,0,1],"class":2}\n{"pixels":[0,1,0],"id":"b","class":1}\n')
    const fields = await answer('{"a":0,"name":"one","b":1,"c":0}\n{"c":1,"b":0,"a":0}\n')
    expect(fields.stdout).toBe('{"a":0,"name":"one","b":1,"c":0,"class":1}\n{"c":1,"b":0,"a":0,"class":2}\n')
  })

  it.each([
    [
      '{"id":1,"a":0,"b":1,"c":0}',
      'line 1: which of the fields "id", "a", "b", "c" are the 3 inputs? Name them: --inputs a,b,c, or the one field that has them as an array',
    ],
    ['{"a":0,"b":1,"c":0}\n{"a":0,"b":"1","c":0}', 'line 2: expected a number as "b", found "1"'],
    ['{"a":0,"b":1,"c":0}\n{"a":0,"b":1}', 'line 2: expected a number as "c", found nothing'],
    ['{"a":0,"b":1,"c":0}\n[0,1,0]', 'line 2: expected an object in JSON, found [0,1,0]'],
    ['{"p":[0,0,1]}\n{"p":[0,1]}', 'line 2: expected an array of 3 numbers as "p", found 2'],
    ['{"p":[0,0,1]}\n{"p":[0,0,null]}', 'line 2: expected a number as "p"[2], found null'],
    ['a,b\n1,2', 'line 1: the header names 2 columns, the network takes 3 numbers: say which with --inputs a,b,c'],
    ['a,b,c\n1,2,3\n1,2', 'line 3: expected 3 columns, found 2'],
    ['a,b,c\n1,2,n/a', 'line 2: expected a number in column "c", found "n/a"'],
  ])('ends at %j', async (input, problem) => {
    const { code, stderr } = await answer(`${input}\n`)
    expect({ code, stderr }).toEqual({ code: 1, stderr: `descent: standard input, ${problem}\n` })
  })

  it('gives a table back with its columns, its quoted cells as they were', async () => {
    const input = 'id,x,y,z\r\n"a, ""b""",1,0,0\r\nc,0,0,1\r\n'
    expect(await answer(input, '--inputs', 'x,y,z')).toEqual({
      code: 0,
      stdout: 'id,x,y,z,class\n"a, ""b""",1,0,0,0\nc,0,0,1,2\n',
      stderr: '',
    })
    expect((await answer(input, '--inputs', 'z,y,x', '--format', 'ndjson')).stdout).toBe('{"class":2}\n{"class":0}\n')
    expect((await answer('1,0,0\n', '--format', 'csv')).stdout).toBe('class\n0\n')
    expect((await answer(input, '--inputs', 'x,y,w')).stderr).toBe(
      'descent: standard input, line 1: there is no column "w"; there are id, x, y, z\n',
    )
    expect((await answer('1,0,0\n', '--inputs', 'x,y,z')).stderr).toBe(
      'descent: standard input, line 1: --inputs is for objects and for lines below a header\n',
    )
  })
})
