/**
 * A registry on this machine that has the packed package. It passes all other requests to the npm registry. Package
 * managers install from it as from the npm registry. A tarball in a folder would not do, because some of them treat
 * such a dependency in their own way.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

/** Yarn and pnpm may refuse a version that was published only recently. */
const published = '2026-01-01T00:00:00.000Z'

/**
 * @param {{ packed: string, description: { name: string, version: string }, upstream: string }} what the path of the
 * tarball, its package.json, and the URL of the npm registry
 * @returns {Promise<{ url: string, close: () => void }>}
 */
export async function startRegistry({ packed, description, upstream }) {
  const { name, version } = description
  const tarball = readFileSync(packed)
  const npm = upstream.replace(/\/$/, '')
  let url = ''

  /** Describes the package as the npm registry does. */
  const metadata = () => {
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`
    const shasum = createHash('sha1').update(tarball).digest('hex')
    const dist = { tarball: `${url}/${name}/-/${name}-${version}.tgz`, integrity, shasum }
    return JSON.stringify({
      name,
      'dist-tags': { latest: version },
      versions: { [version]: { ...description, _id: `${name}@${version}`, dist } },
      time: { created: published, modified: published, [version]: published },
    })
  }

  const server = createServer(async (request, response) => {
    const path = request.url ?? '/'
    if (path === `/${name}`) return response.setHeader('content-type', 'application/json').end(metadata())
    if (path === `/${name}/-/${name}-${version}.tgz`) return response.end(tarball)
    try {
      const accept = request.headers.accept ?? '*/*'
      const answer = await fetch(`${npm}${path}`, { headers: { accept } })
      const type = answer.headers.get('content-type') ?? ''
      response.writeHead(answer.status, { 'content-type': type })
      // The addresses of tarballs lead here too, so that a package manager needs only this registry.
      if (type.includes('json')) response.end((await answer.text()).replaceAll(npm, url))
      else response.end(Buffer.from(await answer.arrayBuffer()))
    } catch (error) {
      response.writeHead(502).end(String(error))
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  url = `http://127.0.0.1:${port}`
  return {
    url,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
