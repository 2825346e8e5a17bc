import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { packageFile } from '#src/base/package-folder'
import { mpiLaunchers, runJob } from '../support/mpi-jobs.js'

const page = readFileSync(packageFile('docs/guides/distributed.md'), 'utf8')

/** Returns what the page shows after the text: the lines of the next block without a language. */
const blockAfter = (text: string): string => /\n```\n([^`]*)```\n/.exec(page.slice(page.indexOf(text)))?.[1] ?? ''

describe.each(mpiLaunchers)('two ranks of $title', (launcher) => {
  // Turns red if a rank does not learn from its part of each batch, or if two ranks print.
  it.skipIf(launcher.isMissing).each([
    { name: 'distributed.mjs', shown: blockAfter('mpirun -n 2 node examples/distributed.mjs') },
    { name: 'distributed-folds.mjs', shown: blockAfter('await communicator.allreduce(accuracies)') },
  ])('print what the page of examples/$name shows', async ({ name, shown }) => {
    const program = `await import(${JSON.stringify(packageFile(`examples/${name}`))})`
    const job = await runJob(launcher, program, { ranks: 2, env: { DESCENT_BACKEND: 'typescript' } })
    expect(shown.split('\n').length).toBeGreaterThan(4)
    expect(job).toEqual({ code: 0, stdout: shown, stderr: '', left: 0 })
  })
})
