import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { packageFile } from '#src/base/package-folder'
import { mpiLaunchers, runJob } from '../support/mpi-jobs.js'

const page = readFileSync(packageFile('docs/guides/distributed.md'), 'utf8')

describe.each(mpiLaunchers)('two ranks of $title', (launcher) => {
  // Turns red if a rank does not learn from its part of each batch, if two ranks print, or if the results of a team are lost.
  it.skipIf(launcher.isMissing).each([
    { name: 'distributed.mjs', before: '```sh\nmpirun -n 2 node examples/distributed.mjs\n```\n' },
    { name: 'distributed-folds.mjs', before: 'prints\n' },
  ])('print what the guide shows of examples/$name', async ({ name, before }) => {
    const program = `await import(${JSON.stringify(packageFile(`examples/${name}`))})`
    const job = await runJob(launcher, program, { ranks: 2, env: { DESCENT_BACKEND: 'typescript' } })
    expect(job).toMatchObject({ code: 0, stderr: '', left: 0 })
    expect(page).toContain(`${before}\n\`\`\`\n${job.stdout}\`\`\`\n`)
  })
})
