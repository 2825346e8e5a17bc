import type * as streams from 'node:stream'
import { DescentError } from '../base/errors.js'

/**
 * The streams of Node, loaded now: `import 'descent-nn'` does without them, and so does a browser.
 * @throws DescentError where there are none
 */
export function nodeStreams(what: string): Omit<typeof streams, 'default'> {
  const module = globalThis.process?.getBuiltinModule?.('node:stream')
  if (module) return module
  throw new DescentError(
    `network.${what} needs the streams of Node: elsewhere, network.classifyBatches and network.predictBatches do the same`,
  )
}
