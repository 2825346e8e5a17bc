/** What `import 'descent-nn'` loads. `npm run scale` measures how long that takes. */
import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

/** The parts of Node that a program loads. */
function loadedBy(program: string): string[] {
  const around = `
    const before = new Set(process.moduleLoadList)
    ${program}
    const loaded = process.moduleLoadList.filter((name) => name.startsWith('NativeModule ') && !before.has(name))
    console.log(JSON.stringify(loaded.map((name) => name.slice('NativeModule '.length))))`
  const command = ['--input-type=module', '--eval', around]
  return JSON.parse(execFileSync(process.execPath, command, { cwd: root, encoding: 'utf8' }))
}

const slow = ['crypto', 'http', 'https', 'stream', 'worker_threads', 'zlib']

test('a first network loads none of the slow parts of Node', () => {
  const loaded = loadedBy(`
    const { Network } = await import('descent-nn')
    new Network([2, 1], { backend: 'typescript' }).feedforward([1, 2])`)
  expect(loaded.filter((name) => slow.includes(name))).toEqual([])
})

test('a part that is loaded later is noticed too', () => {
  expect(loadedBy(`await import('node:zlib')`)).toContain('zlib')
})

test('the library consists of a few files', () => {
  const program = `
    import { register } from 'node:module'
    register('data:text/javascript,' + encodeURIComponent(\`
      import { writeSync } from 'node:fs'
      export async function load(url, context, next) {
        if (url.startsWith('file:')) writeSync(1, url + '\\\\n')
        return next(url, context)
      }\`))
    await import('descent-nn')`
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: root,
    encoding: 'utf8',
  })
  const files = printed.trim().split('\n')
  expect(files[0]).toMatch(/\/dist\/bundle\/index\.js$/)
  expect(files.length).toBeLessThanOrEqual(10)
})
