import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CompileOptions, compile, taskNames } from '#src/compile/compile'
import { countParameters } from '#src/compile/parameters'
import { describeNetwork } from '#src/compile/spec'
import { Network } from '#src/index'
import { type Region, regionLength } from '#src/program/arena'
import { printProgram } from '#src/program/print'
import { operandsOf, type Program } from '#src/program/program'
import { verify } from '#src/program/verify'
import { normals } from '../support/numbers.js'
import {
  descriptions,
  drawing,
  dtypes,
  everyOptimizer,
  learningActivations,
  outputPairs,
  rowsOfData,
  shareOut,
} from '../support/random-networks.js'

const networks = fc.constantFrom(...outputPairs).chain(({ activation, cost }) => descriptions(activation, cost))

const limit = fc.option(fc.constantFrom(0.1, 1), { nil: undefined })
const compileOptions = fc.record({
  dtype: dtypes,
  rows: fc.integer({ min: 1, max: 13 }),
  answers: fc.constantFrom<CompileOptions['answers']>('labels', 'targets'),
  penalties: fc.boolean(),
  standardized: fc.boolean(),
  weighted: fc.boolean(),
  labelSmoothing: fc.constantFrom(0, 0.1),
  guard: fc.constantFrom(0, 5),
  learning: fc.record({
    optimizer: fc.constantFrom(...everyOptimizer),
    clipNorm: limit,
    clipValue: limit,
    maxNorm: limit,
    rates: fc.constantFrom(undefined, { scale: 6, weights: 0.5, biases: 0 }, { scale: 1, weights: 1, biases: 0.1 }),
    batchSize: fc.option(fc.integer({ min: 1, max: 13 }), { nil: undefined }),
  }),
})

/** The regions that the caller sets before a program runs. */
const set = ['one', 'ones', 'inputScale', 'inputMeans', 'inputFactors', 'learningRate', 'l1', 'l2', 'dropoutKey']
const setForSums = [...set, 'gradient', 'share', 'l1Share', 'l2Share']

/** Operands that read workspace that neither the caller nor an earlier command has filled. */
function uninitializedReads(program: Program, known = set): string[] {
  const filled = new Uint8Array(program.sizes.workspace)
  const elements = ({ offset, ...region }: Region) => [offset, offset + regionLength({ offset, ...region })] as const
  for (const name of known) {
    const region = program.regions.get(name)
    if (region) filled.fill(1, ...elements(region))
  }
  const wrong: string[] = []
  program.commands.forEach((command, index) => {
    // With beta = 0 these commands overwrite out instead of adding to it.
    const overwrites = 'beta' in command && command.beta === 0
    const regions = operandsOf(command).flatMap(({ name, type, value }) =>
      typeof type === 'object' && (value as Region).segment === 'workspace'
        ? [{ name, access: overwrites && name === 'out' ? 'write' : type.access, at: elements(value as Region) }]
        : [],
    )
    for (const { name, access, at } of regions) {
      if (access !== 'write' && filled.subarray(...at).includes(0)) wrong.push(`${index} ${command.kernel}: ${name}`)
    }
    for (const { access, at } of regions) if (access !== 'read') filled.fill(1, ...at)
  })
  return wrong
}

describe('any network', () => {
  it.each(taskNames)('compiles to %s: verified, listed, and without reading unset memory', (task) => {
    fc.assert(
      fc.property(networks, compileOptions, (description, options) => {
        const spec = describeNetwork(description)
        const program = compile(spec, { task, ...options })
        verify(program)
        expect(uninitializedReads(program)).toEqual([])
        expect(program.sizes.parameters).toBe(countParameters(spec) + 2 * options.guard)
        const [head, ...lines] = printProgram(program).split('\n')
        expect(head).toMatch(new RegExp(`^${task}: ${options.rows} rows? a pass, ${options.dtype}; parameters `))
        expect(lines.map((line) => line.trim().split(/ +/, 2))).toEqual(
          program.commands.map(({ kernel }, index) => [String(index), kernel]),
        )
        expect(lines.join()).not.toMatch(/undefined|NaN|\[object/)
      }),
      drawing(1000 + taskNames.indexOf(task), 60),
    )
  })

  it('adds gradients up in the same place for any number of rows', () => {
    fc.assert(
      fc.property(networks, compileOptions, fc.integer({ min: 1, max: 13 }), (description, options, rows) => {
        const spec = describeNetwork(description)
        const programs = [options.rows, rows].map((number) =>
          compile(spec, { task: 'gradients', ...options, accumulated: true, rows: number }),
        )
        const places = programs.map(({ regions }) => regions.get('gradient'))
        expect(places[0]).toEqual(places[1])
        for (const program of programs) {
          expect(uninitializedReads(program, setForSums)).toEqual([])
          expect(uninitializedReads(program)).not.toEqual([])
        }
      }),
      drawing(1100, 60),
    )
  })

  // Without relu, leaky-relu and selu, because a difference across their kink is not a derivative. The slopes of elu and huber have
  // kinks, which can cause an error of a quarter of the step.
  const smooth = learningActivations.filter((name) => !/relu|selu/.test(name))
  const step = 1e-5
  const tolerance = 1e-5

  it.each(outputPairs.filter(({ activation }) => smooth.includes(activation)))(
    'has gradients that are its differences: $activation, $cost',
    ({ activation, cost }) => {
      const trial = fc.record({
        description: descriptions(activation, cost, smooth),
        rows: rowsOfData,
        l2: fc.constantFrom(0, 0.1),
      })
      fc.assert(
        fc.property(trial, ({ description, rows: { size, seed }, l2 }) => {
          const network = new Network(description, { seed, dtype: 'float64', backend: 'typescript' })
          const { outputs } = network.layers[network.layers.length - 1]
          const x = normals(size * description.inputs, seed, 'x')
          const y = normals(size * outputs, seed, 'y').map((value) => 1 / (1 + Math.exp(-value)))
          if (activation === 'softmax') shareOut(y, outputs)
          const analytic = network.gradients(x, y, { l2 }).parameters
          const { parameters } = network
          parameters.forEach((value, i) => {
            const costAt = (moved: number) => {
              parameters[i] = moved
              return network.gradients(x, y, { l2 }).cost
            }
            const numeric = (costAt(value + step) - costAt(value - step)) / (2 * step)
            parameters[i] = value
            expect(Math.abs(analytic[i] - numeric), `parameter ${i}`).toBeLessThanOrEqual(
              tolerance * Math.max(1, Math.abs(numeric)),
            )
          })
        }),
        drawing(2000 + outputPairs.findIndex((pair) => pair.activation === activation && pair.cost === cost), 4),
      )
    },
  )
})
