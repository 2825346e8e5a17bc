import type { Communicator, Facts } from '../backend/communicator.js'
import { builtin } from '../base/builtin.js'

/** How many bytes of a fact are sent to the other ranks, for the message, if the ranks differ. */
const shownBytes = 1000

/**
 * Compares facts on all ranks. Returns undefined if they are the same everywhere. Otherwise returns a sentence about the
 * first fact that differs, which says which ranks have which values. All ranks get the same sentence.
 */
export async function findDifference(
  { rank, size, allreduce }: Pick<Communicator, 'rank' | 'size' | 'allreduce'>,
  facts: Facts,
): Promise<string | undefined> {
  const texts = Object.entries(facts).map(([name, value]) => `${name} ${value}`)
  const parts = texts.flatMap((text) => {
    const digest = builtin('node:crypto').createHash('sha256').update(text).digest()
    return [0, 4, 8, 12].map((at) => digest.readUInt32LE(at))
  })
  // A maximum of x and one of -x say whether all x are equal.
  const extremes = Float64Array.from([...parts, ...parts.map((part) => -part)])
  await allreduce(extremes, 'max')
  const place = parts.findIndex((_, i) => extremes[i] !== -extremes[parts.length + i])
  if (place === -1) return undefined

  const bytes = new Int32Array(size * shownBytes)
  const own = new TextEncoder().encode(texts[Math.floor(place / 4)])
  bytes.set(own.subarray(0, shownBytes), rank * shownBytes)
  await allreduce(bytes)
  const all = Array.from({ length: size }, (_, i) => {
    const row = bytes.subarray(i * shownBytes, (i + 1) * shownBytes)
    return new TextDecoder().decode(Uint8Array.from(row.filter((byte) => byte !== 0)))
  })
  const others = all.flatMap((text, i) => (text === all[0] ? [] : [i]))
  if (others.length === 0) return `the ranks differ after the first ${shownBytes} bytes of ${excerpt(all[0], 0)}`
  const [first] = others
  const from = startOfDifference(all[first], all[0])
  const more = others.length > 1 ? `; ${others.length} ranks differ from rank 0` : ''
  return `rank ${first} has ${excerpt(all[first], from)}, rank 0 has ${excerpt(all[0], from)}${more}`
}

function startOfDifference(a: string, b: string): number {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return at
}

/** Shortens a text to its first word, which is the name of the fact, and the part around the place `at`. */
function excerpt(text: string, at: number): string {
  if (text.length <= 100) return text
  const from = Math.max(0, at - 40)
  const end = from + 80 < text.length ? '...' : ''
  return `${from > 0 ? `${text.split(' ')[0]} ...` : ''}${text.slice(from, from + 80)}${end}`
}
