// Answers digits over HTTP: POST /predict with a JSON array of 784 numbers gives {"class":7,"confidence":0.98}.
//
//   node examples/pipelines/http-service.mjs [MODEL] [PORT]
import { createServer } from 'node:http'
import { DataError, digits, Network } from 'descent-nn'

const [model, port = '0'] = process.argv.slice(2)
const network = model ? await Network.load(model) : await teach()
/** More characters than any row of numbers needs. Longer bodies are refused before they take memory. */
const longest = 32 * network.description.inputs

/** Trains a small network, for a start without a model file. */
async function teach() {
  const network = new Network([784, 30, 10], { seed: 1 })
  await network.fit(await digits({ count: 3000, seed: 1 }), { epochs: 3, learningRate: 3 })
  return network
}

/** Resolves to the text of a request, or undefined if it is too long. */
async function bodyOf(request) {
  let body = ''
  for await (const piece of request.setEncoding('utf8')) {
    body += piece
    if (body.length > longest) return undefined
  }
  return body
}

async function answer(request) {
  if (request.url !== '/predict' || request.method !== 'POST') return [404, { error: 'POST /predict' }]
  const body = await bodyOf(request)
  if (body === undefined) return [413, { error: `the body has more than ${longest} characters` }]
  // Any number of calls may wait for the network at the same time.
  const outputs = await network.predict([JSON.parse(body)])
  const best = outputs.indexOf(Math.max(...outputs))
  return [200, { class: best, confidence: Number(outputs[best].toFixed(4)) }]
}

const server = createServer({ requestTimeout: 10_000 }, async (request, response) => {
  const [status, reply] = await answer(request).catch((error) => {
    if (error instanceof SyntaxError) return [400, { error: `the body is not JSON: ${error.message}` }]
    if (error instanceof DataError) return [400, { error: error.message }]
    if (!request.complete) return [400, { error: 'the request was not complete' }]
    console.error(error)
    return [500, { error: 'the network could not answer' }]
  })
  // What is left of a refused body is not read.
  if (!request.complete) response.setHeader('connection', 'close')
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(reply)}\n`)
})

server.listen(Number(port), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/predict`))

// Requests already received get their answers; new ones are refused. A client that sends nothing more is cut off.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close(() => console.log('closed'))
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), 2000).unref()
  })
}
