/**
 * Whole epochs: `npm run bench`. Contenders take turns, each in a process of its own, for several rounds; what counts is
 * the median over the rounds, as a ratio to the first contender. Options: --rounds N, --only NAME,NAME, --case TEXT, --json.
 */
import { parseArgs } from 'node:util'
import { cases } from './cases.js'
import { describeMachine } from './machine.js'
import { findContenders, runContender } from './processes.js'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
    case: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
})
const rounds = Number(values.rounds)
const only = values.only?.split(',')
/** One epoch to warm up, two that count. */
const epochs = 3

const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((a, b) => a - b)
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2
}

const machine = describeMachine()
const results: { case: string; contender: string; seconds: number[]; median: number }[] = []
const contenders = (await findContenders()).filter(({ name }) => !only || only.includes(name))
for (const { name, missing } of contenders) if (missing) console.error(`${name} does not run: ${missing}`)

for (const one of cases.filter(({ name }) => name.includes(values.case))) {
  const running = contenders.filter(({ missing, name }) => !missing && (one.batchSize < 100 || name !== 'plain'))
  const seconds = new Map(running.map(({ name }) => [name, [] as number[]]))
  for (let round = 1; round <= rounds; round++) {
    for (const contender of running) {
      console.error(`${one.name}, round ${round} of ${rounds}: ${contender.name}`)
      seconds.get(contender.name)?.push(median(runContender(contender, one, epochs).slice(1)))
    }
  }
  for (const [contender, all] of seconds) results.push({ case: one.name, contender, seconds: all, median: median(all) })
}

if (values.json) console.log(JSON.stringify({ machine, rounds, results }, null, 2))
else {
  console.log(`${Object.values(machine).join('; ')}; medians of ${rounds} interleaved rounds\n`)
  for (const one of new Set(results.map((result) => result.case))) {
    const rows = results.filter((result) => result.case === one)
    const examples = cases.find(({ name }) => name === one)?.examples ?? 0
    console.log(`| ${one} | s an epoch | examples/s | time / ${rows[0].contender} |\n| --- | ---: | ---: | ---: |`)
    for (const { contender, median: time } of rows) {
      const ratio = (time / rows[0].median).toFixed(2)
      console.log(`| ${contender} | ${time.toFixed(3)} | ${Math.round(examples / time)} | ${ratio} |`)
    }
    console.log()
  }
}
