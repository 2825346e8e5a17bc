/** A program bundled with descent. scripts/check-install.mjs --bundlers tries more bundlers. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/files.js'

const project = temporaryFolder()
const elsewhere = temporaryFolder()

const program = `
  import { augment, createPool, digits, Network } from 'descent-nn'
  async function main() {
    const network = new Network([784, 2], { seed: 1 })
    const dataset = await digits({ count: 20 })
    const augmentation = augment(dataset, { rotation: 10 })
    const { rows } = await augmentation.epoch(1)
    augmentation.close()
    const answer = async () => {
      const pool = createPool(network, { threads: 1 })
      const { length } = await pool.classify(dataset)
      await pool.close()
      return length
    }
    const pool = await answer().catch(({ message }) => message)
    console.log(JSON.stringify({ reason: network.backend.reason, rows, pool }))
  }
  main()`

function run(path: string): object {
  const { DESCENT_BACKEND, ...env } = process.env
  return JSON.parse(execFileSync(process.execPath, [path], { cwd: elsewhere, env, encoding: 'utf8' }))
}

test.each([
  ['cjs', 'bundle.cjs'],
  ['esm', 'bundle.mjs'],
] as const)(
  'a bundle of format %s finds the addon and the worker threads, and does without them elsewhere',
  async (format, name) => {
    mkdirSync(join(project, 'node_modules'), { recursive: true })
    if (format === 'cjs') symlinkSync(resolve('.'), join(project, 'node_modules', 'descent-nn'))
    writeFileSync(join(project, 'program.mjs'), program)
    const outfile = join(project, name)
    const entryPoints = [join(project, 'program.mjs')]
    await build({ entryPoints, outfile, format, bundle: true, platform: 'node', logLevel: 'error' })
    writeFileSync(join(project, 'plain.mjs'), program)
    expect(run(outfile)).toEqual(run(join(project, 'plain.mjs')))
    copyFileSync(outfile, join(elsewhere, name))
    expect(run(join(elsewhere, name))).toEqual({
      reason: 'the native addon cannot be found: the package descent-nn is not in node_modules next to this program',
      rows: 20,
      pool: 'cannot find dist/pool/worker.js of the package descent-nn: a program that bundles descent needs it in node_modules too',
    })
  },
)
