/**
 * Measures an HTTP server that uses a network to answer requests (`npm run bench:server`). A thread opens 100
 * connections and sends 100 requests over each. For each request, the server awaits `network.classify(row)`. For
 * comparison, a second server only sends back a number. The two servers take turns in the same process. Both are
 * measured while the network is idle and while it learns. The exit code is 1 if an answer is missing or wrong.
 */

import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { digits, Network } from 'descent-nn'
import { readOptions, wholeNumber } from './command-line.js'
import { describeMachine } from './machine.js'
import { median } from './statistics.js'

const connections = 100
const requests = 100

if (isMainThread) await compare()
else await ask(workerData)

/** Sends all requests, and posts the answers and the time they took. */
async function ask(port: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const get = (path: number) =>
    new Promise<string>((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path: `/${path}`, agent }, (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (piece) => {
          body += piece
        })
        response.on('end', () => resolve(body))
      })
      sent.on('error', reject).end()
    })
  const answers: [number, string][] = []
  const start = performance.now()
  await Promise.all(
    Array.from({ length: connections }, async (_, connection) => {
      for (let i = 0; i < requests; i++) {
        const row = (connection + i) % 100
        answers.push([row, await get(row)])
      }
    }),
  )
  agent.destroy()
  parentPort?.postMessage({ answers, seconds: (performance.now() - start) / 1000 })
}

async function compare(): Promise<void> {
  const { backend, rounds } = readOptions('npm run bench:server -- [--backend native|typescript] [--rounds 5]', {
    backend: { type: 'string', default: 'native' },
    rounds: { type: 'string', default: '5' },
  })
  const name = backend === 'typescript' ? 'typescript' : 'native'
  const data = await digits({ count: 4000, seed: 1 })
  const network = new Network([784, 30, 10], { seed: 1, backend: name })
  await network.fit(data, { epochs: 2, learningRate: 3 })
  const rows = Array.from({ length: 100 }, (_, row) => data.inputs.slice(784 * row, 784 * (row + 1)))
  const expected = await Promise.all(rows.map(async (row) => String((await network.classify(row))[0])))
  const handlers = {
    echo: { answer: async (row: number) => String(row), right: (row: number) => String(row) },
    network: {
      answer: async (row: number) => String((await network.classify(rows[row]))[0]),
      right: (row: number) => expected[row],
    },
  }

  const { processor, node, load } = describeMachine()
  console.log(`${processor}; ${node}; ${network.backend.detail}; ${load}\n`)
  console.log('| the network | server | requests a second | against echo | right | event loop delay, 99 % |')
  console.log('| --- | --- | ---: | ---: | ---: | ---: |')
  for (const learns of [false, true]) {
    // The learning rate is so small that no answer changes.
    let stop = false
    const many = await digits({ count: 20_000, seed: 2 })
    const training = (async () => {
      while (learns && !stop) await network.fit(many, { epochs: 1, batchSize: 10, learningRate: 1e-9 })
    })()
    const measured = { echo: [] as Measurement[], network: [] as Measurement[] }
    for (let round = 0; round < wholeNumber('rounds', rounds); round++) {
      for (const server of ['echo', 'network'] as const) measured[server].push(await measure(handlers[server]))
    }
    stop = true
    await training
    const perSecond = (server: 'echo' | 'network') => median(measured[server].map(({ perSecond }) => perSecond))
    for (const server of ['echo', 'network'] as const) {
      const right = measured[server].reduce((sum, { right }) => sum + right, 0)
      const all = measured[server].length * connections * requests
      const delay = median(measured[server].map(({ delay }) => delay))
      const ratio = (perSecond(server) / perSecond('echo')).toFixed(2)
      console.log(
        `| ${learns ? 'learns' : 'is idle'} | ${server === 'echo' ? 'echo' : name} | ${Math.round(perSecond(server))} | ${ratio} | ${right} of ${all} | ${delay.toFixed(1)} ms |`,
      )
      if (right !== all) process.exitCode = 1
    }
  }
}

interface Measurement {
  readonly perSecond: number
  /** The number of right answers. */
  readonly right: number
  /** The 99th percentile of the event loop's delay, in milliseconds. */
  readonly delay: number
}

interface Handler {
  readonly answer: (row: number) => Promise<string>
  /** Returns the right answer for a row. */
  readonly right: (row: number) => string
}

/** Starts a server with the handler, and measures it while a thread sends requests to it. */
async function measure({ answer, right }: Handler): Promise<Measurement> {
  const server = createServer(async ({ url = '' }, response) => {
    response.end(await answer(Number(url.slice(1))).catch(String))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const { port } = server.address() as AddressInfo
  const worker = new Worker(new URL(import.meta.url), { workerData: port })
  const [{ answers, seconds }]: { answers: [number, string][]; seconds: number }[] = await once(worker, 'message')
  delay.disable()
  server.close()
  return {
    perSecond: answers.length / seconds,
    right: answers.filter(([row, body]) => body === right(row)).length,
    delay: delay.percentile(99) / 1e6,
  }
}
