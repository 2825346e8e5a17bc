import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { allocateShared } from '#src/base/memory'

it('shared memory has company that V8 counts, in pages of its own that nothing has touched', () => {
  const Plain = globalThis.ArrayBuffer
  const made: [number, { maxByteLength?: number } | undefined][] = []
  globalThis.ArrayBuffer = new Proxy(Plain, {
    construct(target, [bytes, reservation], newTarget) {
      made.push([bytes, reservation])
      return Reflect.construct(target, [bytes, reservation], newTarget)
    },
  })
  try {
    const block = allocateShared(Float32Array, 2 ** 20)
    expect(block.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect(made).toEqual([[2 ** 22, { maxByteLength: 2 ** 22 }]])
  } finally {
    globalThis.ArrayBuffer = Plain
  }
})

it('shared memory that nobody holds any more is collected', async () => {
  const memory = JSON.stringify(new URL('../../dist/base/memory.js', import.meta.url))
  const program = `import { allocateShared } from ${memory}
    import { setImmediate } from 'node:timers/promises'
    for (let i = 0; i < 60; i++) { allocateShared(Uint8Array, 6_400_000).fill(1); await setImmediate() }
    console.log(process.resourceUsage().maxRSS / 1024)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program])
  // All of them together are 384 MB beside the 50 of the process.
  expect(Number(stdout)).toBeLessThan(250)
})
