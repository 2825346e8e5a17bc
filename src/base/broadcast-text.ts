/** What sending a text to all ranks (processes) of a job needs of their communicator. */
interface Broadcaster {
  readonly rank: number
  broadcast(values: ArrayBufferView, root?: number): Promise<void>
}

/** Returns the text of the rank `root` on all ranks. The texts of the other ranks are not used. */
export async function broadcastText(communicator: Broadcaster, text: string, root = 0): Promise<string> {
  const isRoot = communicator.rank === root
  const own = new TextEncoder().encode(isRoot ? text : '')
  const length = Float64Array.of(own.length)
  await communicator.broadcast(length, root)
  const bytes = isRoot ? own : new Uint8Array(length[0])
  await communicator.broadcast(bytes, root)
  return new TextDecoder().decode(bytes)
}
