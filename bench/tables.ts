/**
 * Compares `trainTable` with scikit-learn's MLP on public tables (`npm run bench:tables`). Both learn from the same rows and are
 * judged by the same others, in turns. The answers of both are judged here, by one definition.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openTable, type TrainTableOptions, trainTable } from 'descent-nn'
import { readOptions, wholeNumber } from './command-line.js'
import { mean, median } from './statistics.js'

const usage = `npm run bench:tables -- [--folder DIR] [--only adult,california,...] [--splits N] [--preset plain|tabular]
compares trainTable with scikit-learn's MLP (default: ../shared/data/tables, all tables)`
const options = readOptions(usage, {
  folder: { type: 'string', default: process.env.DESCENT_TABLES ?? '../shared/data/tables' },
  only: { type: 'string', default: '' },
  splits: { type: 'string', default: '0' },
  preset: { type: 'string', default: 'plain' },
})
const splits = Number(options.splits) || 0
if (splits !== 0) wholeNumber('splits', options.splits)

interface TableCase {
  readonly name: string
  readonly source: string
  readonly target: string
  readonly columns?: readonly string[]
  /** The given test part. Otherwise a fifth of the rows is held out, another one for each split. */
  readonly test?: string
  readonly splits: number
  /** Whether scikit-learn's MLP stops early. Without it, it takes up to 200 epochs. */
  readonly early: boolean
}

const titanic = ['Pclass', 'Sex', 'Age', 'SibSp', 'Parch', 'Fare', 'Embarked']
const inFolder = (name: string) => join(options.folder, name)
const small = ['wine', 'breast_cancer', 'digits', 'diabetes'].map(
  (name): TableCase => ({ name, source: `sklearn:${name}`, target: 'target', splits: 20, early: false }),
)
const cases: readonly TableCase[] = [
  {
    name: 'adult',
    source: inFolder('adult-train.csv.gz'),
    test: inFolder('adult-test.csv.gz'),
    target: 'income',
    splits: 5,
    early: true,
  },
  {
    name: 'california',
    source: inFolder('california-housing.csv.gz'),
    target: 'median_house_value',
    splits: 10,
    early: true,
  },
  { name: 'titanic', source: inFolder('titanic.csv'), target: 'Survived', columns: titanic, splits: 10, early: false },
  { name: 'titanic, all columns', source: inFolder('titanic.csv'), target: 'Survived', splits: 10, early: false },
  ...small,
]

const python = spawn(process.env.DESCENT_PYTHON ?? '/usr/bin/python3', [script()], {
  stdio: ['pipe', 'pipe', 'inherit'],
})
const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]()

function script(): string {
  return fileURLToPath(new URL('../bench/tables/scikit_learn.py', import.meta.url))
}

type Measures = Record<string, number>

async function ask(task: object): Promise<Measures> {
  python.stdin.write(`${JSON.stringify(task)}\n`)
  const { value, done } = await lines.next()
  if (done) throw new Error('scikit-learn ended: see above')
  return JSON.parse(value) as Measures
}

async function ours(train: string, test: string, target: string, seed: number): Promise<Measures> {
  const start = performance.now()
  const table = await openTable(train, { target })
  const settings: TrainTableOptions = options.preset === 'tabular' ? { preset: 'tabular' } : {}
  const model = await trainTable(table, { seed, ...settings })
  const seconds = (performance.now() - start) / 1000
  const { target: answer } = model.schema
  const judged = await openTable(test, { schema: model.schema })
  const metrics = answer.kind === 'number' ? (['mse', 'r2'] as const) : ([] as const)
  const { accuracy, metrics: found } = await model.evaluate(judged, { metrics })
  if (answer.kind === 'number') return { seconds, rmse: Math.sqrt(found.mse), r2: found.r2 }
  return { seconds, accuracy: accuracy ?? Number.NaN, ...(await areaOf(model, test, answer.classes)) }
}

/** The area under the ROC curve of two classes, by ranks. */
async function areaOf(model: Awaited<ReturnType<typeof trainTable>>, test: string, classes: readonly string[]) {
  if (classes.length !== 2) return {}
  const labels: string[] = []
  const table = await openTable(test)
  const place = table.names.indexOf(model.schema.target.name)
  for await (const chunk of table.chunks([place])) {
    for (let row = 0; row < chunk.rows; row++) labels.push(chunk.column(place).text(row) ?? '')
  }
  const scores: number[] = []
  for await (const { probabilities } of model.predictRows(table)) scores.push(probabilities?.[classes[1]] ?? Number.NaN)
  const order = scores.map((_, i) => i).sort((a, b) => scores[a] - scores[b])
  let ranks = 0
  let positives = 0
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && scores[order[to]] === scores[order[from]]) to++
    for (let i = from; i < to; i++) {
      if (labels[order[i]] !== classes[1]) continue
      ranks += (from + 1 + to) / 2
      positives++
    }
  }
  return { auc: (ranks - (positives * (positives + 1)) / 2) / (positives * (order.length - positives)) }
}

async function compare({ name, source, target, columns, test, early, ...rest }: TableCase): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'descent-tables-'))
  const runs: { ours: Measures; theirs: Measures }[] = []
  try {
    for (let seed = 0; seed < (splits || rest.splits); seed++) {
      const parts = { train: join(folder, 'train.csv'), test: join(folder, 'test.csv') }
      if (test !== undefined) Object.assign(parts, { train: source, test })
      else await ask({ task: 'split', source, columns: columns ?? null, target, seed, ...parts })
      const theirs = await ask({ task: 'learn', ...parts, target, seed, early })
      runs.push({ ours: await ours(parts.train, parts.test, target, seed), theirs })
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  for (const measure of Object.keys(runs[0].theirs)) {
    const [own, other] = [runs.map((run) => run.ours[measure]), runs.map((run) => run.theirs[measure])]
    const differences = own.map((value, i) => value - other[i])
    const center = mean(differences)
    const deviation = Math.sqrt(mean(differences.map((value) => (value - center) ** 2)))
    const error = deviation / Math.sqrt(Math.max(1, runs.length - 1))
    const average = measure === 'seconds' ? median : mean
    console.log(
      `| ${name} | ${measure} | ${show(average(own))} | ${show(average(other))} | ${show(center)} | ${show(error)} | ${runs.length} |`,
    )
  }
}

const show = (value: number) => (Math.abs(value) >= 1000 ? value.toFixed(0) : value.toFixed(4))

const only = options.only === '' ? undefined : options.only.split(',')
console.log("| table | measure | descent | scikit-learn's MLP | difference | its standard error | splits |")
console.log('| --- | --- | ---: | ---: | ---: | ---: | ---: |')
for (const one of cases) if (!only || only.includes(one.name.split(',')[0])) await compare(one)
python.stdin.end()
