import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { packageFile, packageFolder } from '#src/base/package-folder'
import { temporaryFolder } from '../support/files.js'

const root = resolve(import.meta.dirname, '../..')
const temporary = temporaryFolder()

/** Copies the modules into the folder of another package, as in a program that bundles them. */
function bundledProgram(name: string, packages: readonly string[] = []): string {
  const program = join(temporary, name)
  mkdirSync(program)
  writeFileSync(join(program, 'package.json'), '{ "name": "program", "type": "module" }')
  cpSync(join(root, 'dist'), join(program, 'dist'), { recursive: true })
  for (const folder of packages) {
    mkdirSync(join(program, folder), { recursive: true })
    cpSync(join(root, 'package.json'), join(program, folder, 'package.json'))
  }
  return program
}

const importFrom = (program: string, file: string) => import(pathToFileURL(join(program, 'dist', file)).href)

test('a package that was deployed without some of its files says which is missing', () => {
  const program = join(temporary, 'partial')
  cpSync(join(root, 'dist'), join(program, 'dist'), { recursive: true })
  cpSync(join(root, 'package.json'), join(program, 'package.json'))
  rmSync(join(program, 'dist/pool/worker.js'))
  return expect(
    importFrom(program, 'base/package-folder.js').then(({ packageUrl }) => packageUrl('dist/pool/worker.js')),
  ).rejects.toThrow(
    `cannot find ${join(program, 'dist/pool/worker.js')}: deploy the package descent-nn with all its files`,
  )
})

test('the modules find their package and its files', () => {
  expect(packageFolder()).toBe(root)
  expect(packageFile('scripts/setup.mjs')).toBe(join(root, 'scripts/setup.mjs'))
})

test('a program that bundles descent finds the package in node_modules', async () => {
  const program = bundledProgram('beside', ['node_modules/descent-nn'])
  const { packageFolder } = await importFrom(program, 'base/package-folder.js')
  expect(packageFolder()).toBe(join(program, 'node_modules/descent-nn'))
})

test('a program that bundles descent without installing it runs without the addon and names the missing file', async () => {
  const program = bundledProgram('alone')
  const { packageFolder, packageFile } = await importFrom(program, 'base/package-folder.js')
  expect(packageFolder()).toBeUndefined()
  expect(() => packageFile('dist/worker.js')).toThrow(
    'cannot find dist/worker.js of the package descent-nn: a program that bundles descent needs it in node_modules too',
  )
  for (const file of ['index.js', 'bundle/index.js']) {
    const { createPool, Network, digits, findMnist } = await importFrom(program, file)
    expect(new Network([1, 1], { backend: 'auto' }).backend).toMatchObject({
      name: process.env.DESCENT_BACKEND ?? 'wasm',
      reason: process.env.DESCENT_BACKEND
        ? expect.anything()
        : 'the native addon cannot be found: the package descent-nn is not in node_modules next to this program',
    })
    expect((await digits({ count: 10 })).rows).toBe(10)
    expect(() => createPool(new Network([1, 1]))).toThrow(
      'cannot find dist/pool/worker.js of the package descent-nn: a program that bundles descent needs it in node_modules too',
    )
    await findMnist({ cache: join(program, 'none') })
  }
})
