import { describe, expect, it } from 'vitest'
import { measure, secondsOfOne } from '#src/cli/bench/measure'
import { type Contender, createContender, createSubject } from '#src/cli/bench/subject'
import { feedforward, predict, training, type Work } from '#src/cli/bench/work'
import { Interruption } from '#src/cli/terminal/interruption'
import { type Description, dense, dropout, Network } from '#src/index'
import { failure } from '../../support/files.js'
import { backendsHere } from '../program.js'

const typescript = createContender('typescript')
const works = [training(1), training(10), feedforward, predict(7)]
const sizes = [20, 9, 3]

/** A contender on the TypeScript backend that stands for native, and may be wrong. */
const standIn = (make: Contender['make']): Contender => ({ name: 'native', make })
const described = (change: (description: Description) => object) =>
  standIn((description, parameters) => {
    return new Network({ ...description, ...change(description) }, { parameters, backend: 'typescript' })
  })

const course = (signal = new AbortController().signal) => ({ seconds: 0.001, signal, show: () => undefined })
const measured = (work: Work, contenders: readonly Contender[]) => measure([sizes], [work], contenders, course())

/** What a contender computes by itself, as the error shows it. */
async function shown(work: Work, contender: Contender): Promise<string> {
  const subject = createSubject(sizes, [contender])
  const { values } = await work.check(subject.networks[0], subject, course().signal)
  return values[0].toPrecision(7)
}

describe('what the backends compute', () => {
  it.each(works)('is the same: $name at batch $batch', async (work) => {
    const doubled = standIn((description, parameters) => {
      return new Network(description, { parameters, dtype: 'float64', backend: 'typescript' })
    })
    const groups = [
      [doubled, typescript],
      [...(backendsHere.includes('native') ? [createContender('native', 2)] : []), createContender('wasm'), typescript],
    ]
    for (const contenders of groups) {
      const { measurements, stopped } = await measured(work, contenders)
      expect(stopped).toBeUndefined()
      const [{ speeds, ...place }] = measurements
      expect(place).toEqual({ work: work.name, network: '20-9-3', batch: work.batch })
      expect(Object.keys(speeds)).toEqual(contenders.map(({ name }) => name))
      for (const some of Object.values(speeds)) {
        expect(some).toHaveLength(speeds.typescript?.length ?? 0)
        for (const speed of some) expect(speed).toBeGreaterThan(0)
      }
    }
  })

  it('differs visibly if only the steps are wrong', async () => {
    // Silenced in training only: its answers are those of the other one, until it has learned.
    const wrong = described(() => ({ layers: [dense(9), dropout(0.5), dense(3)] }))
    const work = training(10)
    expect(await failure(measured(work, [wrong, typescript]))).toBe(
      'DescentError: 20-9-3, training at batch 10: native and typescript compute different results: ' +
        `the cost after 2 steps is ${await shown(work, wrong)} and ${await shown(work, typescript)}`,
    )
    expect(await failure(measured(training(1), [wrong, typescript]))).toMatch(/: the cost after 16 steps is /)
    expect((await measured(feedforward, [wrong, typescript])).measurements).toHaveLength(1)
  })

  it.each([feedforward, predict(7)])('differs visibly if an output is wrong: $name', async (work) => {
    const wrong = described(() => ({ layers: [dense(9, 'tanh'), dense(3)] }))
    expect(await failure(measured(work, [wrong, typescript]))).toBe(
      `DescentError: 20-9-3, ${work.name} at batch ${work.batch}: native and typescript compute different results: ` +
        `an output is ${await shown(work, wrong)} and ${await shown(work, typescript)}`,
    )
  })

  it('differs visibly if it is NaN', async () => {
    const wrong = standIn((description, parameters) => {
      const network = new Network(description, { parameters, backend: 'typescript' })
      return Object.assign(network, { feedforward: () => Float32Array.of(Number.NaN, 0, 0) })
    })
    expect(await failure(measured(feedforward, [wrong, typescript]))).toContain(': an output is NaN and 0.')
    expect(await failure(measured(feedforward, [typescript, wrong]))).toMatch(/: an output is 0\.\d+ and NaN$/)
  })
})

describe('the rounds', () => {
  /** A work whose every turn is noted, and which ends it all at the turn of this number. */
  function watched(last: number, ending: () => void) {
    const turns: string[] = []
    const names = new Map<Network, string>()
    const contenders = (['native', 'typescript'] as const).map((name) => ({
      name,
      make: (description: Description, parameters: ArrayLike<number>) => {
        const network = new Network(description, { parameters, backend: 'typescript' })
        names.set(network, name)
        return network
      },
    }))
    const work = (name: Work['name']): Work => ({
      name,
      batch: 5,
      check: async () => ({ what: 'nothing', values: [0] }),
      async run(network, _subject, times, signal) {
        signal.throwIfAborted()
        turns.push(`${name} ${names.get(network)}`)
        if (turns.length === last) ending()
        return { rows: turns.length * times, seconds: times }
      },
    })
    return { turns, contenders, work }
  }

  it('let the backends take turns, each starting in turn, and count only whole turns', async () => {
    const controller = new AbortController()
    const interruption = new Interruption('SIGINT')
    const { turns, contenders, work } = watched(19, () => controller.abort(interruption))
    const networks = [[2, 1]]
    const result = await measure(networks, [work('training'), work('predict')], contenders, {
      ...course(controller.signal),
      seconds: 60,
    })
    const round = (work: string, ...names: string[]) => names.map((name) => `${work} ${name}`)
    expect(turns).toEqual([
      // To warm up for 60 / 8 seconds, each for a quarter of that, and a round.
      ...round('training', 'native', 'native', 'typescript', 'typescript', 'typescript', 'native'),
      ...round('predict', 'native', 'native', 'typescript', 'typescript', 'typescript', 'native'),
      ...round('training', 'native', 'typescript'),
      ...round('predict', 'native', 'typescript'),
      ...round('training', 'typescript', 'native'),
      ...round('predict', 'typescript'),
    ])
    // A speed is the number of its turn; the last turn was without its pair.
    expect(result).toEqual({
      measurements: [
        { work: 'training', network: '2-1', batch: 5, speeds: { native: [6, 13, 18], typescript: [5, 14, 17] } },
        { work: 'predict', network: '2-1', batch: 5, speeds: { native: [12, 15], typescript: [11, 16] } },
      ],
      stopped: interruption,
    })
  })

  it('do not hide an error', async () => {
    const { contenders, work } = watched(3, () => {
      throw new RangeError('too far')
    })
    expect(await failure(measure([[2, 1]], [work('predict')], contenders, course()))).toBe('RangeError: too far')
  })

  it('have as much work as fits the time', async () => {
    const asked: number[] = []
    /** Something that takes 0.9 seconds the first time and then 0.01 each. */
    const seconds = await secondsOfOne(2, async (times) => {
      asked.push(times)
      return asked.length === 1 ? 0.9 : 0.01 * times
    })
    expect(asked).toEqual([1, 2, 20, 200, 200])
    expect(seconds).toBe(0.01)
  })

  it('start when the work gets no faster and the warm-up time is over', async () => {
    const asked: number[] = []
    const compiled = [1, 0.8, 0.6, 0.4, 0.2, 0.19, 0.19]
    const run = async (times: number) => times * compiled[asked.push(times) - 1]
    expect(await secondsOfOne(4, run)).toBe(0.19)
    expect(asked).toEqual([1, 4, 5, 7, 10, 20])
    asked.length = 0
    expect(await secondsOfOne(1, async (times) => times * 0.5 + 0 * asked.push(times), 5)).toBe(0.5)
    expect(asked).toEqual([1, 2, 2, 2, 2, 2])
  })

  it('are sized by the fastest earlier one', async () => {
    const asked: number[] = []
    const controller = new AbortController()
    const work: Work = {
      ...feedforward,
      /** A millisecond each, but for the first time, in which the machine did something else. */
      async run(_network, _subject, times) {
        asked.push(times)
        if (asked.length === 4) controller.abort(new Interruption('SIGINT'))
        controller.signal.throwIfAborted()
        return { rows: times, seconds: asked.length === 1 ? 10 : 0.001 * times }
      },
    }
    await measure([[2, 1]], [work], [typescript], { ...course(controller.signal), seconds: 2.4 })
    // A sample shall last 2.4 / 12 seconds.
    expect(asked).toEqual([1, 1, 200, 200])
  })
})
