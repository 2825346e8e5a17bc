import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readSafetensors, type Tensors, writeSafetensors } from '#src/formats/safetensors'
import { failure } from '../support/files.js'
import { content, f32, fixture, folder, newPath } from '../support/safetensors-files.js'

describe('safetensors and the Python library', () => {
  it('reads the file that the library writes', async () => {
    expect(await readSafetensors(fixture)).toEqual(content)
  })

  it('writes the bytes that the library writes', async () => {
    const path = newPath()
    await writeSafetensors(path, content)
    expect(readFileSync(path).toString('latin1')).toBe(readFileSync(fixture).toString('latin1'))
  })

  it("writes an empty file as the library's own tests expect it", async () => {
    const path = newPath()
    await writeSafetensors(path, { tensors: {} })
    expect(readFileSync(path, 'latin1')).toBe('\u0008\0\0\0\0\0\0\0{}      ')
    await writeSafetensors(path, { tensors: {}, metadata: { framework: 'pt' } })
    expect(readFileSync(path, 'latin1')).toBe('\u0028\0\0\0\0\0\0\0{"__metadata__":{"framework":"pt"}}     ')
    expect(await readSafetensors(path)).toEqual({ tensors: {}, metadata: { framework: 'pt' } })
  })
})

describe('writeSafetensors', () => {
  it('copies the numbers when it is called, from views of shared memory too', async () => {
    const path = newPath()
    const data = new Float32Array(new SharedArrayBuffer(16), 4, 2)
    data.set([1, 2])
    const promise = writeSafetensors(path, { tensors: { a: { dtype: 'F32', shape: [2], data } } })
    data.fill(0)
    await promise
    expect((await readSafetensors(path)).tensors).toEqual({ a: f32(1, 2) })
  })

  it('refuses tensors whose dtype, shape and data disagree', async () => {
    const path = newPath()
    const says = async (value: object, sentence: string) => {
      expect(await failure(writeSafetensors(path, value as Tensors))).toBe(`OptionError: ${sentence}`)
      expect(await failure(readSafetensors(path))).toContain('there is no such file')
    }
    const tensor = (value: object) => ({ tensors: { a: { ...f32(1, 2), ...value } } })
    await says(tensor({ shape: [3] }), 'data of tensor "a" must have 3 numbers (shape [3]), not 2')
    await says(tensor({ shape: 2 }), 'shape of tensor "a" must be a list of sizes, not 2')
    await says(
      tensor({ shape: [-1, -2] }),
      'every size in the shape of tensor "a" must be a whole number of at least 0, not -1',
    )
    await says(
      tensor({ dtype: 'F16' }),
      'dtype of tensor "a" must be one of BOOL, U8, I8, I16, U16, I32, U32, F32, F64, I64, U64, not "F16"',
    )
    await says(tensor({ dtype: 'F64' }), 'data of tensor "a" must be a Float64Array, not Float32Array(2)')
    await says(tensor({ data: [1, 2] }), 'data of tensor "a" must be a Float32Array, not [1, 2]')
    await says({ tensors: { __metadata__: f32(1) } }, 'a tensor cannot have the name "__metadata__"')
    await says(
      { tensors: { '\ud83d': f32(1) } },
      'tensor "\\ud83d" has half a surrogate pair, which UTF-8 cannot represent',
    )
    await says(
      { tensors: {}, metadata: { a: '\ude00' } },
      'metadata "a" has half a surrogate pair, which UTF-8 cannot represent',
    )
    await says({ tensors: {}, metadata: { a: 1 } }, 'metadata "a" must be a string, not 1')
    await says({ metadata: {} }, 'tensors must be tensors by name, not undefined')
    await says({ tensors: {}, meta: {} }, 'unknown safetensors option "meta"; known: tensors, metadata')
  })

  it('refuses a header above the limit, and a path that it cannot write', async () => {
    const path = newPath()
    const metadata = { a: 'x'.repeat(100_000_000) }
    expect(await failure(writeSafetensors(path, { tensors: {}, metadata }))).toBe(
      `ModelError: cannot write ${path}: its header would have 100000032 bytes, the limit is 100000000`,
    )
    expect(await failure(writeSafetensors(folder, { tensors: {} }))).toBe(
      `ModelError: cannot write ${folder}: it is a folder`,
    )
  })
})
