import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { type Classification, dense, Network } from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'
import { normals, sameBits } from '../support/numbers.js'
import { collector, drain } from '../support/streams.js'

describeOnBackends('a stream of rows', (backend) => {
  const make = (dtype: 'float32' | 'float64' = 'float32') =>
    new Network(
      { inputs: 6, layers: [dense(9, 'relu'), dense(4, 'softmax')], cost: 'cross-entropy', initializer: 'he' },
      { seed: 3, backend, dtype },
    )
  const network = make()
  const size = 1100
  const flat = Float32Array.from(normals(size * 6, 5))
  const rows = Array.from({ length: size }, (_, row) => flat.subarray(row * 6, (row + 1) * 6))

  const flattened = (answers: readonly Float32Array[]) => Float32Array.from(answers.flatMap((answer) => [...answer]))

  it('gets the answers of predict and classify bit for bit, in order', async () => {
    const [outputs, classes] = [await network.predict(flat), await network.classify(flat)]
    expect(new Set(classes).size).toBeGreaterThan(2)
    const answered = await drain<number>(Readable.from(rows).pipe(network.classifier()))
    expect(answered).toEqual({ given: [...classes], error: undefined })
    const { given } = await drain<Float32Array>(Readable.from(rows).pipe(network.predictor()))
    expect(sameBits(flattened(given), outputs as Float32Array)).toBe(true)
  })

  it.each([1, 7, 256, 1000, 5000])('gets them in batches of %i rows too', async (batchSize) => {
    const [outputs, classes] = [await network.predict(flat), await network.classify(flat)]
    expect((await drain(Readable.from(rows).pipe(network.classifier({ batchSize })))).given).toEqual([...classes])
    const { given } = await drain<Float32Array>(Readable.from(rows).pipe(network.predictor({ batchSize })))
    expect(sameBits(flattened(given), outputs)).toBe(true)
  })

  it('gets them for batches of any size, as rows come and pause', async () => {
    const classes = await network.classify(flat)
    async function* bursts() {
      for (let row = 0, burst = 1; row < 300; row += burst, burst = (burst * 5) % 23) {
        yield* rows.slice(row, Math.min(row + burst, 300))
        await (burst % 2 ? setImmediate() : setTimeout(1))
      }
    }
    const { given } = await drain(Readable.from(bursts()).pipe(network.classifier({ batchSize: 16 })))
    expect(given).toEqual([...classes.subarray(0, 300)])
  })

  it('may mix bytes, floats and plain arrays', async () => {
    const bytes = Uint8Array.from({ length: 6 }, (_, i) => i * 50)
    const doubles = Float64Array.from(normals(6, 1))
    const integers = Int16Array.of(-3, 2, 1, 0, 400, -5)
    const mixed = [bytes, rows[0], [...rows[1]], doubles, bytes, Buffer.from(bytes), integers, rows[2], bytes]
    const { given } = await drain<Float32Array>(Readable.from(mixed).pipe(network.predictor()))
    const same = [bytes, rows[0], [...rows[1]], doubles, bytes, bytes, [...integers], rows[2], bytes]
    const expected = same.map((row) => network.feedforward(row) as Float32Array)
    expect(given).toHaveLength(9)
    expect(sameBits(flattened(given), flattened(expected))).toBe(true)
  })

  it('may be bytes of a canvas, which are scaled like other bytes', async () => {
    const bytes = Uint8Array.from({ length: 6 }, (_, i) => i * 50)
    const clamped = new Uint8ClampedArray(bytes)
    const expected = network.feedforward(bytes)
    // After and before a row of floats, because each type has its own memory.
    expect(network.feedforward([...bytes])).not.toEqual(expected)
    expect(network.feedforward(clamped)).toEqual(expected)
    expect(network.feedforward(bytes)).toEqual(expected)
    expect(await network.predict(clamped)).toEqual(expected)
    expect(await network.predict([...bytes])).toEqual(network.feedforward([...bytes]))
    expect((await drain(Readable.from([clamped]).pipe(network.predictor()))).given).toEqual([expected])
  })

  it('is scaled by the option', async () => {
    const bytes = Uint8Array.from({ length: 6 }, (_, i) => i * 50)
    const { given } = await drain(Readable.from([bytes]).pipe(network.predictor({ scale: 2 })))
    expect(given).toEqual([network.feedforward([...bytes].map((byte) => byte * 2))])
  })

  it('gets float64 outputs from a float64 network', async () => {
    const precise = make('float64')
    const { given } = await drain<Float64Array>(Readable.from([[...rows[0]]]).pipe(precise.predictor()))
    expect(given[0]).toBeInstanceOf(Float64Array)
    expect(given).toEqual([precise.feedforward([...rows[0]])])
  })

  it('may have named columns, or a function for its inputs', async () => {
    const columns = ['a', 'b', 'c', 'd', 'e', 'f'] as const
    const objects = rows.slice(0, 40).map(([a, b, c, d, e, f], id) => ({ id, f, e, d, c, b, a }))
    const classes = [...(await network.classify(flat.subarray(0, 40 * 6)))]
    const named = await drain(Readable.from(objects).pipe(network.classifier({ inputs: columns })))
    expect(named.given).toEqual(classes)
    const made = network.classifier({ inputs: (row: (typeof objects)[0]) => columns.map((name) => row[name]) })
    expect((await drain(Readable.from(objects).pipe(made))).given).toEqual(classes)
  })

  it('outputs class names, and rows with their answers', async () => {
    const named = make()
    const few = rows.slice(0, 5)
    const outputs = await named.predict(flat.subarray(0, 30))
    const classes = await named.classify(flat.subarray(0, 30))
    const found = (row: number) => ({ class: classes[row], confidence: outputs[row * 4 + classes[row]] })
    const answers = (options: object, given: readonly unknown[] = few) =>
      drain(Readable.from(given).pipe(named.classifier(options))).then(({ given }) => given)
    const objects = few.map((pixels, id) => ({ id, pixels }))
    const inputs = ({ pixels }: { pixels: Float32Array }) => pixels
    expect(await answers({ keep: true, inputs }, objects)).toEqual(objects.map((row, i) => ({ ...row, ...found(i) })))
    named.labelNames = ['north', 'east', 'south', 'west']
    const label = (row: number) => ['north', 'east', 'south', 'west'][classes[row]]
    expect(await answers({})).toEqual(few.map((_, i) => label(i)))
    expect(await answers({ keep: true })).toEqual(few.map((row, i) => ({ row, ...found(i), label: label(i) })))
    const keep = (row: (typeof objects)[0], answer: Classification) => `${row.id}: ${answer.label} ${answer.class}`
    expect(await answers({ inputs, keep }, objects)).toEqual(few.map((_, i) => `${i}: ${label(i)} ${classes[i]}`))
    const predicted = await drain(Readable.from(objects).pipe(named.predictor({ keep: true, inputs })))
    expect(predicted.given).toEqual(objects.map((row, i) => ({ ...row, outputs: outputs.slice(i * 4, (i + 1) * 4) })))
    const last = named.predictor({ inputs, keep: ({ id }: (typeof objects)[0], [first]) => [id, first] })
    expect((await drain(Readable.from(objects).pipe(last))).given).toEqual(few.map((_, id) => [id, outputs[id * 4]]))
  })

  it('chooses among equal outputs like classify, with and without the row', async () => {
    const even = new Network([6, 3], { backend, parameters: new Float32Array(21) })
    const nan = new Network([6, 3], { backend, parameters: new Float32Array(21).fill(Number.NaN) })
    for (const one of [even, nan]) {
      const expected = [...(await one.classify([...rows[0]]))]
      expect((await drain(Readable.from([rows[0]]).pipe(one.classifier()))).given).toEqual(expected)
      const { given } = await drain<Classification>(Readable.from([rows[0]]).pipe(one.classifier({ keep: true })))
      expect(given.map((answer) => answer.class)).toEqual(expected)
    }
  })

  it('is answered row by row if each row waits for the answer before', async () => {
    const stream = network.classifier({ batchSize: 256 })
    const answers = stream[Symbol.asyncIterator]()
    const classes = await network.classify(flat)
    for (let row = 0; row < 20; row++) {
      stream.write(rows[row])
      expect(await answers.next()).toEqual({ done: false, value: classes[row] })
    }
    stream.end()
    expect((await answers.next()).done).toBe(true)
  })

  it('may be empty', async () => {
    const { sink, answers } = collector()
    await pipeline(Readable.from([]), network.classifier(), sink)
    expect(answers).toEqual([])
  })

  it('uses the current parameters of the network for each batch', async () => {
    const learning = make()
    const stream = learning.predictor()
    const answers = stream[Symbol.asyncIterator]()
    stream.write(rows[0])
    expect((await answers.next()).value).toEqual(learning.feedforward(rows[0]))
    learning.parameters.fill(0.125)
    stream.write(rows[0])
    expect((await answers.next()).value).toEqual(new Float32Array(4).fill(0.25))
    stream.destroy()
  })
})
