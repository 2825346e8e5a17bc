import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../support/files.js'
import { run } from '../program.js'

const folder = temporaryFolder()
const descent = (...words: string[]) => run(words, { cwd: folder, env: { DESCENT_BACKEND: 'typescript' } })
const lines = Array.from({ length: 120 }, (_, i) => {
  const plan = ['pro', 'free', ''][i % 3]
  return `${1000 + i};${plan};${20 + (i % 40)},5;2026-01-${String(1 + (i % 28)).padStart(2, '0')};${i % 40 > 20 ? 'yes' : 'no'}`
})
writeFileSync(join(folder, 'churn.csv'), `id;plan;age;since;churned\n${lines.join('\n')}\n`)
writeFileSync(join(folder, 'new.csv'), 'since,churned,age,plan\n2026-01-05,no,21.5,pro\n2026-01-06,yes,55.5,team\n')

describe.sequential('descent-nn train, on a table by name', () => {
  it('says what each column is, trains, and saves the schema with the network', async () => {
    const { code, stdout, stderr } = await descent(
      ...['train', '--data', 'churn.csv', '--label', 'churned', '--epochs', '30', '--save-schema', 'schema.json'],
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const line of [
      'rows    120',
      'target  churned: 2 classes: "no", "yes"',
      'plan    2 categories: "free", "pro"; may be missing',
      'age     a number, about 40',
      'since   a time, about 2026-01-13, with weekday',
      'id      ignored: it counts the rows',
      'to change this: --numbers, --categories, --dates or --ignore, each with names of columns',
    ]) {
      expect(stdout.split('\n')).toContain(line)
    }
    expect(stdout).toMatch(/^epoch 30 of 30 {3}/m)
    expect(JSON.parse(readFileSync(join(folder, 'schema.json'), 'utf8')).target.classes).toEqual(['no', 'yes'])
    const info = await descent('info', 'churn.safetensors')
    expect(info.stdout).toContain('\nwhat it takes of a table:\nrows    120\n')
  })

  it('answers rows whose columns have another order, behind them', async () => {
    const csv = await descent('predict', 'churn.safetensors', 'new.csv')
    expect({ ...csv, stderr: csv.stderr }).toMatchObject({
      code: 0,
      stdout: 'since,churned,age,plan,prediction\n2026-01-05,no,21.5,pro,no\n2026-01-06,yes,55.5,team,yes\n',
      stderr: '1 of 2 rows have a plan that training has not seen, or too rarely\n',
    })
    const text = await descent('predict', 'churn.safetensors', 'new.csv', '--format', 'text')
    expect(text.stdout).toBe('no\nyes\n')
    const { stdout } = await descent('predict', 'churn.safetensors', 'new.csv', '--format', 'ndjson', '--outputs')
    const [first] = stdout.split('\n').map((line) => JSON.parse(line || '{}'))
    expect(first).toMatchObject({ age: 21.5, plan: 'pro', prediction: 'no' })
    expect(first['probability of no'] + first['probability of yes']).toBeCloseTo(1, 6)
  })

  it('judges the answers to the rows of a table', async () => {
    const { code, stdout } = await descent('evaluate', 'churn.safetensors', '--data', 'new.csv')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^new\.csv: 2 of 2 right \(100\.00%\), cost /)
    const wrong = await descent('evaluate', 'churn.safetensors', '--data', 'new.csv', '--label', 'age')
    expect(wrong.stderr).toBe('descent: --label is "age", but the model predicts "churned"\n')
  })

  it('learns with an edited schema, or as the options say', async () => {
    const path = join(folder, 'schema.json')
    const schema = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...schema, inputs: schema.inputs.slice(1, 2) }))
    const words = ['train', '--data', 'churn.csv', '--label', 'churned', '--epochs', '1', '-o', 'other.safetensors']
    const edited = await descent(...words, '--schema', 'schema.json')
    expect({ code: edited.code, stderr: edited.stderr }).toEqual({ code: 0, stderr: '' })
    expect(edited.stdout).not.toContain('plan')
    const asked = await descent(...words, '--categories', 'age', '--ignore', 'plan,since')
    expect(asked.stdout).toContain('age     40 categories: ')
    expect(asked.stdout).toContain('plan    ignored: as asked')
  })

  it.each([
    [
      ['--data', 'churn.csv', '--label', 'churned'],
      'churn.safetensors is there already, from another run: --force replaces it, --output FILE saves under another name',
      1,
    ],
    [
      ['--data', 'churn.csv', '--label', 'Churned', '-o', 'n.safetensors'],
      'churn.csv has no column "Churned": did you mean "churned"?',
      2,
    ],
    [
      ['--data', 'churn.csv', '--target', 'churned', '-o', 'n.safetensors'],
      'churn.csv: the target "churned" has "no", which is not a number',
      1,
    ],
    [['--data', 'churn.csv', '--target', 'age', '--cost', 'huber'], '--cost does not go with --target', 2],
    [
      ['--data', 'churn.csv', '--target', 'age', '--label', 'churned'],
      '--label and --target exclude each other: a row has either a class or a number',
      2,
    ],
    [['--target', 'age'], '--target needs a table: --data with .csv, .tsv, .ndjson or .parquet, or --sql', 2],
    [
      ['--data', 'churn.csv', '--label', 'churned', '--preset', 'book', '--ignore', 'id'],
      '--ignore is not for --preset book',
      2,
    ],
  ])('refuses %j', async (words, problem, code) => {
    const refused = await descent('train', ...words)
    expect({ code: refused.code, stderr: refused.stderr }).toEqual({ code, stderr: `descent: ${problem}\n` })
  })
})
