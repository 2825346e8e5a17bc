// Answers digits over HTTP: POST /predict with a JSON array of 784 numbers gives {"class":7,"confidence":0.98}. Requests
// that arrive at about the same time share one pass through the network.
//
//   node examples/pipelines/http-service.mjs [MODEL] [PORT]
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { digits, Network } from 'descent-nn'

const [model, port = '0'] = process.argv.slice(2)
const network = model ? await Network.load(model) : await teach()
const { inputs } = network.description

/** Trains a small network, for a start without a model file. */
async function teach() {
  const network = new Network([784, 30, 10], { seed: 1 })
  await network.fit(await digits({ count: 3000, seed: 1 }), { epochs: 3, learningRate: 3 })
  return network
}

/** How many milliseconds a request waits for others, and how many may wait. Any more get status 503. */
const patience = 3
const mostWaiting = 4096

/** @type {{ row: number[], resolve: (outputs: Float32Array) => void, reject: (error: unknown) => void }[]} */
let waiting = []
let running = false

/** Resolves to the outputs for a row, computed together with those of other requests. */
function ask(row) {
  return new Promise((resolve, reject) => {
    waiting.push({ row, resolve, reject })
    if (waiting.length === 1 && !running) setTimeout(answerAll, patience)
  })
}

async function answerAll() {
  running = true
  // Requests that arrive during a pass are answered by the next one.
  while (waiting.length > 0) {
    const batch = waiting
    waiting = []
    try {
      const outputs = await network.predict(batch.map(({ row }) => row))
      const width = outputs.length / batch.length
      for (const [i, { resolve }] of batch.entries()) resolve(outputs.subarray(i * width, (i + 1) * width))
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
  running = false
}

function checkRow(row) {
  if (!Array.isArray(row) || row.length !== inputs) return `the body must be an array of ${inputs} numbers`
  const bad = row.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0) return `element ${bad} must be a number, not ${JSON.stringify(row[bad])}`
}

const server = createServer(async (request, response) => {
  const reply = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json', ...(status === 503 && { 'retry-after': '1' }) })
    response.end(`${JSON.stringify(body)}\n`)
  }
  if (request.url !== '/predict' || request.method !== 'POST') return reply(404, { error: 'POST /predict' })
  if (waiting.length >= mostWaiting) return reply(503, { error: 'too many requests wait' })
  try {
    const row = await json(request)
    const problem = checkRow(row)
    if (problem) return reply(400, { error: problem })
    const outputs = await ask(row)
    const answer = outputs.indexOf(Math.max(...outputs))
    reply(200, { class: answer, confidence: Number(outputs[answer].toFixed(4)) })
  } catch (error) {
    if (error instanceof SyntaxError) return reply(400, { error: `the body is not JSON: ${error.message}` })
    console.error(error)
    reply(500, { error: 'the network could not answer' })
  }
})

server.listen(Number(port), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/predict`))

// Requests already received get their answers; new ones are refused.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => server.close(() => console.log('closed')))
}
