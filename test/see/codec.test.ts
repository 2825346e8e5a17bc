import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createUnframer, decode, encode, encodeFramed } from '#src/see/codec'

const bytes = fc.uint8Array({ maxLength: 40 })
const arrays = fc.oneof(
  bytes,
  bytes.map((values) => Int32Array.from(values, (value) => value - 99)),
  bytes.map((values) => Uint32Array.from(values, (value) => value * 2 ** 24)),
  bytes.map((values) => Float32Array.from(values, (value) => 1 / value)),
  // An array that begins in the midst of its buffer.
  bytes.map((values) => Float64Array.from([0, ...values]).subarray(1)),
)
const key = fc.oneof(fc.string(), fc.constantFrom('$', '__proto__', 'length', 'constructor'))
const { message } = fc.letrec((tie) => ({
  message: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(undefined, null, true, false, Number.NaN, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    fc.double(),
    fc.string({ unit: 'grapheme' }),
    arrays,
    fc.array(tie('message'), { maxLength: 5 }),
    fc.array(fc.tuple(key, tie('message')), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
  ),
}))

describe('encode and decode', () => {
  it('give back what was encoded', () => {
    fc.assert(
      // An object may have a member with the name `constructor`, which toStrictEqual takes for its class.
      fc.property(message, (value) => isDeepStrictEqual(decode(encode(value)), value)),
      { numRuns: 500 },
    )
  })

  it('do not care where in a buffer the bytes begin', () => {
    const value = { a: Float64Array.of(1, 2), b: [Uint8Array.of(3), Float32Array.of(4)] }
    const encoded = encode(value)
    const moved = new Uint8Array(encoded.length + 3)
    moved.set(encoded, 3)
    expect(decode(moved.subarray(3))).toStrictEqual(value)
  })

  it('copy the arrays of a Buffer, whose memory has other data too', () => {
    const value = { inputs: Float32Array.of(1, 2, 3), text: 'x' }
    expect(decode(Buffer.from(encode(value)))).toStrictEqual(value)
  })

  it('change nothing of what is encoded', () => {
    const inner = Object.freeze({ a: 1, b: undefined })
    const value = Object.freeze({ list: Object.freeze([1, Number.NaN, inner]), text: 'x' })
    expect(decode(encode(value))).toStrictEqual({ list: [1, Number.NaN, { a: 1, b: undefined }], text: 'x' })
  })

  it('refuse what is no message', () => {
    expect(() => encode({ f: () => 1 })).toThrow('a message cannot contain a function')
    expect(() => decode(new Uint8Array(3))).toThrow('the message is damaged: it ends before its length')
    const encoded = encode({ numbers: Float32Array.of(1, 2, 3) })
    expect(() => decode(encoded.subarray(0, 20))).toThrow('the message is damaged: its text ends too early')
    expect(() => decode(encoded.subarray(0, -1))).toThrow('the message is damaged: an array ends too early')
    expect(() => decode(Uint8Array.of(...encoded, 0))).toThrow('the message is damaged: something follows its end')
    const text = (json: string) => Uint8Array.of(json.length, 0, 0, 0, ...new TextEncoder().encode(json))
    expect(() => decode(text('{'))).toThrow('the message is damaged: its text is not JSON')
    expect(() => decode(text('{"$":1}'))).toThrow('the message is damaged: a mark is not a list')
    expect(() => decode(text('{"$":["date"]}'))).toThrow('the message is damaged: a mark is not known')
    expect(() => decode(text('{"$":["object"]}'))).toThrow('the message is damaged: an object is missing')
    expect(() => decode(text('{"$":["array","Map",1]}'))).toThrow(
      'the message is damaged: an array has no type or no length',
    )
    expect(() => decode(text('{"$":["array","Float64Array",1e15]}'))).toThrow(
      'the message is damaged: an array ends too early',
    )
  })

  it('throw nothing but DataError for damaged bytes', () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.nat(255), (value, place, byte) => {
        const encoded = encode(value)
        encoded[place % encoded.length] = byte
        try {
          decode(encoded)
        } catch (error) {
          expect(error).toHaveProperty('name', 'DataError')
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('an unframer', () => {
  it('gives the messages of a stream, wherever it is cut', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), fc.integer({ min: 1, max: 50 }), (messages, size) => {
        const stream = messages.flatMap((value) => [...encodeFramed(value)])
        const unframe = createUnframer(2 ** 20)
        const received: unknown[] = []
        for (let at = 0; at < stream.length; at += size) {
          received.push(...unframe(Uint8Array.from(stream.slice(at, at + size))).map(decode))
        }
        return isDeepStrictEqual(received, messages)
      }),
    )
  })

  it('refuses a message that is too long, before it has come', () => {
    const unframe = createUnframer(100)
    expect(() => unframe(encodeFramed('x'.repeat(95)).subarray(0, 4))).toThrow(
      'the message is damaged: it has 101 bytes, more than 100',
    )
  })
})
