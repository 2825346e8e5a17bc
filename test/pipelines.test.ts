import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { blobValue, DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, it } from 'vitest'
import { digits, Network } from '#src/index'
import { temporaryFolder } from './support/files.js'

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

const scratch = temporaryFolder()

describe.concurrent('examples/pipelines', () => {
  it('http-service.mjs answers many at the same time, says what is wrong, and ends', async () => {
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

    expect(await post('[1, 2]')).toEqual({
      status: 400,
      body: { error: 'rows row 0 has 2 numbers instead of 784' },
    })
    const ending = (last: string) => `${JSON.stringify(rows[0].slice(1)).slice(0, -1)},${last}]`
    expect(await post(ending('null'))).toEqual({
      status: 400,
      body: { error: 'rows has null at row 0, column 783: it must be a number' },
    })
    expect(await post(ending('1e400'))).toEqual({
      status: 400,
      body: { error: 'rows has Infinity at row 0, column 783: every number must be finite' },
    })
    expect(await post(ending('1e300'))).toEqual({
      status: 400,
      body: {
        error:
          "rows has 1e+300 at row 0, column 783, which is beyond what float32 holds: use a network of dtype 'float64'",
      },
    })
    expect((await post(`${'['.repeat(9000)}${']'.repeat(9000)}`)).status).toBe(400)
    expect((await post('[1,')).body.error).toMatch(/^the body is not JSON: /)
    expect(await post('1'.repeat(30_000))).toEqual({
      status: 413,
      body: { error: 'the body has more than 25088 characters' },
    })
    expect((await fetch(url)).status).toBe(404)

    // A client that stalls in the middle of its request does not keep the service from ending.
    const stalled = connect(Number(new URL(url).port), '127.0.0.1')
    stalled.on('error', () => undefined)
    stalled.write('POST /predict HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n[1,')
    await once(stalled, 'connect')
    child.kill('SIGTERM')
    expect(await closed).toEqual([0, null])
    stalled.destroy()
    expect(said).toEqual({ stdout: `${url}\nclosed\n`, stderr: '' })
  })
  it('csv-to-predictions.mjs answers every flower that can be answered, and tells of the others', async () => {
    const names = ['setosa', 'versicolor', 'virginica']
    const flower = (i: number) => [2 * (i % 3) + (i % 7) / 10, 1 - (i % 3) + (i % 5) / 10]
    const [training, flowers, answers] = ['training', 'flowers', 'answers'].map((name) => join(scratch, `${name}.csv`))
    const table = (rows: readonly unknown[][]) => rows.map((row) => `${row.join()}\n`).join('')
    writeFileSync(
      training,
      table([['length', 'width', 'species'], ...Array.from({ length: 150 }, (_, i) => [...flower(i), names[i % 3]])]),
    )
    const asked = Array.from({ length: 700 }, (_, i) => (i === 400 ? ['', 1] : flower(i + 1)))
    writeFileSync(flowers, table([['length', 'width'], ...asked]))
    const { said, closed } = startExample('csv-to-predictions.mjs', training, flowers, answers)
    expect(await closed).toEqual([0, null])
    const [learned, bad, end] = said.stdout.trimEnd().split('\n')
    expect(learned).toMatch(/^learned from 150 flowers: cost 0\.0\d+$/)
    expect(bad).toMatch(/^row 400 \(,1\): .*NaN/)
    expect(end).toBe(`answered into ${answers}, but for 1`)
    const [header, ...lines] = readFileSync(answers, 'utf8').trimEnd().split('\n')
    expect(header).toBe('length,width,species,confidence')
    const rows = asked.map((row, i) => ({ row, i })).filter(({ i }) => i !== 400)
    expect(lines.map((line) => line.split(',').slice(0, 3).join())).toEqual(
      rows.map(({ row, i }) => [...row, names[(i + 1) % 3]].join()),
    )
  })

  it('parquet-training.mjs learns from a file of DuckDB', async () => {
    const path = join(scratch, 'digits.parquet')
    const { inputs, labels } = await digits({ count: 2000, seed: 1 })
    const connection = await (await DuckDBInstance.create(':memory:')).connect()
    await connection.run('create table digits (pixels blob, digit integer)')
    const appender = await connection.createAppender('digits')
    for (let row = 0; row < 2000; row++) {
      appender.appendValue(blobValue(inputs.subarray(784 * row, 784 * (row + 1)) as Uint8Array))
      appender.appendInteger(labels?.[row] ?? 0)
      appender.endRow()
    }
    appender.closeSync()
    await connection.run(`copy digits to '${path}'`)
    connection.closeSync()
    const { said, closed } = startExample('parquet-training.mjs', path, '2000')
    expect(await closed).toEqual([0, null])
    expect(said.stderr).toBe('')
    const shares = [...said.stdout.matchAll(/^epoch \d: cost 0\.\d+, ([\d.]+) % right$/gm)].map(([, share]) => share)
    expect(shares).toHaveLength(3)
    // Of ten classes, guessing has ten.
    expect(Number(shares[2])).toBeGreaterThan(30)
  })

  it('gz-ndjson.mjs answers the objects of a store in their order, and says which one is not there', async () => {
    const parameters = [4, 0, 0, 0, 4, 0, 0, 0, 4, -2, -2, -2]
    const model = join(scratch, 'largest.safetensors')
    await new Network([3, 3], { parameters, backend: 'typescript' }).save(model)
    const row = (i: number) => ({ id: `row ${i}`, features: [0, 1, 2].map((k) => (k === i % 3 ? 0.9 : 0.1)) })
    const objectOf = (from: number) =>
      gzipSync(Array.from({ length: 1000 }, (_, i) => `${JSON.stringify(row(from + i))}\n`).join(''))
    const objects = new Map([0, 1, 2].map((number) => [`/${number}.ndjson.gz`, objectOf(1000 * number)]))
    const store = createServer(({ url = '' }, response) => {
      const object = objects.get(url)
      response.writeHead(object ? 200 : 404)
      response.end(object)
    }).listen(0, '127.0.0.1')
    await once(store, 'listening')
    const address = (name: string) => `http://127.0.0.1:${(store.address() as AddressInfo).port}/${name}.ndjson.gz`
    const { said, closed } = startExample('gz-ndjson.mjs', model, address('0'), address('1'), address('2'))
    expect(await closed).toEqual([0, null])
    expect(said.stderr).toBe('3000 rows of 3 objects answered\n')
    const answers = said.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(answers.map(({ id, class: answer }) => [id, answer])).toEqual(
      Array.from({ length: 3000 }, (_, i) => [`row ${i}`, i % 3]),
    )
    const missing = startExample('gz-ndjson.mjs', model, address('7'))
    expect((await missing.closed)[0]).toBe(1)
    expect(missing.said.stderr).toContain(`Error: ${address('7')}: 404 Not Found`)
    store.close()
  })
})
