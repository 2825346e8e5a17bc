/**
 * Tracing channels of node:diagnostics_channel: a program that wants to know what its networks do subscribes to them. Where
 * nobody does, and outside of Node, nothing is published and no context is made.
 */

import type { TracingChannel } from 'node:diagnostics_channel'
import { builtinIfThere } from '../base/builtin.js'

export const channelNames = ['train', 'epoch', 'predict', 'load', 'save'] as const
export type ChannelName = (typeof channelNames)[number]

const channels = new Map<ChannelName, TracingChannel<unknown, object>>()
const networks = new WeakMap<object, object>()

/** Says which network an engine is of: contexts name networks, which engines do not know. */
export function setNetworkOf(engine: object, network: object): void {
  networks.set(engine, network)
}

export function networkOf(engine: object): object | undefined {
  return networks.get(engine)
}

/** The channel, where somebody listens to it. */
function listenedTo(name: ChannelName): TracingChannel<unknown, object> | undefined {
  let channel = channels.get(name)
  if (!channel) {
    channel = builtinIfThere('node:diagnostics_channel')?.tracingChannel<unknown, object>(`descent:${name}`)
    if (channel) channels.set(name, channel)
  }
  return channel?.hasSubscribers ? channel : undefined
}

/** Does the work, and publishes its start, its end and its result or error, each with the same context. */
export function trace<T>(name: ChannelName, context: () => object, work: () => Promise<T>): Promise<T> {
  const channel = listenedTo(name)
  if (!channel) return work()
  // Its types say that it returns nothing.
  return channel.tracePromise(work, context()) as unknown as Promise<T>
}

/**
 * The same for a run of epochs: from when the first one is asked for, which is when it is seen whether somebody listens, until
 * it ends, fails or is left.
 */
export async function* traceRun<T, R>(
  context: () => object,
  run: AsyncGenerator<T, R, undefined>,
): AsyncGenerator<T, R, undefined> {
  if (!listenedTo('train')) return yield* run
  let end: (result: R | undefined) => void = () => {}
  let fail: (error: unknown) => void = () => {}
  const whole = new Promise<R | undefined>((resolve, reject) => {
    end = resolve
    fail = reject
  })
  // What failed is thrown below, to whoever asked for the epoch.
  trace('train', context, () => whole).catch(() => undefined)
  try {
    const result = yield* run
    end(result)
    return result
  } catch (error) {
    fail(error)
    throw error
  } finally {
    // Of a run that was left there is no result. Where it has ended, this changes nothing.
    end(undefined)
  }
}
