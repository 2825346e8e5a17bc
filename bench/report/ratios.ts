/** Formats the speeds of descent's backends relative to other contenders, with a line for each case. */
import { groupByCase, type Measurement, speedAgainst } from './measurement.js'
import { formatFigure } from './table.js'

const bareLoop = 'bare loop in C'
const twoThreads = 'native on 2 threads'
/**
 * The contenders with which each backend of descent is compared. The native backend is compared with native code, and
 * the TypeScript backend with JavaScript. TensorFlow.js in WebAssembly is compared with all backends.
 */
const peersOf = {
  native: ['numpy', 'torch', 'onnxruntime', 'tfjs wasm'],
  wasm: ['typescript', 'tfjs wasm'],
  typescript: ['plain loop', 'tfjs cpu', 'tfjs wasm', 'brain.js'],
}

/** Returns the speed of `ours` relative to each peer, as in "5.5 x numpy" and "21 x torch". */
function timesOf(ours: Measurement, peers: readonly Measurement[]): string[] {
  return peers.map((peer) => `${ratio(speedAgainst(ours, peer))} x ${peer.contender}`)
}

/**
 * Formats a ratio. Ratios below 10 get two significant digits, and ratios below 100 get three. Larger ratios are
 * rounded to whole numbers.
 */
function ratio(value: number): string {
  return formatFigure(value >= 100 ? Math.round(value) : Number(value.toPrecision(value >= 10 ? 3 : 2)))
}

function lineOf(group: readonly Measurement[]): string[] {
  const find = (name: string) => group.find(({ contender }) => contender === name)
  const all = (names: readonly string[]) => names.flatMap((name) => find(name) ?? [])
  const [native, bare, two] = ['native', bareLoop, twoThreads].map(find)
  const sentences: string[] = []
  if (native) {
    const times = timesOf(native, all(peersOf.native))
    const said = [
      ...(bare ? [`takes ${ratio(speedAgainst(bare, native))} x the time of the bare loop`] : []),
      ...(times.length > 0 ? [`is ${times.join(', ')}`] : []),
    ]
    if (said.length > 0) sentences.push(`native ${said.join(', ')}`)
    if (two) sentences.push(`2 threads are ${ratio(speedAgainst(two, native))} x native`)
  }
  for (const name of ['wasm', 'typescript'] as const) {
    const ours = find(name)
    const times = ours ? timesOf(ours, all(peersOf[name])) : []
    if (times.length > 0) sentences.push(`${name} is ${times.join(', ')}`)
  }
  return sentences.length > 0 ? [`${group[0].case}: ${sentences.join('; ')}`] : []
}

/**
 * Returns the speed ratios for the training and inference cases, with a line for each case. The kernels are left out,
 * because they have a table of their own.
 */
export function ratiosOf(measurements: readonly Measurement[]): string[] {
  return groupByCase(measurements.filter(({ part }) => part !== 'kernels')).flatMap(lineOf)
}
