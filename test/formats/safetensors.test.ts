import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createRandom } from '#src/base/random'
import { parametersFrom } from '#src/exchange/tensors'
import { decodeSafetensors, readSafetensors, writeSafetensors } from '#src/formats/safetensors'
import { lengthOf, parseHeader, storedDtypes } from '#src/formats/safetensors-header'
import { dense, Network } from '#src/index'
import { failure, openFiles } from '../support/files.js'
import { damage, f32, file, fixture, folder, newPath } from '../support/safetensors-files.js'

const answers = JSON.parse(readFileSync(join(fixture, '../halves.json'), 'utf8')) as Record<
  string,
  { readonly x: readonly number[][]; readonly y: readonly number[][] }
>

describe('readSafetensors', () => {
  it('takes tensors in any order, spaces anywhere in the header, and no metadata', async () => {
    const header = ` {"b" : {"data_offsets":[ 1 , 3 ],"shape":[\n],"dtype":"I16"},\t"a":\r{"dtype":"U8","shape":[1],"data_offsets":[0,1]} }  `
    const { tensors, metadata } = await readSafetensors(file(header.trimStart(), 3))
    expect(tensors).toEqual({
      a: { dtype: 'U8', shape: [1], data: Uint8Array.of(1) },
      b: { dtype: 'I16', shape: [], data: Int16Array.of(257) },
    })
    expect(metadata).toEqual({})
  })

  it('accepts an empty tensor at the offset where another one starts', async () => {
    const full = '"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}'
    const empty = '"b":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}'
    const { tensors } = await readSafetensors(file(`{${full},${empty}}`, 1))
    expect([tensors.a.data, tensors.b.data]).toEqual([Uint8Array.of(1), Uint8Array.of()])
  })

  it('keeps names that mean something to JavaScript', async () => {
    const path = newPath()
    const names = ['__proto__', 'constructor', 'toString', '']
    const tensors = Object.fromEntries(names.map((name, i) => [name, f32(i)]))
    const metadata = Object.fromEntries(names.map((name) => [name, name]))
    await writeSafetensors(path, { tensors, metadata })
    const read = await readSafetensors(path)
    expect(Object.keys(read.tensors).sort()).toEqual(names.sort())
    expect(Object.entries(read.metadata).sort()).toEqual(names.map((name) => [name, name]))
    expect(read.tensors.toString).toEqual(f32(2))
  })

  it.each([
    ['F16', [0x0000, 0x8000, 0x0001, 0x83ff, 0x0400, 0x3c01, 0x7bff, 0x7c00, 0xfc00, 0x7e01]],
    ['BF16', [0x0000, 0x8000, 0x0001, 0x807f, 0x0080, 0x3f81, 0x7f7f, 0x7f80, 0xff80, 0x7fc1]],
  ])('widens %s to F32, exactly', async (dtype, bits) => {
    const expected =
      dtype === 'F16'
        ? [0, -0, 2 ** -24, -1023 * 2 ** -24, 2 ** -14, 1 + 2 ** -10, 65504]
        : [0, -0, 2 ** -133, -127 * 2 ** -133, 2 ** -126, 1 + 2 ** -7, 255 * 2 ** 120]
    // The numbers follow a single byte, so they do not lie at an even place.
    const header = `{"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"${dtype}","shape":[2,5],"data_offsets":[1,21]}}`
    const path = file(header, 21)
    const bytes = readFileSync(path)
    bits.forEach((number, i) => {
      bytes.writeUInt16LE(number, bytes.length - 20 + 2 * i)
    })
    writeFileSync(path, bytes)
    const a = { dtype: 'F32', shape: [2, 5], data: Float32Array.of(...expected, Infinity, -Infinity, Number.NaN) }
    expect((await readSafetensors(path)).tensors.a).toEqual(a)
    expect(decodeSafetensors(path, bytes).tensors.a).toEqual(a)
  })

  it.each(['f16', 'bf16'])('reads a network whose weights are stored as %s', async (name) => {
    const { tensors } = await readSafetensors(join(fixture, `../${name}.safetensors`))
    const description = { inputs: 4, layers: [dense(5, 'relu'), dense(3, 'identity')] }
    const parameters = parametersFrom(tensors, description, { layout: 'torch' })
    const network = new Network(description, { parameters, backend: 'typescript' })
    // The answers of PyTorch, which computes with the same weights in float32.
    const { x, y } = answers[name]
    const outputs = await network.predict(x.map((row) => Float32Array.from(row)))
    expect([...outputs].map((output, i) => Math.abs(output - y.flat()[i]) < 1e-5)).toEqual(Array(6).fill(true))
  })

  it('reports what is wrong with the length of the header', async () => {
    const path = newPath()
    const says = async (bytes: number[], sentence: string) => {
      writeFileSync(path, Buffer.from(bytes))
      expect(await failure(readSafetensors(path))).toBe(`ModelError: ${path}: ${sentence}`)
    }
    await says([], 'expected the 8 bytes of length of a safetensors file, the file ends at byte 0')
    await says([1, 2, 3], 'expected the 8 bytes of length of a safetensors file, the file ends at byte 3')
    await says(
      Array(8).fill(255),
      'byte 0: the header would have 18446744073709551615 bytes, the limit is 100000000: it is not a safetensors file, or it is damaged',
    )
    // 100,000,001
    await says(
      [1, 0xe1, 0xf5, 5, 0, 0, 0, 0],
      'byte 0: the header would have 100000001 bytes, the limit is 100000000: it is not a safetensors file, or it is damaged',
    )
    await says(
      [0, 0xe1, 0xf5, 5, 0, 0, 0, 0, 123],
      'byte 0: the header would end at byte 100000008, the file ends at byte 9',
    )
    const lost = join(folder, 'lost')
    expect(await failure(readSafetensors(lost))).toBe(`ModelError: cannot read ${lost}: there is no such file`)
  })

  it('reports what is wrong in the text of the header, and at which byte of the file', async () => {
    const says = async (header: string | Buffer, offset: number, problem: string) => {
      const path = file(header)
      expect(await failure(readSafetensors(path))).toBe(`ModelError: ${path}: byte ${offset}: ${problem}`)
    }
    await says('', 8, 'the header of a safetensors file must begin with "{"')
    await says(' {}', 8, 'the header of a safetensors file must begin with "{"')
    await says('{}x', 10, 'expected only spaces after the header, found "x"')
    await says('{}\0', 10, 'expected only spaces after the header, found byte 0x0')
    await says('{', 9, 'expected a name, a string, found the end of the header')
    await says('{"a"}', 12, 'expected ":" after the name "a", found "}"')
    await says('{"a":1}', 13, 'expected tensor "a", an object, found "1"')
    await says('{"__metadata__":{}', 26, 'expected "," or "}", found the end of the header')
    await says('{"__metadata__":{},}', 27, 'expected a name, a string, found "}"')
    await says('{"a":{"dtype":7}}', 22, 'expected dtype, a string, found "7"')
    await says('{"a":{"shape":7}}', 22, 'expected shape, a list, found "7"')
    await says('{"a":{"shape":[1,]}}', 25, 'expected a whole number, found "]"')
    await says('{"a":{"shape":[1 2]}}', 25, 'expected "," or "]", found "2"')
    await says('{"a":{"shape":[-1]}}', 23, 'expected a whole number, found "-"')
    await says('{"a":{"shape":[01]}}', 23, 'expected a whole number, found "0"')
    await says('{"a":{"shape":[1.0]}}', 24, 'expected "," or "]", found "."')
    await says('{"a":{"shape":[1e3]}}', 24, 'expected "," or "]", found "e"')
    await says('{"a":{"shape":[9007199254740992]}}', 23, 'the number 9007199254740992 is above 2^53 - 1')
    await says('{"a', 9, 'the string that starts here is never closed')
    await says('{"a\\', 9, 'the string that starts here is never closed')
    await says('{"', 9, 'the string that starts here is never closed')
    await says('{"a\\x":1}', 9, 'the string that starts here has a wrong escape or a control character')
    await says('{"a\n":1}', 9, 'the string that starts here has a wrong escape or a control character')
    await says('{"a\\ud83d":1}', 9, 'the string that starts here has half a surrogate pair')
    await says(Buffer.from('{"\xff":1}', 'latin1'), 9, 'the string that starts here is not UTF-8')
    await says('{"é\u{1f600}":x}', 18, 'expected tensor "é\u{1f600}", an object, found "x"')
    await says('{"__metadata__":{"a":1}}', 29, 'expected the value of "a" in __metadata__, a string, found "1"')
    await says('{"__metadata__":null}', 24, 'expected __metadata__, an object, found "n"')
    await says('{"__metadata__":{"a":"","\\u0061":""}}', 32, 'the name "a" occurs twice')
    await says('{"__metadata__":{},"__metadata__":{}}', 27, 'the name "__metadata__" occurs twice')
    const tensor = '{"dtype":"U8","shape":[0],"data_offsets":[0,0]}'
    await says(`{"a":${tensor},"b":${tensor},"a":${tensor}}`, 113, 'the name "a" occurs twice')
    await says('{"a":{"dtype":"U8","dtype":"U8"}}', 27, 'the name "dtype" occurs twice')
    const names = Array.from({ length: 65_537 }, (_, i) => `"${String(i).padStart(5, '0')}":""`)
    const place = 8 + '{"__metadata__":{'.length + 65_536 * '"00000":"",'.length
    await says(`{"__metadata__":{${names}}}`, place, '__metadata__ has more than the limit of 65536 names')
    const tensors = names.map((name) => name.replace('""', tensor))
    const last = 8 + 1 + 65_536 * `"00000":${tensor},`.length
    await says(`{${tensors}}`, last, 'the header has more than the limit of 65536 names')
  })

  it('says which tensor is wrong', async () => {
    const says = async (header: string, dataSize: number, sentence: string) => {
      const path = file(header, dataSize)
      expect(await failure(readSafetensors(path))).toBe(`ModelError: ${path}: ${sentence}`)
    }
    const tensor = (dtype: string, shape: number[], begin: number, end: number) =>
      JSON.stringify({ dtype, shape, data_offsets: [begin, end] })
    await says('{"a":{"shape":[],"data_offsets":[0,0]}}', 0, 'tensor "a" has no dtype')
    await says('{"a":{"dtype":"U8","data_offsets":[0,0]}}', 0, 'tensor "a" has no shape')
    await says('{"a":{"dtype":"U8","shape":[]}}', 0, 'tensor "a" has no data_offsets')
    await says(
      '{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1,2]}}',
      1,
      'tensor "a": data_offsets must be 2 numbers, not 3',
    )
    await says('{"a":{"strides":[1]}}', 0, 'tensor "a" has "strides", expected dtype, shape and data_offsets')
    const known = 'BOOL, U8, I8, I16, U16, I32, U32, F32, F64, I64, U64, F16, BF16'
    for (const dtype of ['F8_E4M3', 'F8_E5M2', 'f32', 'constructor']) {
      await says(`{"a":${tensor(dtype, [0], 0, 0)}}`, 0, `tensor "a": dtype must be one of ${known}, not "${dtype}"`)
    }
    await says(
      `{"a":${tensor('F32', [2, 3], 0, 20)}}`,
      20,
      'tensor "a": F32 of shape [2, 3] takes 24 bytes, data_offsets [0, 20] hold 20',
    )
    await says(
      `{"a":${tensor('U8', [1], 1, 0)}}`,
      1,
      'tensor "a" starts at offset 1 of the data, but the tensor before it ends at 0',
    )
    await says(
      `{"a":${tensor('U8', [4], 0, 4)},"b":${tensor('U8', [4], 2, 6)}}`,
      6,
      'tensor "b" starts at offset 2 of the data, but the tensor before it ends at 4',
    )
    await says(
      `{"a":${tensor('U8', [4], 0, 4)},"b":${tensor('U8', [4], 5, 9)}}`,
      9,
      'tensor "b" starts at offset 5 of the data, but the tensor before it ends at 4',
    )
    await says(`{"a":${tensor('F64', [2], 0, 16)}}`, 15, 'the tensors take 16 bytes of data, the file has 15')
    await says(`{"a":${tensor('F64', [2], 0, 16)}}`, 17, 'the tensors take 16 bytes of data, the file has 17')
    await says('{}', 1, 'the tensors take 0 bytes of data, the file has 1')
    await says(
      `{"a":${tensor('F64', [2 ** 40, 2 ** 40, 0], 0, 0)}}`,
      0,
      'tensor "a": F64 of shape [1099511627776, 1099511627776, 0] takes more bytes than can be counted, data_offsets [0, 0] hold 0',
    )
  })

  it('allocates no more memory than the file has bytes', async () => {
    const size = 2 ** 50
    const path = file(`{"a":{"dtype":"U8","shape":[${size}],"data_offsets":[0,${size}]}}`, 3)
    expect(await failure(readSafetensors(path))).toBe(
      `ModelError: ${path}: the tensors take ${size} bytes of data, the file has 3`,
    )
  })

  it('fails at every byte where the file can be cut off', async () => {
    const path = newPath()
    const tensors = { a: f32(1, 2), b: f32(3) }
    await writeSafetensors(path, { tensors, metadata: { format: 'pt' } })
    const whole = readFileSync(path)
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length))
      expect(await failure(readSafetensors(path)), `cut at byte ${length}`).toContain(`ModelError: ${path}: `)
    }
  })

  it('turns a damaged file into a ModelError or a complete result', async () => {
    const random = createRandom(7, 'file')
    const whole = readFileSync(fixture)
    const path = newPath()
    const { refused, read } = await damage(500, async () => {
      const bytes = Buffer.from(whole)
      for (let edits = random.integer(3); edits >= 0; edits--) bytes[random.integer(64)] ^= 1 << random.integer(8)
      writeFileSync(path, bytes)
      const { tensors } = await readSafetensors(path)
      for (const { data, shape } of Object.values(tensors)) expect(data.length).toBe(lengthOf(shape))
    })
    expect(refused).toBeGreaterThan(300)
    expect(read).toBeGreaterThan(10)
  })

  it('turns a damaged header into a ModelError or tensors that cover the data', async () => {
    const random = createRandom(7, 'header')
    const whole = readFileSync(fixture)
    const headerEnd = 8 + Number(whole.readBigUInt64LE())
    const pieces = [
      '"',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '\\',
      '0',
      '9',
      '-',
      ' ',
      '\0',
      '\xff',
      '"dtype"',
      '[0,8]',
      '\\u0000',
    ]
    const { refused, read } = await damage(5000, async () => {
      let header = Buffer.from(whole.subarray(8, headerEnd))
      for (let edits = random.integer(3); edits >= 0; edits--) {
        const at = random.integer(header.length)
        const piece = Buffer.from(pieces[random.integer(pieces.length)], 'latin1')
        const kind = random.integer(5)
        if (kind === 0) header[at] = random.integer(256)
        else if (kind === 1) header[at] ^= 1 << random.integer(8)
        else if (kind === 2) piece.copy(header, at)
        else {
          // Inserted, removed or replaced.
          const rest = header.subarray(at + (kind === 3 ? 0 : random.integer(20)))
          header = Buffer.concat([header.subarray(0, at), random.integer(3) ? piece : Buffer.alloc(0), rest])
        }
      }
      const dataSize = whole.length - headerEnd
      const { tensors } = parseHeader('damaged', header, dataSize)
      let covered = 0
      for (const { shape, dtype, begin, end } of tensors) {
        expect([begin, end - begin]).toEqual([covered, lengthOf(shape) * storedDtypes[dtype].BYTES_PER_ELEMENT])
        covered = end
      }
      expect(covered).toBe(dataSize)
    })
    expect(refused).toBeGreaterThan(3000)
    expect(read).toBeGreaterThan(50)
  })

  it('closes its file, also after errors', async () => {
    const before = await openFiles()
    for (let i = 0; i < 5; i++) {
      await readSafetensors(fixture)
      await failure(readSafetensors(file('{}', 1)))
      await failure(readSafetensors(file('x')))
    }
    expect(await openFiles()).toBe(before)
  })
})
