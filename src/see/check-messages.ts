import { isObject } from '../base/checks.js'
import { inspectValue } from '../base/errors.js'
import { OptionError } from '../common.js'
import type { Command, QuestionName, QuestionOf, Settings } from './protocol.js'

/** Messages come from pages, so nothing in them is trusted. */
type Message = Readonly<Record<string, unknown>>

function refuse(what: string, expected: string, value: unknown): never {
  throw new OptionError(`${what} must be ${expected}, not ${inspectValue(value)}`)
}

function wholeNumber(what: string, value: unknown, from: number, to: number): number {
  const isRight = typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to
  return isRight ? value : refuse(what, `a whole number from ${from} to ${to}`, value)
}

const wholeLimit = 2 ** 31

function numbers(what: string, value: unknown): Float32Array {
  return value instanceof Float32Array ? value : refuse(what, 'a Float32Array', value)
}

function labelOf({ label }: Message): number | undefined {
  return label === undefined ? undefined : wholeNumber('label', label, 0, wholeLimit)
}

/**
 * Checks a command of a page.
 * @throws OptionError if it is none
 */
export function checkCommand(value: unknown): Command {
  if (!isObject(value)) return refuse('a command', 'an object', value)
  switch (value.do) {
    case 'learn': {
      const { pace } = value
      const isPace = typeof pace === 'number' && pace > 0 && pace <= 1e6
      return {
        do: 'learn',
        pace: pace === 'full' || isPace ? pace : refuse('pace', "'full' or a number above 0", pace),
      }
    }
    case 'pause':
    case 'load-demo':
    case 'take-over':
      return { do: value.do }
    case 'step': {
      const { size } = value
      if (size === 'example' || size === 'batch' || size === 'epoch') return { do: 'step', size }
      return refuse('size', "'example', 'batch' or 'epoch'", size)
    }
    case 'return':
      return { do: 'return', moment: wholeNumber('moment', value.moment, 0, wholeLimit) }
    case 'restart':
      return { do: 'restart', settings: checkSettings(value.settings) }
    default:
      return refuse('do', 'the name of a command', value.do)
  }
}

/** The settings, and what checks each of them here. The library checks the others. */
const checks: { readonly [Name in keyof Settings]: (value: unknown) => boolean } = {
  hidden: (value) =>
    Array.isArray(value) && value.length <= 20 && value.every((size) => Number.isInteger(size) && size > 0),
  activation: isText,
  output: isText,
  cost: isText,
  seed: isNumber,
  learningRate: isNumber,
  batchSize: isNumber,
  epochs: isNumber,
  l2: isNumber,
  shuffledLabels: (value) => typeof value === 'boolean',
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.length < 100
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number'
}

function checkSettings(value: unknown): Partial<Settings> {
  if (!isObject(value)) return refuse('settings', 'an object', value)
  const entries = Object.entries(value).filter(([, setting]) => setting !== undefined)
  for (const [name, setting] of entries) {
    if (!Object.hasOwn(checks, name)) throw new OptionError(`unknown setting ${inspectValue(name)}`)
    if (!checks[name as keyof Settings](setting)) refuse(`the setting ${name}`, 'of its type', setting)
  }
  return Object.fromEntries(entries)
}

/**
 * Checks a question of a page.
 * @throws OptionError if there is no such question, or if a part of it is wrong
 */
export function checkQuestion<Name extends QuestionName>(name: Name, question: QuestionOf<Name>): QuestionOf<Name>
export function checkQuestion(name: string, value: unknown): QuestionOf<QuestionName> {
  if (!isObject(value)) return refuse('a question', 'an object', value)
  switch (name) {
    case 'activations': {
      const inputs = numbers('inputs', value.inputs)
      const label = labelOf(value)
      return label === undefined ? { inputs } : { inputs, label }
    }
    case 'backpropagation': {
      const { inputs, targets } = value
      return {
        inputs: numbers('inputs', inputs),
        label: labelOf(value),
        targets:
          targets instanceof Float64Array ? targets : targets === undefined ? targets : numbers('targets', targets),
      }
    }
    case 'example': {
      const { set, index, next = false } = value
      if (set !== 'training' && set !== 'test') return refuse('set', "'training' or 'test'", set)
      if (typeof next !== 'boolean') return refuse('next', 'true or false', next)
      return { set, index: wholeNumber('index', index, 0, wholeLimit), next }
    }
    case 'parameters': {
      const { at } = value
      if (at === 'now' || at === 'start') return { at }
      if (!isObject(at)) return refuse('at', "'now', 'start' or a moment", at)
      return { at: { moment: wholeNumber('moment', at.moment, 0, wholeLimit) } }
    }
    case 'brightest':
      return {
        layer: wholeNumber('layer', value.layer, 0, wholeLimit),
        neuron: wholeNumber('neuron', value.neuron, 0, wholeLimit),
      }
    case 'slice':
      return { seed: wholeNumber('seed', value.seed, 0, wholeLimit), size: wholeNumber('size', value.size, 3, 61) }
    case 'place':
      return { seed: wholeNumber('seed', value.seed, 0, wholeLimit) }
    case 'evaluation':
    case 'movement':
      return {}
    default:
      throw new OptionError(`there is no question ${inspectValue(name)}`)
  }
}
