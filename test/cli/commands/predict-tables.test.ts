import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../support/files.js'
import { run, writeLargestOfThree } from '../program.js'

const model = await writeLargestOfThree(join(temporaryFolder(), 'model.safetensors'))
const answer = (input: string, ...options: string[]) => run(['predict', model, ...options], { input })
/** What is said where a row has what its answer has. */
const already = (name: string): string =>
  `there is a "${name}" already, and the answer has one: rename it, or take --format text`

describe.concurrent('descent-nn predict, of objects and tables', () => {
  it('returns objects with their answers', async () => {
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
    ['{"a":0,"b":1,"c":1e39}', 'line 1: expected a number that float32 holds as "c", found 1e+39'],
    ['a,b,c\n1,2,0x3', 'line 2: expected a number in column "c", found "0x3"'],
    ['a,b,c\n1,2,1e39', 'line 2: expected a number that float32 holds in column "c", found "1e39"'],
    ['a,b,a\n1,2,3', 'line 1: several columns have the name "a"'],
    [
      'a,b,c\n1,2,3\n1,2, "x\n3,4,y"',
      'line 3: the quoted cell at place 3 does not end on this line: cells with line ends in them are not read here',
    ],
    ['a,b,c\n1,"2"x,3', 'line 2: the quoted cell at place 2 goes on after its closing quote'],
    ['a,b,c\n\n1,2,3', 'line 2: an empty line, and rows after it'],
    ['a,class,c\n1,2,3', `line 1: ${already('class')}`],
    ['{"a":0,"b":1,"c":0}\n{"a":0,"b":1,"c":0,"class":"mine"}', `line 2: ${already('class')}`],
    ['a,b,c\n1,2,n/a', 'line 2: expected a number in column "c", found "n/a"'],
  ])('ends at %j', async (input, problem) => {
    const { code, stderr } = await answer(`${input}\n`)
    expect({ code, stderr }).toEqual({ code: 1, stderr: `descent: standard input, ${problem}\n` })
  })

  it('returns a table with its columns, and leaves quoted cells as they were', async () => {
    const input = 'id,x,y,z\r\n"a, ""b""",1,0,0\r\nc,0,0,1\r\n'
    expect(await answer(input, '--inputs', 'x,y,z')).toEqual({
      code: 0,
      stdout: 'id,x,y,z,class\n"a, ""b""",1,0,0,0\nc,0,0,1,2\n',
      stderr: '',
    })
    expect((await answer(input, '--inputs', 'z,y,x', '--format', 'ndjson')).stdout).toBe(
      '{"id":"a, \\"b\\"","x":"1","y":"0","z":"0","class":2}\n{"id":"c","x":"0","y":"0","z":"1","class":0}\n',
    )
    expect((await answer('1,0,0\n', '--format', 'csv')).stdout).toBe('class\n0\n')
    expect((await answer(input, '--inputs', 'x,y,w')).stderr).toBe(
      'descent: standard input, line 1: there is no column "w"; there are id, x, y, z\n',
    )
    expect((await answer('1,0,0\n', '--inputs', 'x,y,z')).stderr).toBe(
      'descent: standard input, line 1: --inputs is for objects and for lines below a header\n',
    )
  })

  it('does not change the text of an object', async () => {
    const object = ' { "id":12345678901234567890, "p":[0,0,1.0], "10":1, "2":2, "big":1e400, "a":"}\\u00e9" '
    expect((await answer(`\ufeff${object}}\r\n`)).stdout).toBe(`${object.trim()},"class":2}\n`)
  })

  it('accepts fields that the answer does not have', async () => {
    const object = '{"p":[0,0,1],"label":"true","outputs":1}'
    expect((await answer(object)).stdout).toBe('{"p":[0,0,1],"label":"true","outputs":1,"class":2}\n')
    expect((await answer(object, '--outputs')).stderr).toBe(`descent: standard input, line 1: ${already('outputs')}\n`)
    expect((await answer('{"p":[0,0,1],"class":"mine"}', '--format', 'text')).stdout).toBe('2\n')
    const table = 'output1,p,q,r\n7,0,0,1\n'
    expect((await answer(table, '--inputs', 'p,q,r')).stdout).toBe('output1,p,q,r,class\n7,0,0,1,2\n')
    expect((await answer(table, '--inputs', 'p,q,r', '--outputs')).stderr).toBe(
      `descent: standard input, line 1: ${already('output1')}\n`,
    )
  })

  it('makes columns of the fields of the first object', async () => {
    const first = '{"2":12345678901234567890,"p":[0, 0,1],"1":"a, \\"b\\"","n":null,"o":{"x":"}"},"t":" x"}'
    const second = '{"t":true,"p":[0,1,0],"2":1e400}'
    expect(await answer(`${first}\n${second}\n{"p":[0,1,0],"u":1}\n`, '--format', 'csv')).toEqual({
      code: 1,
      stdout: [
        '2,p,1,n,o,t,class',
        '12345678901234567890,"[0, 0,1]","a, ""b""",,"{""x"":""}""}"," x",2',
        '1e400,"[0,1,0]",,,,true,1\n',
      ].join('\n'),
      stderr: 'descent: standard input, line 3: there is a field "u", for which the first row has no column\n',
    })
  })

  it('writes only the answer for rows without names', async () => {
    expect((await answer('[1,0,0]\n', '--format', 'csv')).stdout).toBe('class\n0\n')
    expect((await answer('1,0,0\n', '--format', 'ndjson')).stdout).toBe('{"class":0}\n')
    expect((await answer('id,p,q,r\n7,0,0,1\n', '--inputs', 'p,q,r', '--format', 'text')).stdout).toBe('2\n')
  })

  it('writes the header of a table without rows', async () => {
    expect((await answer('id,p,q,r\n', '--inputs', 'p,q,r', '--outputs')).stdout).toBe(
      'id,p,q,r,class,output0,output1,output2\n',
    )
    expect(await answer('p,q,r', '--format', 'ndjson')).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it('takes the first line for a header if --inputs names its columns', async () => {
    expect((await answer('3rd,p,q,r\n7,0,0,1\n', '--inputs', 'p,q,r')).stdout).toBe('3rd,p,q,r,class\n7,0,0,1,2\n')
    expect((await answer('0,1,2,3\n7,0,0,1\n', '--inputs', '1,2,3')).stdout).toBe('0,1,2,3,class\n7,0,0,1,2\n')
    expect((await answer(',p,q,1\n7,0,0,1\n', '--inputs', 'p,q,1')).stdout).toBe(',p,q,1,class\n7,0,0,1,2\n')
  })

  it('takes true and false for 1 and 0, in any case of letters', async () => {
    expect(await answer('TRUE,false,0\nfalse true 0\n[false,false,true]\n')).toEqual({
      code: 0,
      stdout: '0\n1\n2\n',
      stderr: '',
    })
    expect((await answer('id,p,q,r\n7,0,"True",false\n', '--inputs', 'p,q,r')).stdout).toBe(
      'id,p,q,r,class\n7,0,"True",false,1\n',
    )
    expect((await answer('{"p":false,"q":0,"r":true}\n', '--inputs', 'p,q,r')).stdout).toBe(
      '{"p":false,"q":0,"r":true,"class":2}\n',
    )
    expect((await answer('{"p":"true","q":0,"r":0}\n', '--inputs', 'p,q,r')).stderr).toBe(
      'descent: standard input, line 1: expected a number as "p", found "true"\n',
    )
    expect((await answer('yes,0,1\n')).stderr).toBe(
      'descent: standard input, line 1: expected a number at place 1, found "yes"\n',
    )
  })

  it('refuses an input or a column named twice', async () => {
    expect(await answer('p,q\n', '--inputs', 'p,q,p')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'descent: --inputs must name each input once, not "p" twice\n',
    })
    const input = 'note,p,q,r,note\n7,0,0,1,8\n'
    expect((await answer(input, '--inputs', 'p,q,r')).stdout).toBe('note,p,q,r,note,class\n7,0,0,1,8,2\n')
    expect((await answer(input, '--inputs', 'p,q,r', '--format', 'ndjson')).stderr).toBe(
      'descent: standard input, line 1: several columns have the name "note"\n',
    )
  })
})
