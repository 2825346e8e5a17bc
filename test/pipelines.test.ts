import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { digits, Network } from '#src/index'

const folder = fileURLToPath(new URL('../examples/pipelines/', import.meta.url))

/** Starts an example on the TypeScript backend; what it says comes line by line. */
function startExample(name: string, ...args: string[]) {
  const child = spawn(process.execPath, [`${folder}${name}`, ...args], {
    env: { ...process.env, DESCENT_BACKEND: 'typescript' },
  })
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (data) => {
    said.stdout += data
  })
  child.stderr.on('data', (data) => {
    said.stderr += data
  })
  return { child, said, closed: once(child, 'close') }
}

describe.concurrent('examples/pipelines', () => {
  it('http-service.mjs answers many at once as the network answers each, and says what is wrong', async () => {
    const { child, said, closed } = startExample('http-service.mjs')
    await once(child.stdout, 'data')
    const url = said.stdout.trim()
    const post = async (body: string) => {
      const response = await fetch(url, { method: 'POST', body })
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    }
    // The same network as the service teaches itself.
    const network = new Network([784, 30, 10], { seed: 1, backend: 'typescript' })
    await network.fit(await digits({ count: 3000, seed: 1 }), { epochs: 3, learningRate: 3 })
    const { inputs, scale } = await digits({ count: 40, seed: 2 })
    const rows = Array.from({ length: 40 }, (_, row) =>
      Array.from(inputs.subarray(784 * row, 784 * (row + 1)), (byte) => byte * scale),
    )
    const expected = await network.classify(rows)
    const answers = await Promise.all(rows.map((row) => post(JSON.stringify(row))))
    expect(answers.map(({ body }) => body.class)).toEqual([...expected])
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))

    expect(await post('[1, 2]')).toEqual({ status: 400, body: { error: 'the body must be an array of 784 numbers' } })
    const nulls = JSON.stringify([...rows[0].slice(1), null])
    expect(await post(nulls)).toEqual({ status: 400, body: { error: 'element 783 must be a number, not null' } })
    expect((await post('[1,')).body.error).toMatch(/^the body is no JSON: /)
    expect((await fetch(url)).status).toBe(404)

    child.kill('SIGTERM')
    expect(await closed).toEqual([0, null])
    expect(said).toEqual({ stdout: `${url}\nclosed\n`, stderr: '' })
  })
})
