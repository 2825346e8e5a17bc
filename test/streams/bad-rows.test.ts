import { once } from 'node:events'
import { PassThrough, Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type BadRow, DataError, type DescentError, Network, OptionError } from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'
import { collector, drain } from '../support/streams.js'

const sentence = (row: number) => new DataError(`row ${row} has NaN at column 1: every number must be finite`)

describeOnBackends('a bad row of a stream', (backend) => {
  const network = new Network([2, 5, 3], { seed: 1, backend })
  const good = Array.from({ length: 200 }, (_, row) => [Math.sin(row), Math.cos(row * 3)])
  const bad = [1, Number.NaN]
  const withBad = (...places: number[]) => good.map((row, place) => (places.includes(place) ? bad : row))

  describe.each([undefined, 1, 64])('with batches of %s rows', (batchSize) => {
    it.each([0, 1, 63, 64, 100, 199])(
      'ends the stream at row %i, after the rows before it have been answered',
      async (place) => {
        const classes = [...(await network.classify(good))]
        const { given, error } = await drain(Readable.from(withBad(place)).pipe(network.classifier({ batchSize })))
        expect(given).toEqual(classes.slice(0, place))
        expect(error).toEqual(sentence(place))
        // A pipeline discards answers that its sink has not received. Those that it has received are in order.
        const { sink, answers } = collector()
        await expect(pipeline(withBad(place), network.classifier({ batchSize }), sink)).rejects.toThrow(sentence(place))
        expect(answers).toEqual(classes.slice(0, place))
      },
    )

    it.each([[[0]], [[1, 2]], [[63, 64, 65]], [[199]], [[0, 50, 199]]])(
      'is passed to a function at rows %j, and the others are answered',
      async (places) => {
        const classes = [...(await network.classify(good))]
        const diverted: unknown[] = []
        const onBadRow = (row: number[], number: number, error: Error) => {
          diverted.push([row, number, error.message])
        }
        const stream = network.classifier({ batchSize, onBadRow })
        const { given } = await drain(Readable.from(withBad(...places)).pipe(stream))
        expect(given).toEqual(classes.filter((_, row) => !places.includes(row)))
        expect(diverted).toEqual(places.map((place) => [bad, place, sentence(place).message]))
      },
    )
  })

  it('may be the only kind of row', async () => {
    const diverted = collector<BadRow<number[]>>()
    const rows = Array.from({ length: 100 }, () => bad)
    const { given } = await drain(Readable.from(rows).pipe(network.predictor({ onBadRow: diverted.sink })))
    expect(given).toEqual([])
    expect(diverted.answers.map(({ number }) => number)).toEqual(rows.map((_, row) => row))
  })

  it('is written to a stream, which slows the source and stays open', async () => {
    const seen: BadRow<number[]>[] = []
    let most = 0
    let taken = 0
    const slow = new Writable({
      objectMode: true,
      highWaterMark: 2,
      write(one: BadRow<number[]>, _encoding, callback) {
        seen.push(one)
        most = Math.max(most, taken - seen.length)
        setTimeout(1).then(() => callback(), callback)
      },
    })
    function* rows() {
      for (; taken < 60; taken++) yield bad
    }
    const { given } = await drain(Readable.from(rows()).pipe(network.classifier({ onBadRow: slow })))
    expect(given).toEqual([])
    expect(slow.writableEnded).toBe(false)
    slow.end()
    await once(slow, 'finish')
    expect(seen).toHaveLength(60)
    expect(seen[59]).toEqual({ row: bad, number: 59, error: sentence(59) })
    // The buffers hold 16 rows in the source, 16 before the network and 2 before the slow stream.
    expect(most).toBeLessThanOrEqual(36)
    expect(['drain', 'error', 'close', 'finish'].map((event) => slow.listenerCount(event))).toEqual([0, 0, 0, 0])
  })

  it('is awaited if the function returns a promise', async () => {
    let open = 0
    let most = 0
    const onBadRow = async () => {
      most = Math.max(most, ++open)
      await setTimeout(1)
      open--
    }
    const { given } = await drain(Readable.from(withBad(3, 4, 5, 199)).pipe(network.classifier({ onBadRow })))
    expect(given).toHaveLength(196)
    expect({ most, open }).toEqual({ most: 1, open: 0 })
  })

  it('ends the stream if its function throws or its stream fails', async () => {
    const refuse = () => {
      throw new Error('not with me')
    }
    const thrown = await drain(Readable.from(withBad(3)).pipe(network.classifier({ onBadRow: refuse })))
    expect(thrown.error).toEqual(new Error('not with me'))
    const broken = new Writable({ objectMode: true, write: (_row, _encoding, callback) => callback(new Error('full')) })
    const failed = await drain(Readable.from(withBad(3)).pipe(network.classifier({ onBadRow: broken })))
    expect(failed.error).toEqual(new Error('full'))
    const ended = new PassThrough({ objectMode: true })
    ended.end()
    const late = await drain(Readable.from(withBad(3)).pipe(network.classifier({ onBadRow: ended })))
    expect(late.error).toMatchObject({ code: 'ERR_STREAM_WRITE_AFTER_END' })
  })

  it('leaves the network idle', async () => {
    await drain(Readable.from(withBad(150)).pipe(network.classifier()))
    expect(network.feedforward(good[0])).toHaveLength(3)
  })
})

describe('the error for a bad row', () => {
  const network = new Network([2, 3], { backend: 'typescript' })
  const reasonOf = async (row: unknown, options: object = {}) =>
    (await drain(Readable.from([row]).pipe(network.classifier(options)))).error
  const named = { inputs: ['a', 'b'] }
  const hint = ": name its columns with the option 'inputs'"

  it.each<[string, unknown, object, string]>([
    ['too few numbers', [1], {}, 'row 0 has 1 numbers instead of 2'],
    ['too many numbers', new Uint8Array(3), {}, 'row 0 has 3 numbers instead of 2'],
    ['an infinity', Float32Array.of(1, -Infinity), {}, 'row 0 has -Infinity at column 1: every number must be finite'],
    ['a string among numbers', [1, '2'], {}, 'row 0 has "2" at column 1: every number must be finite'],
    ['a hole', Array.of(undefined, 1), {}, 'row 0 has undefined at column 0: every number must be finite'],
    ['an object', { a: 1 }, {}, `row 0 must be a typed array or an array of numbers, not an object (Object)${hint}`],
    ['a string', 'a,b', {}, 'row 0 must be a typed array or an array of numbers, not "a,b"'],
    ['a number', 5, {}, 'row 0 must be a typed array or an array of numbers, not 5'],
    [
      'big integers',
      new BigInt64Array(2),
      {},
      `row 0 must be a typed array or an array of numbers, not BigInt64Array(2)${hint}`,
    ],
    ['a missing column', { a: 1 }, named, 'row 0 has no column "b"'],
    ['a string in a column', { a: 1, b: '2' }, named, 'row 0 has "2" in column "b": it must be a finite number'],
    ['null in a column', { a: null, b: 2 }, named, 'row 0 has null in column "a": it must be a finite number'],
    ['NaN in a column', { a: 1, b: NaN }, named, 'row 0 has NaN in column "b": it must be a finite number'],
    ['a value that is not an object', 7, named, "row 0 must be an object with the columns of 'inputs', not 7"],
    [
      'a function that throws',
      {},
      { inputs: (row: { a: { b: number[] } }) => row.a.b },
      `row 0 has no inputs: the function 'inputs' threw "Cannot read properties of undefined (reading 'b')"`,
    ],
    [
      'a function that returns nothing',
      {},
      { inputs: () => undefined },
      "row 0: the function 'inputs' must return a typed array or an array of numbers, not undefined",
    ],
    ['a function that returns too few numbers', {}, { inputs: () => [1] }, 'row 0 has 1 numbers instead of 2'],
  ])('%s', async (_, row, options, message) => {
    expect(await reasonOf(row, options)).toEqual(new DataError(message))
  })

  it('refuses an answer that the stream cannot output', async () => {
    const answered = (row: unknown, options: object) => drain(Readable.from([row]).pipe(network.classifier(options)))
    expect((await answered([1, 2], { keep: () => null })).error).toEqual(
      new DataError("the function 'keep' must return a value for row 0, not null"),
    )
    expect((await answered({ a: 1, b: 2, class: 'x' }, { ...named, keep: true })).error).toEqual(
      new DataError('row 0 already has a property "class", which the answer would replace: use a function as \'keep\''),
    )
    const broken = () => {
      throw new RangeError('mine')
    }
    expect((await answered([1, 2], { keep: broken })).error).toEqual(new RangeError('mine'))
  })
})

describe('the options of a stream', () => {
  const network = new Network([2, 3], { backend: 'typescript' })
  it.each<[string, object, DescentError]>([
    [
      'an unknown option',
      { batchRows: 1 },
      new OptionError('unknown classifier option "batchRows"; known: inputs, scale, batchSize, onBadRow, signal, keep'),
    ],
    [
      'too few names',
      { inputs: ['a'] },
      new OptionError('inputs must be the names of 2 columns or a function, not ["a"]'),
    ],
    ['a scale of 0', { scale: 0 }, new OptionError('scale must be a finite number other than 0, not 0')],
    ['no rows', { batchSize: 0 }, new OptionError('batchSize must be a whole number from 1 to 1048576, not 0')],
    [
      'a word',
      { onBadRow: 'skip' },
      new OptionError('onBadRow must be \'throw\', a function or a writable stream in object mode, not "skip"'),
    ],
    [
      'a stream of bytes',
      { onBadRow: new PassThrough() },
      new OptionError(
        "onBadRow must be 'throw', a function or a writable stream in object mode, not an object (PassThrough)",
      ),
    ],
    ['a word to keep', { keep: 'row' }, new OptionError('keep must be true, false or a function, not "row"')],
    ['no signal', { signal: {} }, new OptionError('signal must be an AbortSignal, not an object (Object)')],
    ['none', null as never, new OptionError('classifier options must be an object, not null')],
  ])('%s', (_, options, error) => {
    expect(() => network.classifier(options)).toThrow(error)
  })
})
