import type * as streams from 'node:stream'
import { DescentError } from '../base/errors.js'

/**
 * Loads Node's streams on demand, because `import 'descent-nn'` must also work in browsers, which do not have them.
 * @throws DescentError outside Node
 */
export function nodeStreams(what: string): Omit<typeof streams, 'default'> {
  const module = globalThis.process?.getBuiltinModule?.('node:stream')
  if (module) return module
  throw new DescentError(
    `network.${what} needs the streams of Node: use network.classifyBatches or network.predictBatches instead`,
  )
}
