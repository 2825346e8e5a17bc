import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')

/** Turns that make a native reader stop. Each was in the code once; CONTRIBUTING.md says what to write instead. */
const quaint = [
  /\bshall\b/i,
  /\bwhoever\b/i,
  /\bnobody (shall|may|holds|said|tells|asks|is there)\b|\bwhich nobody\b/i,
  /\bwhat is none\b|\bthat is none\b|\bis none that\b|\bnumbers? that (is|are) none\b/i,
  /(?<!there )\bis no (number|JSON|file|folder|text|table|error|loss|measure|program|option|class)\b/i,
  /\bno finite number\b/i,
  /\bof which (nothing|none|nobody|no)\b/i,
  /\bmade over\b|\bmakes? (\w+ )?over\b/i,
  /\bhow it stands\b|\bwhere (it|the run|a run) stands still\b/i,
  /\bcan(not)? be had\b|\bto be had\b|\bis not to be\b|\bare not to be\b/i,
  /\banew\b/i,
  /\bhow far (it|a run|the run) is\b|\bhow far along\b/i,
  /\bin pieces of\b/i,
  /\b(is|are|was|were) told (of|by|how|what|that|where)\b|\btells of\b/i,
  /\bof its own accord\b|\bof their own accord\b/i,
  /\bwithout a word\b/i,
  /\bgoes on from where\b|\bgo on where\b|\bgoes on where\b/i,
  /\bas it lies\b|\bas they lie\b|\bas the rows lie\b/i,
  /\blies? in memory\b|\blie in the bundles\b/i,
  /\blet go of\b|\bare let go\b|\bis let go\b/i,
  /\bstands? for itself\b|\bstand here\b|\bstands here\b/i,
  /\bbesides it\b|\band besides\b|\bholds besides\b/i,
  /\bsuch as these\b|\bof such rows\b|\bon such rows\b/i,
  /\bfor the eyes\b/i,
  /\bby hand of\b|\bby what is\b/i,
  /\bhas to be known\b|\bhave to be known\b/i,
  /\bgood for nothing\b|\bworth no\b/i,
  /\bas good as\b(?! any)/i,
  /\bthat which\b|\bthose which\b|\bthat of what\b/i,
  /\bwherever it is that\b|\bwhatever it is that\b/i,
  /\bno more than so many\b|\bat most so many\b|\bso many (rows|bytes|numbers|characters|epochs|examples|lines) (at|of)\b/i,
  /\bafter so many\b|\bevery so many\b|\bby so much\b/i,
  /\bone after the other of\b/i,
  /\bis asked for by\b|\bare asked for by\b/i,
  /\bhaving been\b/i,
  /\bthereof\b|\btherein\b|\bthereby\b|\bherein\b|\bhitherto\b|\bhenceforth\b/i,
  /\bit is so that\b|\bso it is that\b|\bwhy so:/i,
  /\bfor want of\b|\bfor lack of\b/i,
  /\bnot a few\b|\bno few\b/i,
  /\bwhile it is none\b|\bwhere it is none\b|\bwhere there is none of\b/i,
  /\bcame of (it|one|each|an)\b/i,
  /\bcomes? to light\b/i,
  /\btake no harm\b/i,
  /\bis at home\b|\bin its room\b/i,
  /\bin the place of\b/i,
  /\bthere is no such thing\b/i,
  /\bbelieved?\b.*\blengths?\b/i,
  /\bas everybody\b|\bas anybody\b|\banybody may\b|\bfor anybody\b/i,
  /\bthat it has of\b|\bthat it had of\b/i,
  /\bmisspelt\b/i,
] as const

/** British spellings of words that the project writes as Keras, PyTorch and the DOM do. */
const british =
  /\b\w*(optimis|standardis|normalis|initialis|regularis|summaris|vectoris|serialis|recognis|generalis|organis)\w*\b|\b\w*(colour|behaviour|neighbour|favour|labell|cancell(ed|ing)|modell(ed|ing)|centre[ds]?\b|licence|grey)\w*/i

/** The files whose words a reader meets. Fixtures, tables and what tools write do not count. */
const files = execFileSync(
  'git',
  ['ls-files', 'src', 'native', 'wasm', 'scripts', 'bench', 'examples', 'docs', '.ci', '*.md'],
  {
    cwd: root,
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((name) => /\.(ts|mts|mjs|cjs|cc|h|sh|py|md|c)$|^\.ci\/run$/.test(name))

/** The lines of all files, with where each is. */
const lines = files.flatMap((name) =>
  readFileSync(join(root, name), 'utf8')
    .split('\n')
    .map((text, i) => ({ where: `${name}:${i + 1}`, text })),
)

it('reads files', () => {
  expect(files.length).toBeGreaterThan(400)
  expect(quaint.length).toBeGreaterThanOrEqual(40)
})

it.each(quaint.map((pattern) => [String(pattern), pattern] as const))('no line matches %s', (_name, pattern) => {
  const found = lines.filter(({ text }) => pattern.test(text)).map(({ where, text }) => `${where}: ${text.trim()}`)
  expect(found).toEqual([])
})

it('spells as Americans do', () => {
  const found = lines.filter(({ text }) => british.test(text)).map(({ where, text }) => `${where}: ${text.trim()}`)
  expect(found).toEqual([])
})
