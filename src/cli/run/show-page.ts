import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { packageFile } from '../../base/package-folder.js'
import { DescentError } from '../../index.js'
import { type SeeServer, serve } from '../../see/server.js'
import type { Session } from '../../see/session.js'
import { wholeKind } from '../parsing/option-parsers.js'
import type { Interruption } from '../terminal/interruption.js'
import { exitCodes, note } from '../terminal/terminal.js'

/** The options that say where the page is. */
export const pageOptions = {
  port: {
    kind: wholeKind(1, 65_535),
    meaning: 'port of the page on 127.0.0.1 (default: the first free one from 5784)',
  },
  open: { meaning: 'opens the page in the browser' },
} as const

/** Waits until the user ends the program. @returns the exit code: Ctrl-C is no failure, because it ends the page */
export async function waitForEnd(signal: AbortSignal): Promise<number | undefined> {
  if (!signal.aborted) await once(signal, 'abort')
  const { exitCode } = signal.reason as Interruption
  return exitCode === exitCodes.SIGINT ? undefined : exitCode
}

/**
 * Serves the page that shows the session.
 * @throws DescentError if the page was not built; OptionError if the port is taken
 */
export async function showPage(
  session: Session,
  { port, open }: { readonly port?: number | undefined; readonly open?: true | undefined },
): Promise<SeeServer> {
  const path = packageFile('dist/web/index.html')
  const html = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new DescentError(`cannot read the page: ${cause.message}`, { cause })
  })
  const server = await serve({ session, page: { html }, port })
  if (open) openBrowser(server.addressForOnce())
  return server
}

function openBrowser(address: string): void {
  const [command, ...args] = browserCommands[process.platform] ?? ['xdg-open']
  const child = spawn(command, [...args, address], { stdio: 'ignore', detached: true })
  child.on('error', ({ message }) => note(`cannot open a browser (${message}): open the address yourself`))
  child.unref()
}

/** The command that opens an address, where it is not xdg-open. */
const browserCommands: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}
