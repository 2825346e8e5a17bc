import { isBeaten, measuredBackends, type Result } from './result.js'

/**
 * The report says which backend is faster only if the backends were measured at least this many times. Fewer
 * measurements are unreliable, because other programs on the machine may have disturbed them.
 */
const fewestRounds = 3

/**
 * Returns sentences that say when the first of the measured backends is the fastest, such as "In training, native wins
 * from batch 10 on with 784-30-10." Here, "batch 10" means batches of 10 rows, and "784-30-10" names a network. The
 * results must be sorted by network size, and then by batch size. Returns an empty list if only one backend was
 * measured.
 */
export function whereFirstWins(results: readonly Result[]): string[] {
  const [first] = measuredBackends(results)
  const compared = results.filter(({ ratio }) => ratio !== undefined)
  if (compared.length === 0) return []
  if (compared.some(({ rounds }) => rounds < fewestRounds)) {
    return [`Fewer than ${fewestRounds} rounds do not say where ${first} wins: give more --seconds.`]
  }
  const of = (work: Result['work']) => compared.filter((result) => result.work === work)
  return [
    ...sentence(`In training, ${first} wins`, trainingPlaces(of('training'))),
    ...sentence(`In feedforward of one row, ${first} wins`, networkPlaces(of('feedforward'))),
    ...sentence(`In predict of ${of('predict')[0]?.batch} rows, ${first} wins`, networkPlaces(of('predict'))),
  ]
}

function sentence(start: string, places: readonly string[]): string[] {
  return places.length === 0 ? [] : [`${start} ${places.join('; ')}.`]
}

function networkPlaces(results: readonly Result[]): string[] {
  if (results.length === 0) return []
  const names = { all: 'with every network', none: 'with no network', at: 'with' }
  return [placeOf(results, names, ({ network }) => network)]
}

/**
 * Returns texts that say with which batch sizes and networks the first of the measured backends is the fastest in
 * training. An example is "from batch 10 on with 784-30-10, 784-100-10".
 */
function trainingPlaces(results: readonly Result[]): string[] {
  const names = { all: 'at every batch size', none: 'at no batch size', at: 'at' }
  const networks = new Map<string, string[]>()
  for (const name of new Set(results.map(({ network }) => network))) {
    const own = results.filter(({ network }) => network === name)
    const place = placeOf(own, names, ({ batch }) => `batch ${batch}`)
    networks.set(place, [...(networks.get(place) ?? []), name])
  }
  return [...networks].map(([place, some]) => `${place} with ${some.join(', ')}`)
}

/**
 * Returns a text that says for which of the results the first of the measured backends is the fastest, such as "from
 * batch 10 on". `nameOf` returns the text for one result, such as "batch 10".
 */
function placeOf(
  results: readonly Result[],
  names: Readonly<Record<'all' | 'none' | 'at', string>>,
  nameOf: (result: Result) => string,
): string {
  const lost = results.findLastIndex(isBeaten)
  if (lost < 0) return names.all
  if (results.every(isBeaten)) return names.none
  const next = results[lost + 1]
  return next ? `from ${nameOf(next)} on` : `not even ${names.at} ${nameOf(results[lost])}`
}
