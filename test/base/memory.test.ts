import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { allocateShared } from '#src/base/memory'

it('each shared buffer gets a resizable plain buffer of the same size, which V8 counts', () => {
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
