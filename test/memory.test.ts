import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

it('a block of shared memory takes its bytes once, also where memory has been used before', async () => {
  const memory = JSON.stringify(new URL('../dist/memory.js', import.meta.url))
  // Once a block of 30 MB has been freed, glibc no longer maps those up to its size, but has them from its heap.
  const program = `import { allocateShared } from ${memory}
    import { setTimeout } from 'node:timers/promises'
    for (let i = 0; i < 4; i++) { new Uint8Array(30e6).fill(1); gc(); await setTimeout(10) }
    const before = process.memoryUsage.rss()
    const blocks = Array.from({ length: 20 }, () => allocateShared(Uint8Array, 6_400_000).fill(1))
    console.log(process.memoryUsage.rss() - before, blocks.length)`
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    '--input-type=module',
    '--eval',
    program,
  ])
  const [growth, blocks] = stdout.split(' ').map(Number)
  expect(blocks).toBe(20)
  // With company that is touched it is 256 MB.
  expect(growth / 1e6).toBeLessThan(180)
})

it('shared memory that nobody holds any more is collected', async () => {
  const memory = JSON.stringify(new URL('../dist/memory.js', import.meta.url))
  const program = `import { allocateShared } from ${memory}
    import { setImmediate } from 'node:timers/promises'
    for (let i = 0; i < 150; i++) { allocateShared(Uint8Array, 6_400_000).fill(1); await setImmediate() }
    console.log(process.resourceUsage().maxRSS / 1024)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program])
  // All of them together are 960 MB.
  expect(Number(stdout)).toBeLessThan(400)
})
