import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { digits } from '#src/index'
import { decode, encode } from '#src/see/codec'
import type { Frame, SessionEvent, State, Watcher } from '#src/see/protocol'
import { reduce } from '#src/see/reduce'
import { type SeeServer, serve } from '#src/see/server'
import { connectToServer } from '#src/see/server-connection'
import { createSession, type Session } from '#src/see/session'
import { messageType, pageHeader, tokenHeader } from '#src/see/wire'

const data = {
  name: 'digits',
  training: await digits({ count: 100, seed: 1 }),
  test: await digits({ count: 20, seed: 2 }),
}
const html = '<!doctype html><style>p{color:red}</style><p>page</p><script type="module">start()</script>'

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close()
})

async function open({
  hidden = 8,
  patience = 10_000,
} = {}): Promise<{ session: Session; server: SeeServer; origin: string }> {
  const settings = { hidden: [hidden], epochs: 1000, seed: 1 }
  const session = createSession({ data, settings, machine: { backend: 'typescript' } })
  const server = await serve({ session, page: { html }, port: 0, patience })
  opened.push(session, server)
  return { session, server, origin: `http://127.0.0.1:${server.port}` }
}

/** Sends a request as it is written, and resolves to the status and the body of the answer. */
async function raw(port: number, lines: readonly string[], body = ''): Promise<{ status: number; body: string }> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write([...lines, 'Connection: close', '', body].join('\r\n'))
  const answer = await text(socket)
  const [head, ...rest] = answer.split('\r\n\r\n')
  return {
    status: Number(head.split(' ')[1]),
    body: rest.join('\r\n\r\n').replace(/^[\da-f]+\r\n|\r\n0\r\n\r\n$/g, ''),
  }
}

/** Watches a server as a page does. */
function watch({ server, origin }: { server: SeeServer; origin: string }, id: string, token = server.token) {
  const connection = connectToServer({ origin, token }, id)
  const states: State[] = []
  const events: SessionEvent[] = []
  const frames: Frame[] = []
  const links: boolean[] = []
  let state: State | undefined
  let look = (): void => undefined
  const watcher: Watcher = {
    state(next) {
      states.push(next)
      state = next
      look()
    },
    event(event) {
      events.push(event)
      if (state) state = reduce(state, event)
      look()
    },
    frame(frame) {
      frames.push(frame)
      look()
    },
    connected(isConnected) {
      links.push(isConnected)
      look()
    },
  }
  const stop = connection.watch(watcher)
  opened.push({ close: async () => stop() })
  return {
    connection,
    states,
    events,
    frames,
    links,
    stop,
    until: (isSo: (state: State) => boolean) =>
      new Promise<void>((resolve) => {
        look = () => {
          if (state && isSo(state)) resolve()
        }
        look()
      }),
  }
}

describe('the page', () => {
  it('comes with a strict policy, and needs no token', async () => {
    const { origin } = await open()
    const response = await fetch(origin)
    expect(await response.text()).toBe(html)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'sha256-DIm7WJS6ZKDYe5qFLPy+h4JFI9Bol5QmYC57mt3Fb00=' 'wasm-unsafe-eval'; style-src 'sha256-p0bF+un5yUb9MBO6xRb8kPHlY2BdpHVtLiFkDrZPF64='; connect-src 'self'; worker-src blob:; img-src data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
    for (const [name, value] of Object.entries({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
      'access-control-allow-origin': null,
      'set-cookie': null,
    })) {
      expect([name, response.headers.get(name)]).toEqual([name, value])
    }
  })

  it('has an address with a token that is new each time', async () => {
    const [one, two] = [await open(), await open()]
    expect(one.server.address).toBe(`http://127.0.0.1:${one.server.port}/#token=${one.server.token}`)
    expect(one.server.token).toMatch(/^[\w-]{32}$/)
    expect(two.server.token).not.toBe(one.server.token)
  })
})

describe('the address for once', () => {
  it('leads to the page with its token, and then nowhere', async () => {
    const { server, origin } = await open()
    const [one, two] = [server.addressForOnce(), server.addressForOnce()]
    expect(one).not.toContain(server.token)
    const visit = async (address: string) => {
      const response = await fetch(address, { redirect: 'manual' })
      return [response.status, response.headers.get('location'), await response.text()]
    }
    const refusal = [401, null, 'this address leads to the page only once: open the address that the terminal shows\n']
    expect(await visit(one)).toEqual([302, `/#token=${server.token}`, ''])
    expect(await visit(one)).toEqual(refusal)
    for (const path of ['/open', '/open?', '/open?key']) expect(await visit(`${origin}${path}`)).toEqual(refusal)
    expect((await visit(two))[0]).toBe(302)
  })
})

describe('the server refuses', () => {
  it('a foreign Host', async () => {
    const { server } = await open()
    const { port, token } = server
    for (const host of [`evil.example:${port}`, '127.0.0.1', `127.0.0.1:${port + 1}`, `[::1]:${port}`]) {
      expect(await raw(port, ['GET / HTTP/1.1', `Host: ${host}`])).toEqual({
        status: 403,
        body: `the Host must be 127.0.0.1:${port} or localhost:${port}\n`,
      })
    }
    expect((await raw(port, ['GET /stream HTTP/1.1', `${tokenHeader}: ${token}`])).status).toBe(400)
    expect((await raw(port, ['GET / HTTP/1.1', `Host: localhost:${port}`])).status).toBe(200)
  })

  it('a foreign Origin, before it looks at the token', async () => {
    const { server } = await open()
    const { port } = server
    for (const origin of [
      `http://127.0.0.1:${port + 1}`,
      'null',
      `https://127.0.0.1:${port}`,
      `http://localhost:${port}`,
    ]) {
      const lines = ['POST /command HTTP/1.1', `Host: 127.0.0.1:${port}`, `Origin: ${origin}`, 'Content-Length: 0']
      expect(await raw(port, lines)).toEqual({ status: 403, body: `the Origin must be http://127.0.0.1:${port}\n` })
    }
  })

  it('a missing or wrong token', async () => {
    const { origin, server } = await open()
    for (const token of ['', 'wrong', `${server.token}a`, server.token.slice(1)]) {
      for (const [path, method] of [
        ['/stream', 'GET'],
        ['/command', 'POST'],
        ['/ask', 'POST'],
        ['/nothing', 'GET'],
      ]) {
        const response = await fetch(`${origin}${path}`, { method, headers: token ? { [tokenHeader]: token } : {} })
        expect([response.status, await response.text()]).toEqual([
          401,
          'the token is missing or wrong: open the address that the terminal shows\n',
        ])
      }
    }
  })

  it('other paths, methods, types and sizes', async () => {
    const { origin, server } = await open()
    const headers = { [tokenHeader]: server.token, [pageHeader]: 'page-one' }
    const status = async (path: string, init: RequestInit) => {
      const response = await fetch(`${origin}${path}`, { ...init, headers: { ...headers, ...init.headers } })
      return [response.status, (await response.text()).trim()]
    }
    const post = (path: string, body: string | Uint8Array<ArrayBuffer>, type = messageType) =>
      status(path, { method: 'POST', body, headers: { 'content-type': type } })
    expect(await status('/etc/passwd', {})).toEqual([404, 'there is nothing at /etc/passwd'])
    expect(await status('/__proto__', {})).toEqual([404, 'there is nothing at /__proto__'])
    expect(await status('/', { method: 'DELETE' })).toEqual([405, '/ takes GET, not DELETE'])
    expect(await status('/command', {})).toEqual([405, '/command takes POST, not GET'])
    expect(await status('/stream', { method: 'OPTIONS' })).toEqual([405, '/stream takes GET, not OPTIONS'])
    expect(await post('/command', '{}', 'application/json')).toEqual([415, `the content type must be ${messageType}`])
    expect(await post('/ask', new Uint8Array(2 ** 20 + 1))).toEqual([413, 'the body must have at most 1048576 bytes'])
    expect(await post('/ask', new Uint8Array(2))).toEqual([400, 'the message is damaged: it ends before its length'])
    expect(await post('/ask', encode(null))).toEqual([400, 'a question must have a name'])
    expect(await post('/ask', encode({ name: 'constructor', question: {} }))).toEqual([
      400,
      'there is no question "constructor"',
    ])
    expect(await post('/command', encode({ do: 'explode' }))).toEqual([
      400,
      'do must be the name of a command, not "explode"',
    ])
    expect(await status('/stream', { headers: { [pageHeader]: '../x' } })).toEqual([
      400,
      `the header ${pageHeader} must be an id of 8 to 64 letters and digits`,
    ])
  })

  it('a body that is longer than it says, as soon as it is too long', async () => {
    const { server } = await open()
    const head = ['POST /ask HTTP/1.1', `Host: 127.0.0.1:${server.port}`, `${tokenHeader}: ${server.token}`]
    const lines = [...head, `Content-Type: ${messageType}`, 'Transfer-Encoding: chunked']
    const chunk = `80000\r\n${'x'.repeat(2 ** 19)}\r\n`
    // The body never ends.
    expect(await raw(server.port, lines, chunk.repeat(3))).toMatchObject({
      status: 413,
      body: 'the body must have at most 1048576 bytes\n',
    })
  })
})

describe('the pages of a server', () => {
  it('watch one state: the first commands, and the second can take over', async () => {
    const here = await open()
    const one = watch(here, 'page-one')
    await one.until(({ writer }) => writer === 'page-one')
    const two = watch(here, 'page-two')
    await two.until(() => true)
    expect(two.states[0].writer).toBe('page-one')
    await expect(two.connection.command({ do: 'learn', pace: 'full' })).rejects.toThrow(
      'another page is in control: take over before you send commands',
    )
    await two.connection.command({ do: 'take-over' })
    await one.until(({ writer }) => writer === 'page-two')
    await two.connection.command({ do: 'step', size: 'batch' })
    await one.until(({ position }) => position.batches === 1)
    const answer = await one.connection.ask('parameters', { at: 'now' })
    expect(answer).toEqual(await here.session.ask('parameters', { at: 'now' }))
    two.stop()
    await one.until(({ writer }) => writer === 'page-one')
  })

  it('do not stop a run when they close, and see it again after a reload', async () => {
    const here = await open()
    const one = watch(here, 'page-one')
    await one.until(({ writer }) => writer === 'page-one')
    await one.connection.command({ do: 'learn', pace: 'full' })
    await one.until(({ position }) => position.batches > 0)
    one.stop()
    const before = here.session.state.position.batches
    const two = watch(here, 'page-two')
    await two.until(
      ({ writer, phase, position }) => writer === 'page-two' && phase === 'learning' && position.batches > before,
    )
    expect(two.states[0].session).toBe(one.states[0].session)
  })

  it('get a new session when the server was started again, and reconnect by themselves', async () => {
    const first = await open()
    const one = watch(first, 'page-one')
    await one.until(() => one.frames.length > 0)
    await first.server.close()
    await one.until(() => one.links.includes(false))
    const session = createSession({ data, machine: { backend: 'typescript' } })
    const again = await serve({ session, page: { html }, port: first.server.port })
    opened.push(session, again)
    // The address of the old start does not open the new one.
    const response = await fetch(`${first.origin}/stream`, { headers: { [tokenHeader]: first.server.token } })
    expect(response.status).toBe(401)
    const two = watch({ server: again, origin: first.origin }, 'page-two')
    await two.until(() => true)
    expect(two.states[0].session).not.toBe(one.states[0].session)
  })

  it('are dropped when they read nothing, without holding the others or the memory', async () => {
    const here = await open({ hidden: 100, patience: 200 })
    const { port, token } = here.server
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    const headers = [`Host: 127.0.0.1:${port}`, `${tokenHeader}: ${token}`, `${pageHeader}: stalled-page`]
    socket.write(['GET /stream HTTP/1.1', ...headers, '', ''].join('\r\n'))
    socket.pause()
    const reader = watch(here, 'page-one')
    await reader.until(({ writer }) => writer === 'stalled-page')
    await here.session.command('stalled-page', { do: 'learn', pace: 'full' })
    // When the stalled page is gone, the next page is the writer.
    await reader.until(({ writer }) => writer === 'page-one')
    expect(reader.links).toEqual([true])
    expect(reader.frames.length).toBeGreaterThan(1)
    socket.destroy()
  })
})

describe('the port', () => {
  it('is the next one where the first is taken, but an explicit one that is taken is an error', async () => {
    const { server, session } = await open()
    await expect(serve({ session, page: { html }, port: server.port })).rejects.toThrow(
      `port ${server.port} is taken by another program`,
    )
    const one = await serve({ session, page: { html } })
    const two = await serve({ session, page: { html } })
    opened.push(one, two)
    expect(two.port).toBeGreaterThan(one.port)
    expect(one.port).toBeGreaterThanOrEqual(5784)
  })

  it('is open to this machine only', async () => {
    const { server } = await open()
    const others = Object.values(networkInterfaces()).flatMap((list = []) =>
      list.filter(({ internal, family }) => !internal && family === 'IPv4'),
    )
    for (const { address } of others) {
      const socket = connect(server.port, address)
      const answer = await new Promise((resolve) => {
        socket.on('connect', () => resolve('connected'))
        socket.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code))
      })
      socket.destroy()
      expect([address, answer]).toEqual([address, 'ECONNREFUSED'])
    }
  })
})

it('decodes what the server sends', async () => {
  const { origin, server } = await open()
  const response = await fetch(`${origin}/ask`, {
    method: 'POST',
    headers: { [tokenHeader]: server.token, 'content-type': messageType },
    body: encode({ name: 'parameters', question: { at: 'start' } }),
  })
  expect(response.headers.get('content-type')).toBe(messageType)
  expect(decode(new Uint8Array(await response.arrayBuffer()))).toBeInstanceOf(Float32Array)
})
