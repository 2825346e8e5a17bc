import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { recordRuns } from '../support/recorded-runs.js'

const recorded = JSON.parse(readFileSync(new URL('../fixtures/recorded-runs/typescript.json', import.meta.url), 'utf8'))

// Recorded before the training path was rewritten. Any change in the results fails here, even within tolerances.
it('runs with all options set give the same bits as when they were recorded', async () => {
  expect(await recordRuns('typescript')).toEqual(recorded)
})
