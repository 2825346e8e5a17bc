import { describe, expect, it } from 'vitest'
import { DataError, Network, OptionError } from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'
import { normals, sameBits } from '../support/numbers.js'

describeOnBackends('feedforward into an array of the caller', (backend) => {
  const sizes = [3, 4, 2]
  const network = new Network(sizes, { backend, seed: 3 })
  const rows = normals(5 * 3, 1)

  it.each(['float32', 'float64'] as const)('returns that array, with the bits of a new one, in %s', (dtype) => {
    const own = new Network(sizes, { backend, seed: 3, dtype })
    for (const count of [1, 5, 1, 2]) {
      const x = rows.slice(0, count * 3)
      const expected = own.feedforward(x)
      const out = expected.slice().fill(Number.NaN)
      expect(own.feedforward(x, out)).toBe(out)
      expect(sameBits(out, expected)).toBe(true)
    }
  })

  it('changes neither a row that it is given nor an answer that it has given', () => {
    const [first, second] = [rows.slice(0, 3), rows.slice(3, 6)]
    const [one, other] = [new Float32Array(2), new Float32Array(2)]
    network.feedforward(first, one)
    const before = one.slice()
    network.feedforward(second, other)
    expect(sameBits(one, before)).toBe(true)
    expect(sameBits(other, one)).toBe(false)
    expect(first).toEqual(rows.slice(0, 3))
  })

  it('takes part of an array, shared memory, and the array of the row itself', () => {
    const row = rows.slice(0, 3)
    const expected = network.feedforward(row)
    const whole = new Float32Array(6).fill(7)
    network.feedforward(row, whole.subarray(2, 4))
    expect([...whole]).toEqual([7, 7, ...expected, 7, 7])
    const shared = new Float32Array(new SharedArrayBuffer(8))
    expect(sameBits(network.feedforward(row, shared), expected)).toBe(true)
    const square = new Network([2, 2], { backend, seed: 3 })
    const both = Float32Array.of(1, 2)
    const answer = square.feedforward(both)
    expect(square.feedforward(both, both)).toBe(both)
    expect(sameBits(both, answer)).toBe(true)
  })

  it('does not give memory of the network to the code of a subclass', () => {
    const seen: unknown[] = []
    class Watching extends Float32Array {
      override set(values: ArrayLike<number>) {
        seen.push(values)
      }
    }
    const out = new Watching(2)
    expect(sameBits(Float32Array.from(network.feedforward([1, 2, 3], out)), network.feedforward([1, 2, 3]))).toBe(true)
    expect(seen).toEqual([])
  })

  const gone = new Float32Array(2)
  structuredClone(gone, { transfer: [gone.buffer] })
  const wide = new Network(sizes, { backend, dtype: 'float64' })
  const refused = (one: Network, x: readonly number[], out: unknown) => () => one.feedforward(x, out as Float32Array)
  describe('refuses', () => {
    it.each([
      [
        'an array of numbers',
        refused(network, [1, 2, 3], [0, 0]),
        new OptionError('out must be a Float32Array (the network computes in float32), not [0, 0]'),
      ],
      [
        'null',
        refused(network, [1, 2, 3], null),
        new OptionError('out must be a Float32Array (the network computes in float32), not null'),
      ],
      [
        'float64 for a network in float32',
        refused(network, [1, 2, 3], new Float64Array(2)),
        new OptionError('out must be a Float32Array (the network computes in float32), not Float64Array(2)'),
      ],
      [
        'float32 for a network in float64',
        refused(wide, [1, 2, 3], new Float32Array(2)),
        new OptionError('out must be a Float64Array (the network computes in float64), not Float32Array(2)'),
      ],
      [
        'too few elements',
        refused(network, [1, 2, 3], new Float32Array(1)),
        new OptionError('out must have 2 elements (1 x 2: rows x outputs), not 1'),
      ],
      [
        'too many elements',
        refused(network, [1, 2, 3, 4, 5, 6], new Float32Array(5)),
        new OptionError('out must have 4 elements (2 x 2: rows x outputs), not 5'),
      ],
      [
        'memory that is gone',
        refused(network, [1, 2, 3], gone),
        new DataError(
          'the memory of out is gone: its ArrayBuffer was transferred to another thread or shrunk, so pass another array',
        ),
      ],
    ])('%s', (_name, call, error) => {
      expect(call).toThrow(error)
      expect(call).toThrow(error.constructor as typeof Error)
      // The network still answers.
      expect(network.feedforward([1, 2, 3]).length).toBe(2)
    })

    it('memory that goes while the row is read', () => {
      const out = new Float32Array(2)
      const row = [1, 2, 3]
      Object.defineProperty(row, 2, {
        get() {
          if (out.length > 0) structuredClone(out, { transfer: [out.buffer] })
          return 3
        },
      })
      expect(() => network.feedforward(row, out)).toThrow(
        'the memory of out is gone: its ArrayBuffer was transferred to another thread or shrunk, so pass another array',
      )
    })
  })
})
