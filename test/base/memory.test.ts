import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { MemoryError } from '#src/base/errors'
import { allocateShared } from '#src/base/memory'

type Made = [bytes: number, reservation: { maxByteLength?: number } | undefined]

/** Returns the arguments of all plain buffers that `work` makes. */
function plainBuffers(work: () => void): Made[] {
  const Plain = globalThis.ArrayBuffer
  const made: Made[] = []
  globalThis.ArrayBuffer = new Proxy(Plain, {
    construct(target, [bytes, reservation], newTarget) {
      made.push([bytes, reservation])
      return Reflect.construct(target, [bytes, reservation], newTarget)
    },
  })
  try {
    work()
  } finally {
    globalThis.ArrayBuffer = Plain
  }
  return made
}

it('each shared buffer gets a resizable plain buffer of the same size, which V8 counts', () => {
  const made = plainBuffers(() => {
    expect(allocateShared(Float32Array, 2 ** 20).buffer).toBeInstanceOf(SharedArrayBuffer)
  })
  expect(made).toEqual([[2 ** 22, { maxByteLength: 2 ** 22 }]])
})

it('a shared buffer above 4 GiB gets several plain buffers, because Node 20 refuses a resizable one of that size', () => {
  const bytes = 5e9
  const allocated = (make: () => { byteLength: number }): number | undefined => {
    try {
      return make().byteLength
    } catch (error) {
      expect(error).toSatisfy((one) => one instanceof RangeError || one instanceof MemoryError)
      return undefined
    }
  }
  let length: number | undefined
  const made = plainBuffers(() => {
    length = allocated(() => allocateShared(Float32Array, bytes / 4))
  })
  // Where the address space is too small for a buffer of this size, there is nothing to compare with.
  expect(length).toBe(allocated(() => new SharedArrayBuffer(bytes)))
  if (length === undefined) return
  expect(made.length).toBeGreaterThan(1)
  for (const [size, reservation] of made) {
    expect(size).toBeLessThanOrEqual(2 ** 30)
    expect(reservation).toEqual({ maxByteLength: size })
  }
  expect(made.reduce((sum, [size]) => sum + size, 0)).toBe(bytes)
})

it('shared memory without references is collected', async () => {
  const memory = JSON.stringify(new URL('../../dist/base/memory.js', import.meta.url))
  const program = `import { allocateShared } from ${memory}
    import { setImmediate } from 'node:timers/promises'
    for (let i = 0; i < 60; i++) { allocateShared(Uint8Array, 6_400_000).fill(1); await setImmediate() }
    console.log(process.resourceUsage().maxRSS / 1024)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program])
  // Together the buffers take 384 MB; the process takes 50 MB more.
  expect(Number(stdout)).toBeLessThan(250)
})
