import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { asRoot } from '../../support/as-root.js'
import { temporaryFolder } from '../../support/files.js'
import { ended, main, runProcess, start, writeExamples } from '../program.js'
import { forMpi, launchersHere } from './mpi-here.js'

const folder = temporaryFolder()
const data = await writeExamples(join(folder, 'shapes'))
const onMpi = launchersHere.length > 0 ? it : it.skip

const checkpoints = (place: string): string[] =>
  existsSync(place) ? readdirSync(place).filter((name) => name.startsWith('checkpoint-')) : []

/** Waits until a run has saved checkpoints of a later epoch than `epoch`. */
async function untilEpoch(place: string, epoch: number, child: ReturnType<typeof start>): Promise<void> {
  const isLater = (name: string) => Number(/\d+/.exec(name)) > epoch
  while (!checkpoints(place).some(isLater) && child.exitCode === null) await delay(10)
}

/** The process of rank 1 of the run that saves its checkpoints in a folder. */
function rankOne(place: string): number {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0')
      const environment = readFileSync(`/proc/${name}/environ`, 'utf8').split('\0')
      const isRank = ['OMPI_COMM_WORLD_RANK=1', 'PMI_RANK=1'].some((text) => environment.includes(text))
      if (isRank && words[0] === process.execPath && words.includes(place)) return Number(name)
    } catch {
      // The process has ended.
    }
  }
  throw new Error(`no process has rank 1 of the run in ${place}`)
}

// One run after another: the processes of a job wait for each other by polling.
describe(`descent-nn train in several processes${forMpi}`, () => {
  for (const { path, version, flavor } of launchersHere) {
    const name = flavor.replaceAll(' ', '-')
    const launch = ['launch', '-n', '2', '--oversubscribe', '--launcher', path]
    const train = ['train', '--data', data, '--hidden', '5', '--optimizer', 'adam', '--batch-size', '10']

    onMpi(
      `prints once, and ends with the file of an uninterrupted run after kill -9 of a rank: ${version}`,
      async () => {
        const [killed, whole] = ['killed', 'whole'].map((file) => join(folder, `${name}-${file}.safetensors`))
        const place = join(folder, `${name}-run`)
        const args = [...train, '--epochs', '150']
        const first = await runProcess([...launch, '--', ...args, '--output', whole], { env: asRoot })
        expect(first).toMatchObject({ code: 0, stderr: '' })
        expect(first.stdout.match(/^epoch +7 of 150 /gm)).toHaveLength(1)
        expect(first.stdout).toMatch(/^ranks {5}2 processes, connected by (Open MPI v|MPICH )\d/m)

        const saving = [...args, '--checkpoint', place, '--output', killed]
        const child = start([...launch, '--max-restarts', '2', '--', ...saving], { env: asRoot })
        const result = ended(child)
        await untilEpoch(place, 3, child)
        process.kill(rankOne(place), 'SIGKILL')
        const { code, stdout, stderr } = await result
        expect(code).toBe(0)
        const killCode = flavor === 'Hydra' ? 9 : 137
        expect(stderr).toContain(
          `descent launch: the job ended with code ${killCode}: restart 1 of 2, with 2 processes\n`,
        )
        expect(stdout).toMatch(/^resumes {3}(after|in) epoch /m)
        expect(readFileSync(killed).equals(readFileSync(whole))).toBe(true)
      },
    )

    onMpi(`stops all processes after the same step at SIGTERM, and saves: ${version}`, async () => {
      const place = join(folder, `${name}-stopped`)
      const output = join(folder, `${name}-stopped.safetensors`)
      const saving = [...train, '--epochs', '10000000', '--checkpoint', place, '--output', output]
      const child = start([...launch, '--', ...saving], { env: asRoot })
      const result = ended(child)
      await untilEpoch(place, 1, child)
      child.kill('SIGTERM')
      const { code, stderr } = await result
      expect(code).toBe(143)
      expect(stderr).toContain(`the network so far is saved in ${output}; --checkpoint ${place} --resume continues `)
      // One process goes on from where two have stopped.
      const [epoch] = checkpoints(place)
        .map((name) => Number(/\d+/.exec(name)))
        .sort((a, b) => b - a)
      const alone = await runProcess([...saving, '--resume', '--epochs', String(epoch + 1)])
      expect(alone).toMatchObject({ code: 0, stderr: '' })
    })

    onMpi(`names the rank that alone has an error, and prints an error of all once: ${version}`, async () => {
      const elsewhere = join(folder, `${name}-elsewhere`)
      mkdirSync(elsewhere)
      const script = join(folder, `${name}-rank.mjs`)
      writeFileSync(
        script,
        `const rank = process.env.OMPI_COMM_WORLD_RANK ?? process.env.PMI_RANK
if (rank === '1') process.chdir(${JSON.stringify(elsewhere)})
process.argv.splice(1, 1)
await import(${JSON.stringify(main)})`,
      )
      writeFileSync(join(folder, 'rows.csv'), 'a,k\n1,x\n2,y\n3,x\n4,y\n5,x\n6,y\n7,x\n8,y\n9,x\n10,y\n')
      const options = ['train', '--label', 'k', '--epochs', '1', '--output', join(folder, `${name}-rows.safetensors`)]
      const run = (table: string) =>
        runProcess([...launch, '--', 'node', script, 'main.js', ...options, '--data', table], {
          cwd: folder,
          env: asRoot,
        })
      const here = await run('rows.csv')
      expect(here.code).toBe(1)
      expect(here.stderr.match(/^descent: .*/gm)).toEqual([
        'descent: rank 1 of 2: cannot read rows.csv: there is no such file',
      ])
      const nowhere = await run('missing.csv')
      expect(nowhere.code).toBe(1)
      expect(nowhere.stderr.match(/^descent: .*/gm)).toEqual([
        'descent: cannot read missing.csv: there is no such file',
      ])
    })

    onMpi(`refuses other commands, the page and wrong options, once: ${version}`, async () => {
      const rank = (words: readonly string[]) =>
        runProcess([...launch, '--', 'node', main, ...words], { cwd: folder, env: asRoot })
      const said = async (words: readonly string[]) => {
        const { code, stderr } = await rank(words)
        return { code, messages: stderr.match(/^descent: .*/gm) }
      }
      expect(await said(['evaluate', 'm.safetensors'])).toEqual({
        code: 2,
        messages: [
          expect.stringMatching(
            / has started 2 processes of evaluate, but of all commands only train works in several$/,
          ),
        ],
      })
      expect(await said([...train, '--see'])).toEqual({
        code: 2,
        messages: ['descent: --see shows the run of a single process: start train without a launcher'],
      })
      expect(await said([...train, '--epochs', '0'])).toEqual({
        code: 2,
        messages: ['descent: --epochs must be a whole number of at least 1, not "0"'],
      })
      expect((await rank(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\r?\n$/)
    })
  }
})
