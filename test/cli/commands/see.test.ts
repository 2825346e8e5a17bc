import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Network } from '#src/index'
import type { State } from '#src/see/protocol'
import { connectToServer } from '#src/see/server-connection'
import { temporaryFolder } from '../../support/files.js'
import { run, start } from '../program.js'

const folder = temporaryFolder()
const env = { DESCENT_BACKEND: 'typescript' }

/** Starts the program, and resolves to the address that it prints. */
async function open(args: readonly string[]) {
  const child = start(args, { env, cwd: folder })
  let printed = ''
  child.stdout.on('data', (text) => {
    printed += text
  })
  /** Resolves to the first match in what the program prints, or to null if the program ends before. */
  const prints = (pattern: RegExp) =>
    new Promise<RegExpExecArray | null>((resolve) => {
      const look = () => {
        const found = pattern.exec(printed)
        if (found) resolve(found)
      }
      child.stdout.on('data', look)
      child.on('exit', () => resolve(null))
      look()
    })
  const address = await prints(/^the page is at (http:\/\/127\.0\.0\.1:\d+)\/#token=([\w-]+)$/m)
  if (!address) throw new Error(`${args.join(' ')} printed no address, but: ${printed}`)
  const [, origin, token] = address
  return { child, origin, token, prints }
}

/** Resolves to the state that a page gets first. */
function stateOf(address: { readonly origin: string; readonly token: string }) {
  return new Promise<State>((resolve) => {
    const stop = connectToServer(address, 'page-one').watch({
      state(state) {
        stop()
        resolve(state)
      },
      event: () => undefined,
      frame: () => undefined,
      connected: () => undefined,
    })
  })
}

/** Stops the program as Ctrl-C does, and resolves to its exit code. */
async function stop(child: ReturnType<typeof start>): Promise<number | null> {
  const exit = once(child, 'exit')
  child.kill('SIGINT')
  return (await exit)[0]
}

describe('descent-nn see', () => {
  it('serves a new network on drawn digits until Ctrl-C', async () => {
    const { child, origin, token } = await open(['see', '--count', '60'])
    expect(await (await fetch(origin)).text()).toContain('<script')
    const state = await stateOf({ origin, token })
    expect(state.shape.layers).toEqual([30, 10])
    expect(state.data).toEqual({ name: 'digits', training: 60, test: 10 })
    expect(state).toMatchObject({ phase: 'idle', epochs: [], writer: 'page-one' })
    expect(await stop(child)).toBe(0)
  })

  it('serves a saved network', async () => {
    const network = new Network([784, 5, 10], { seed: 4, backend: 'typescript' })
    await network.save(join(folder, 'five.safetensors'))
    const { child, origin, token } = await open(['see', 'five.safetensors', '--count', '60'])
    const connection = connectToServer({ origin, token }, 'page-one')
    expect(await connection.ask('parameters', { at: 'now' })).toEqual(network.parameters.slice())
    expect(await stop(child)).toBe(0)
  })

  it('refuses a network for other inputs than its data, and a port that is taken', async () => {
    await new Network([3, 2], { backend: 'typescript' }).save(join(folder, 'three.safetensors'))
    const cwd = folder
    expect(await run(['see', 'three.safetensors', '--count', '60'], { env, cwd })).toMatchObject({
      code: 2,
      stderr: 'descent: three.safetensors (3-2) has 3 inputs, and drawn digits have 784: name its data with --data\n',
    })
    const { child, origin } = await open(['see', '--count', '60'])
    const { port } = new URL(origin)
    expect(await run(['see', '--count', '60', '--port', port], { env, cwd })).toMatchObject({
      code: 2,
      stderr: `descent: --port ${port} is taken by another program\n`,
    })
    expect(await stop(child)).toBe(0)
  })
})

describe('descent-nn train --see', () => {
  it('shows the run to pages that can only watch, and stays when it has ended', async () => {
    const args = ['train', '--see', '--count', '120', '--epochs', '2', '--hidden', '6', '--output', 'six.safetensors']
    const { child, origin, token, prints } = await open(args)
    const state = await stateOf({ origin, token })
    expect(state.writer).toBe('terminal')
    const connection = connectToServer({ origin, token }, 'page-two')
    await expect(connection.command({ do: 'pause' })).rejects.toThrow(
      'the terminal controls this run, so pages can only watch it',
    )
    await prints(/^the page stays until Ctrl-C$/m)
    const finished = await stateOf({ origin, token })
    expect(finished.phase).toBe('finished')
    expect(finished.position).toMatchObject({ epoch: 2, done: 120, batches: 24 })
    const network = await Network.load(join(folder, 'six.safetensors'), { backend: 'typescript' })
    expect(finished.epochs).toEqual(network.history)
    expect(await connection.ask('parameters', { at: 'now' })).toEqual(network.parameters.slice())
    expect(await stop(child)).toBe(0)
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
