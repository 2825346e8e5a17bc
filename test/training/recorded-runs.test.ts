import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { recordRuns } from '../support/recorded-runs.js'

// Those of TypeScript were recorded before the training path was rewritten. Both backends give the same bits on every machine. Any
// change in the results fails here, even within tolerances.
it.each(['typescript', 'wasm'] as const)(
  'runs with all options set give the same bits on %s as when they were recorded',
  async (backend) => {
    const file = new URL(`../fixtures/recorded-runs/${backend}.json`, import.meta.url)
    expect(await recordRuns(backend)).toEqual(JSON.parse(readFileSync(file, 'utf8')))
  },
)
