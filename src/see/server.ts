import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { messageOf } from '../base/errors.js'
import { DescentError, OptionError } from '../common.js'
import { decode, encode } from './codec.js'
import { type Page, pageHeaders } from './page-headers.js'
import type { Command, QuestionOf } from './protocol.js'
import type { Session } from './session.js'
import { createStreams } from './streams.js'
import { type AskBody, messageType, pageHeader, tokenHeader } from './wire.js'

export interface ServeOptions {
  readonly session: Session
  readonly page: Page
  /** The port. Default: the first free one from 5784. */
  readonly port?: number | undefined
  /** How long a page may read nothing although something waits for it, in milliseconds. Default 10,000. */
  readonly patience?: number | undefined
}

/** A server that shows a session to the browsers of this machine. */
export interface SeeServer {
  /** The address of the page, with the token. */
  readonly address: string
  readonly port: number
  readonly token: string
  /**
   * Returns an address that leads to the page once. Other users can read the arguments of programs that are started with it,
   * and by then it leads nowhere.
   */
  addressForOnce(): string
  /** Ends all connections. The session goes on. */
  close(): Promise<void>
}

const firstPort = 5784
const triedPorts = 20
/** The largest body of a request. The largest question has the 784 pixels of a drawing. */
const maxBody = 2 ** 20
const maxConnections = 256

/**
 * Serves a session on 127.0.0.1. Requests are answered only if their Host and their Origin are the server's, and if
 * they have the token of this start.
 * @throws OptionError if the given port is taken or no port is free
 */
export async function serve({ session, page, port, patience = 10_000 }: ServeOptions): Promise<SeeServer> {
  const token = randomBytes(24).toString('base64url')
  const keys = new Set<string>()
  const streams = createStreams(session, patience)
  const headers = pageHeaders(page)
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 5_000 })
  server.maxConnections = maxConnections
  server.on('request', (request, response) => {
    answer(request, response).catch((error: unknown) => refuse(response, error))
  })
  const taken = await listen(server, port)
  const hosts = [`127.0.0.1:${taken}`, `localhost:${taken}`]

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    checkHost(request, hosts)
    const path = url.split('?', 1)[0]
    // The page itself has no secrets, and a browser that opens it can send no token yet.
    if (path !== '/' && path !== '/open') checkToken(request, token)
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined
    if (!route) throw new Refusal(404, `there is nothing at ${path.slice(0, 100)}`)
    if (method !== route.method) {
      response.setHeader('allow', route.method)
      throw new Refusal(405, `${path} takes ${route.method}, not ${method}`)
    }
    await route.answer(request, response)
  }

  const routes: Readonly<Record<string, Route>> = {
    '/': {
      method: 'GET',
      async answer(_, response) {
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page.html)
      },
    },
    '/open': {
      method: 'GET',
      async answer({ url = '' }, response) {
        // Keys are found by their hashes, because the time of the search must not depend on how much of a key is right.
        if (!keys.delete(sha256(url.slice('/open?'.length)).toString('hex'))) {
          throw new Refusal(401, 'this address leads to the page only once: open the address that the terminal shows')
        }
        response.writeHead(302, { location: `/#token=${token}` }).end()
      },
    },
    '/stream': {
      method: 'GET',
      async answer(request, response) {
        const id = pageOf(request)
        if (!streams.add(id, response)) throw new Refusal(503, 'too many pages watch this session already')
      },
    },
    '/command': {
      method: 'POST',
      async answer(request, response) {
        await session.command(pageOf(request), (await readMessage(request)) as Command)
        send(response, undefined)
      },
    },
    '/ask': {
      method: 'POST',
      async answer(request, response) {
        const body = (await readMessage(request)) as Partial<AskBody> | null
        if (typeof body?.name !== 'string') throw new Refusal(400, 'a question must have a name')
        send(response, await session.ask(body.name, body.question as QuestionOf<AskBody['name']>))
      },
    },
  }

  return {
    address: `http://127.0.0.1:${taken}/#token=${token}`,
    port: taken,
    token,
    addressForOnce() {
      const key = randomBytes(24).toString('base64url')
      keys.add(sha256(key).toString('hex'))
      return `http://127.0.0.1:${taken}/open?${key}`
    },
    async close() {
      streams.close()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

interface Route {
  readonly method: 'GET' | 'POST'
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>
}

/** Why a request is refused: a status and a sentence. */
class Refusal extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const status = error instanceof Refusal ? error.status : error instanceof DescentError ? 400 : 500
  const message = messageOf(error)
  // The rest of a body that was not read is not waited for.
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end(`${message}\n`)
}

function send(response: ServerResponse, message: unknown): void {
  response.writeHead(200, { 'content-type': messageType }).end(encode(message))
}

/** Other machines, and pages of other sites whose name was pointed to this machine, have another Host or Origin. */
function checkHost({ headers }: IncomingMessage, hosts: readonly string[]): void {
  const { host, origin } = headers
  if (host === undefined || !hosts.includes(host)) {
    throw new Refusal(403, `the Host must be ${hosts.join(' or ')}`)
  }
  if (origin !== undefined && origin !== `http://${host}`) throw new Refusal(403, `the Origin must be http://${host}`)
}

/** The hashes are compared, because the time of the comparison must not depend on the token or its length. */
function checkToken({ headers }: IncomingMessage, token: string): void {
  const given = headers[tokenHeader]
  if (typeof given === 'string' && timingSafeEqual(sha256(given), sha256(token))) return
  throw new Refusal(401, 'the token is missing or wrong: open the address that the terminal shows')
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

function pageOf({ headers }: IncomingMessage): string {
  const id = headers[pageHeader]
  if (typeof id === 'string' && /^[\w-]{8,64}$/.test(id)) return id
  throw new Refusal(400, `the header ${pageHeader} must be an id of 8 to 64 letters and digits`)
}

async function readMessage(request: IncomingMessage): Promise<unknown> {
  const type = request.headers['content-type']
  if (type !== messageType) throw new Refusal(415, `the content type must be ${messageType}`)
  const tooLong = new Refusal(413, `the body must have at most ${maxBody} bytes`)
  if (Number(request.headers['content-length'] ?? 0) > maxBody) throw tooLong
  return decode(await readBody(request, tooLong))
}

/** Leaving a loop over the chunks early would close the connection before the answer, so there is no such loop. */
function readBody(request: IncomingMessage, tooLong: Refusal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxBody) {
        chunks.push(chunk)
        return
      }
      request.pause()
      reject(tooLong)
    })
    request.on('end', () => resolve(Buffer.concat(chunks)))
    request.on('error', reject)
    request.on('close', () => reject(new Refusal(400, 'the body ended too early')))
  })
}

/** Resolves to the port on which the server listens. */
async function listen(server: Server, port: number | undefined): Promise<number> {
  const last = firstPort + triedPorts - 1
  for (let tried = port ?? firstPort; ; tried++) {
    const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      server.once('error', resolve)
      server.listen(tried, '127.0.0.1', () => {
        server.off('error', resolve)
        resolve(undefined)
      })
    })
    if (!error) return (server.address() as AddressInfo).port
    if (port !== undefined) throw portError(error, port)
    if (error.code !== 'EADDRINUSE') throw portError(error, tried)
    if (tried === last) throw new OptionError(`the ports ${firstPort} to ${last} are all taken`)
  }
}

function portError(cause: NodeJS.ErrnoException, port: number): OptionError {
  const reason = cause.code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be used: ${cause.message}`
  return new OptionError(`port ${port} ${reason}`, { option: 'port', value: port, cause })
}
