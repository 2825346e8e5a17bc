import { describe, expect, it } from 'vitest'
import { mpiExpected, mpiLaunchers, runJob } from '../support/mpi-jobs.js'
import { normwiseError } from '../support/numbers.js'
import { doRun, runs } from '../support/shared-runs.mjs'

const shared = JSON.stringify(new URL('../support/shared-runs.mjs', import.meta.url))

interface Outcome {
  readonly name: string
  readonly parameters: number[]
  readonly epochs: (number | null)[][]
}

/**
 * The greatest difference from a run of one process. The ranks add the same numbers in another order. Each of the few
 * updates rounds once more, so the parameters differ by some roundings: 6e-8 each in float32, 1e-16 in float64.
 */
const tolerance = { float32: 1e-5, float64: 1e-12 }

describe.each(mpiLaunchers)('training by ranks, $title', (launcher) => {
  const test = it.skipIf(launcher.isMissing && !mpiExpected)

  /** Lets ranks do all runs. Rank 0 prints the results, after all ranks have compared their bits. */
  async function runsOf(ranks: number, network: object): Promise<Outcome[]> {
    const program = `
    const { bitsOf, doRun, runs } = await import(${shared})
    const communicator = await connect({ timeoutMs: 20000 })
    for (const name of Object.keys(runs)) {
      const { parameters, epochs } = await doRun(name, ${JSON.stringify(network)}, communicator)
      await communicator.agree({ [name]: bitsOf(parameters) + JSON.stringify(epochs) })
      if (communicator.rank === 0) console.log(JSON.stringify({ name, parameters: [...parameters], epochs }))
    }
    await communicator.close()`
    const { code, stdout, stderr } = await runJob(launcher, program, { ranks, limit: 100_000 })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  }

  const [even, odd] = launcher.name === 'Open MPI' ? [[2, 4], [3]] : [[3], [2]]

  test.each([
    { backend: 'native', dtype: 'float32', ranks: even },
    { backend: 'native', dtype: 'float64', ranks: odd },
    { backend: 'typescript', dtype: 'float64', ranks: [3] },
    { backend: 'wasm', dtype: 'float32', ranks: [2] },
  ] as const)(
    'gives with $backend in $dtype what one process gives, with $ranks ranks',
    async ({ backend, dtype, ranks: counts }) => {
      const alone = new Map(
        await Promise.all(
          Object.keys(runs).map(async (name) => [name, await doRun(name, { backend, dtype }, undefined)] as const),
        ),
      )
      for (const ranks of counts) {
        const outcomes = await runsOf(ranks, { backend, dtype })
        expect(outcomes.map(({ name }) => name)).toEqual(Object.keys(runs))
        for (const { name, parameters, epochs } of outcomes) {
          const one = alone.get(name)
          const where = `${name}, ${ranks} ranks`
          expect(epochs.length, where).toBe(one?.epochs.length)
          expect(normwiseError(parameters, one?.parameters ?? []), where).toBeLessThan(tolerance[dtype])
          const [figures, expected] = [epochs, one?.epochs ?? []].map((rows) => rows.flat().map(Number))
          expect(normwiseError(figures, expected), `figures of ${where}`).toBeLessThan(tolerance[dtype])
        }
      }
    },
    200_000,
  )
})
