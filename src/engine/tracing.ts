/**
 * Tracing channels of node:diagnostics_channel, with which a program can observe its networks. Without subscribers, and outside of
 * Node, nothing is published and no context is created.
 */

import type { TracingChannel } from 'node:diagnostics_channel'
import { builtinIfThere } from '../base/builtin.js'

export const channelNames = ['train', 'epoch', 'predict', 'load', 'save'] as const
export type ChannelName = (typeof channelNames)[number]

const channels = new Map<ChannelName, TracingChannel<unknown, object>>()
const networks = new WeakMap<object, object>()

/** Records the network of an engine: contexts name networks, but engines do not know theirs. */
export function setNetworkOf(engine: object, network: object): void {
  networks.set(engine, network)
}

export function networkOf(engine: object): object | undefined {
  return networks.get(engine)
}

/** The channel, if it has subscribers. */
function subscribedChannel(name: ChannelName): TracingChannel<unknown, object> | undefined {
  let channel = channels.get(name)
  if (!channel) {
    channel = builtinIfThere('node:diagnostics_channel')?.tracingChannel<unknown, object>(`descent:${name}`)
    if (channel) channels.set(name, channel)
  }
  return channel?.hasSubscribers ? channel : undefined
}

/** Runs the work and publishes its start, its end and its result or error, all with the same context. */
export function trace<T>(name: ChannelName, context: () => object, work: () => Promise<T>): Promise<T> {
  const channel = subscribedChannel(name)
  if (!channel) return work()
  // tracePromise returns the promise, but its type says void.
  return channel.tracePromise(work, context()) as unknown as Promise<T>
}

/**
 * The same for a run of epochs, from the request for the first epoch until the run ends, fails or is abandoned. Only subscribers at
 * the first request count.
 */
export async function* traceRun<T, R>(
  context: () => object,
  run: AsyncGenerator<T, R, undefined>,
): AsyncGenerator<T, R, undefined> {
  if (!subscribedChannel('train')) return yield* run
  let end: (result: R | undefined) => void = () => {}
  let fail: (error: unknown) => void = () => {}
  const whole = new Promise<R | undefined>((resolve, reject) => {
    end = resolve
    fail = reject
  })
  // An error is thrown below, to the caller who requested the epoch.
  trace('train', context, () => whole).catch(() => undefined)
  try {
    const result = yield* run
    end(result)
    return result
  } catch (error) {
    fail(error)
    throw error
  } finally {
    // An abandoned run has no result. After `end` or `fail` this has no effect.
    end(undefined)
  }
}
