import { DescentError } from '../../errors.js'

/**
 * The streams of Node, loaded now: `import 'descent'` does without them, and so does a browser.
 * @throws DescentError where there are none
 */
export function nodeStreams(what: string): typeof import('node:stream') {
  const streams = globalThis.process?.getBuiltinModule?.('node:stream')
  if (streams) return streams
  throw new DescentError(
    `network.${what} needs the streams of Node: elsewhere, network.classifyBatches and network.predictBatches do the same`,
  )
}
