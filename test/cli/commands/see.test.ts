import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Network } from '#src/index'
import type { State } from '#src/see/protocol'
import { reduce } from '#src/see/reduce'
import { connectToServer } from '#src/see/server-connection'
import { temporaryFolder } from '../../support/files.js'
import { startSee, stateOf } from '../../support/see-program.js'
import { run } from '../program.js'

const folder = temporaryFolder()
const env = { DESCENT_BACKEND: 'typescript' }

const open = (args: readonly string[]) => startSee(args, { env, cwd: folder })

describe('descent-nn see', () => {
  it('serves a new network on drawn digits until Ctrl-C', async () => {
    const { stop, origin, token } = await open(['see', '--count', '60'])
    expect(await (await fetch(origin)).text()).toContain('<script')
    const state = await stateOf({ origin, token }, 'page-one')
    expect(state.shape.layers).toEqual([30, 10])
    expect(state.data).toEqual({ name: 'digits', training: 60, test: 10 })
    expect(state).toMatchObject({ phase: 'idle', epochs: [], writer: 'page-one' })
    expect(await stop()).toBe(0)
  })

  it('serves a saved network', async () => {
    const network = new Network([784, 5, 10], { seed: 4, backend: 'typescript' })
    await network.save(join(folder, 'five.safetensors'))
    const { stop, origin, token } = await open(['see', 'five.safetensors', '--count', '60'])
    const connection = connectToServer({ origin, token }, 'page-one')
    expect(await connection.ask('parameters', { at: 'now' })).toEqual(network.parameters.slice())
    expect((await stateOf({ origin, token }, 'page-one')).digits).toBeUndefined()
    expect(await stop()).toBe(0)
    // Who names the data says which digits the network has learned from.
    const named = await open(['see', 'five.safetensors', '--dataset', 'digits', '--count', '60'])
    expect((await stateOf(named, 'page-one')).digits).toBe('digits')
    expect(await named.stop()).toBe(0)
  })

  it('serves a table, from which the page lets a new network learn', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i},${i % 7},${i < 20 ? 'small' : 'large'}`)
    writeFileSync(join(folder, 'sizes.csv'), ['length,width,size', ...rows].join('\n'))
    const { stop, origin, token } = await open(['see', '--data', 'sizes.csv', '--label', 'size'])
    const connection = connectToServer({ origin, token }, 'page-one')
    const first = await stateOf({ origin, token }, 'page-one')
    expect(first.shape).toMatchObject({ inputs: 2, inputNames: ['length', 'width'], picture: undefined })
    expect(first.shape.classes).toEqual(['large', 'small'])
    expect(first.data.training + first.data.test).toBe(40)
    const learned = new Promise<State>((resolve) => {
      let seen: State
      connection.watch({
        async state(state) {
          seen = state
          if (state.position.batches === 0) await connection.command({ do: 'step', size: 'batch' })
        },
        event(event) {
          seen = reduce(seen, event)
          if (seen.position.batches > 0) resolve(seen)
        },
        frame: () => undefined,
        connected: () => undefined,
      })
    })
    expect((await learned).position).toMatchObject({ epoch: 1, batches: 1 })
    expect(await stop()).toBe(0)
  })

  it('refuses a network for other inputs than its data, and a port that is taken', async () => {
    await new Network([3, 2], { backend: 'typescript' }).save(join(folder, 'three.safetensors'))
    const cwd = folder
    expect(await run(['see', 'three.safetensors', '--count', '60'], { env, cwd })).toMatchObject({
      code: 2,
      stderr: 'descent: three.safetensors (3-2) has 3 inputs, and drawn digits have 784: name its data with --data\n',
    })
    const { stop, origin } = await open(['see', '--count', '60'])
    const { port } = new URL(origin)
    expect(await run(['see', '--count', '60', '--port', port], { env, cwd })).toMatchObject({
      code: 2,
      stderr: `descent: --port ${port} is taken by another program\n`,
    })
    expect(await stop()).toBe(0)
  })
})

describe('descent-nn train --see', () => {
  it('shows the run to pages that can only watch, and stays when it has ended', async () => {
    const args = ['train', '--see', '--count', '120', '--epochs', '2', '--hidden', '6', '--output', 'six.safetensors']
    const { stop, origin, token, prints } = await open(args)
    const state = await stateOf({ origin, token }, 'page-one')
    expect(state.writer).toBe('terminal')
    const connection = connectToServer({ origin, token }, 'page-two')
    await expect(connection.command({ do: 'pause' })).rejects.toThrow(
      'the terminal controls this run, so pages can only watch it',
    )
    await prints(/^the page stays until Ctrl-C$/m)
    const finished = await stateOf({ origin, token }, 'page-one')
    expect(finished.phase).toBe('finished')
    expect(finished.position).toMatchObject({ epoch: 2, done: 120, batches: 24 })
    const network = await Network.load(join(folder, 'six.safetensors'), { backend: 'typescript' })
    expect(finished.epochs).toEqual(network.history)
    expect(await connection.ask('parameters', { at: 'now' })).toEqual(network.parameters.slice())
    expect(await stop()).toBe(0)
  })

  it('shows epochs of L-BFGS, each of which is one step', async () => {
    const args = ['train', '--see', '--count', '60', '--epochs', '3', '--hidden', '4', '--optimizer', 'l-bfgs']
    const { stop, origin, token, prints } = await open(args)
    await prints(/^the page stays until Ctrl-C$/m)
    const finished = await stateOf({ origin, token }, 'page-one')
    expect(finished).toMatchObject({ phase: 'finished', problem: undefined })
    expect(finished.position).toMatchObject({ epoch: 3, done: 60, rows: 60, batches: 3 })
    expect(finished.epochs.map(({ number }) => number)).toEqual([1, 2, 3])
    expect(await stop()).toBe(0)
  })

  it('refuses options of a page that is not shown, and examples that are never in memory', async () => {
    expect((await run(['train', '--port', '5784'], { env })).stderr).toContain('descent: --port needs --see\n')
    expect((await run(['train', '--open'], { env })).stderr).toContain('descent: --open needs --see\n')
    const streamed = ['train', '--see', '--data', 'a.csv', '--label', '0', '--test', 'b.csv', '--stream']
    expect((await run(streamed, { env })).stderr).toContain(
      'descent: --see shows examples, but --stream never has all of them in memory\n',
    )
  })
})
