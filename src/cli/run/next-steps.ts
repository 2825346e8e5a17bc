import { testOf } from '../input/tables.js'
import { typedTable } from '../input/typed-table.js'
import { isTablePlace, type Place } from '../options/data-options.js'
import { typedName } from '../parsing/command.js'
import { invocation, shellWord } from '../terminal/invocation.js'

/** A finished run, as far as it determines what the user can type next. */
export interface Finished {
  readonly place: Place
  /** The path of the saved network. */
  readonly output: string
  /** The options of the run that the user typed, and their values. */
  readonly typed: Readonly<Record<string, unknown>>
}

/** Returns commands that the user can type next, each with a comment. */
export function nextSteps(run: Finished): string {
  const program = invocation()
  const model = shellWord(run.output)
  const [why, test] = testAgain(run.place)
  const better = betterRun(run)
  const steps = [
    [why, `evaluate ${model}${test}`],
    ...(better === undefined ? [] : [['learns better; why?', better]]),
    ['what a training step does', `explain ${model}`],
  ]
  return steps.map(([comment, command]) => `  # ${comment}\n  ${program} ${command}`).join('\n')
}

/** Returns a comment, and the options that choose the examples of another evaluation. */
function testAgain(place: Place): [comment: string, options: string] {
  const same = 'the same test again'
  if ('folder' in place) return [same, ` --data ${shellWord(place.folder)}`]
  if (isTablePlace(place)) {
    return place.test === undefined
      ? ['all rows again, those that it has learned too', typedTable(place)]
      : [same, typedTable(testOf(place))]
  }
  return place.dataset === 'digits'
    ? ["how the same network reads people's handwriting", ' --dataset mnist']
    : ['how the same network reads drawn digits', '']
}

/**
 * The options that create the improved network in chapter 3 of Nielsen's book, which uses it with MNIST. They were tried
 * with the drawn digits of this package.
 */
const better = '--hidden 100 --cost cross-entropy --initializer scaled-normal'

/** The options that go well with `better`. With others, such as --learning-rate, the network may learn worse. */
const tried = ['dataset', 'count', 'seed', 'epochs', 'dtype', 'backend', 'threads']

/** Returns the same run with the options `better`, or undefined if they were not tried with the options of the run. */
function betterRun({ place, output, typed }: Finished): string | undefined {
  const { output: _, force: __, operands: ___, ...options } = typed
  const names = Object.keys(options)
  if (!('dataset' in place) || names.some((name) => !tried.includes(name))) return undefined
  const same = names.map((name) => `--${typedName(name)} ${shellWord(String(options[name]))} `).join('')
  const file = `${output.replace(/\.safetensors$/, '')}-better.safetensors`
  return `train ${same}${better} --output ${shellWord(file)}`
}
