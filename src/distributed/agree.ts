import { builtin } from '../base/builtin.js'
import type { Communicator } from '../base/communicator.js'

/** How many bytes of a value are sent to the other ranks, for the message, if the ranks differ. */
const shownBytes = 1000

/**
 * Compares a value on all ranks. Returns undefined if it is the same everywhere. Otherwise returns a sentence that says
 * which ranks have which values. All ranks get the same sentence.
 */
export async function difference(
  communicator: Pick<Communicator, 'rank' | 'size' | 'allreduce'>,
  name: string,
  value: unknown,
): Promise<string | undefined> {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined')
  const digest = builtin('node:crypto').createHash('sha256').update(`${name}\n${text}`).digest()
  const parts = [0, 4, 8, 12].map((at) => digest.readUInt32LE(at))
  // A maximum of x and one of -x say whether all x are equal.
  const extremes = Float64Array.from([...parts, ...parts.map((part) => -part)])
  await communicator.allreduce(extremes, 'max')
  if (parts.every((_, i) => extremes[i] === -extremes[parts.length + i])) return undefined

  const { rank, size } = communicator
  const bytes = new Int32Array(size * shownBytes)
  bytes.set(new TextEncoder().encode(`${name} ${text}`).subarray(0, shownBytes), rank * shownBytes)
  await communicator.allreduce(bytes)
  const texts = Array.from({ length: size }, (_, i) => {
    const own = bytes.subarray(i * shownBytes, (i + 1) * shownBytes)
    return new TextDecoder().decode(Uint8Array.from(own.filter((byte) => byte !== 0)))
  })
  const others = texts.flatMap((other, i) => (other === texts[0] ? [] : [i]))
  if (others.length === 0) return `the ranks have different values of ${name}, after equal first ${shownBytes} bytes`
  const [first] = others
  const [theirs, ours] = aroundDifference(texts[first], texts[0])
  const more = others.length > 1 ? ` (${others.length} ranks differ from rank 0)` : ''
  return `the ranks must be equal, but rank ${first} has ${theirs}, and rank 0 has ${ours}${more}`
}

/** Returns two short texts, or the parts of long texts around the place where they differ. */
function aroundDifference(a: string, b: string): [string, string] {
  if (a.length <= 100 && b.length <= 100) return [a, b]
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  const from = Math.max(0, at - 40)
  const name = from > 0 ? `${a.slice(0, a.indexOf(' '))} ...` : ''
  return [`${name}${a.slice(from, at + 40)}`, `${name}${b.slice(from, at + 40)}`]
}
