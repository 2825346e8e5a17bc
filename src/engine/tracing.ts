/**
 * Publishes trace events on channels of node:diagnostics_channel when a network is trained, used, loaded or saved. A
 * user of the library can subscribe to these channels. Nothing is published outside of Node, or on a channel without
 * subscribers.
 */

import type { TracingChannel } from 'node:diagnostics_channel'
import { builtinIfThere } from '../base/builtin.js'

export const channelNames = ['train', 'epoch', 'predict', 'load', 'save'] as const
export type ChannelName = (typeof channelNames)[number]

const channels = new Map<ChannelName, TracingChannel<unknown, object>>()
const networks = new WeakMap<object, object>()

/**
 * Records to which network an engine belongs. The engine does the computations of the network, but has no reference to
 * the network. Trace events need this reference.
 */
export function setNetworkOf(engine: object, network: object): void {
  networks.set(engine, network)
}

export function networkOf(engine: object): object | undefined {
  return networks.get(engine)
}

/** Returns the channel if it has subscribers, otherwise undefined. */
function subscribedChannel(name: ChannelName): TracingChannel<unknown, object> | undefined {
  let channel = channels.get(name)
  if (!channel) {
    channel = builtinIfThere('node:diagnostics_channel')?.tracingChannel<unknown, object>(`descent:${name}`)
    if (channel) channels.set(name, channel)
  }
  return channel?.hasSubscribers ? channel : undefined
}

/**
 * Runs the work, and publishes trace events for its start, its end, and its result or error. All these events have the
 * same context object.
 */
export function trace<T>(name: ChannelName, context: () => object, work: () => Promise<T>): Promise<T> {
  const channel = subscribedChannel(name)
  if (!channel) return work()
  // The method tracePromise returns the promise, although its type says void.
  return channel.tracePromise(work, context()) as unknown as Promise<T>
}

/**
 * Publishes trace events for a training run or an epoch of it. The trace starts when the first value is requested, and
 * ends when the run ends, fails or is abandoned. If the channel has no subscribers at the start, no events are published.
 */
export async function* traceRun<T, R>(
  name: ChannelName,
  context: () => object,
  run: AsyncGenerator<T, R, undefined>,
): AsyncGenerator<T, R, undefined> {
  if (!subscribedChannel(name)) return yield* run
  let end: (result: R | undefined) => void = () => {}
  let fail: (error: unknown) => void = () => {}
  const whole = new Promise<R | undefined>((resolve, reject) => {
    end = resolve
    fail = reject
  })
  // Ignore an error of the run here. The `catch` block below throws it to the caller.
  trace(name, context, () => whole).catch(() => undefined)
  try {
    const result = yield* run
    end(result)
    return result
  } catch (error) {
    fail(error)
    throw error
  } finally {
    // If the caller abandons the run, end the trace without a result. After `end` or `fail` this call has no effect.
    end(undefined)
  }
}
