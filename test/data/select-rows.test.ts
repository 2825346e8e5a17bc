import { describe, expect, it } from 'vitest'
import { Dataset, OptionError, selectRows } from '#src/index'

describe('selectRows', () => {
  it.each([
    ['bytes', Uint8Array.of(1, 2, 3, 4, 5, 6)],
    ['float32', Float32Array.of(1, 2, 3, 4, 5, 6)],
    ['float64', Float64Array.of(1, 2, 3, 4, 5, 1 / 3)],
  ])('copies rows of %s in the order of the list, with scale and labels', (_name, inputs) => {
    const data = new Dataset({ inputs, width: 2, scale: 0.25, labels: [7, 8, 9] })
    const chosen = selectRows(data, [2, 0, 2, 1])
    expect([...chosen.inputs]).toEqual([4, 5, 0, 1, 4, 5, 2, 3].map((i) => inputs[i]))
    expect(chosen.inputs.constructor).toBe(inputs.constructor)
    expect([...(chosen.labels ?? [])]).toEqual([9, 7, 9, 8])
    expect([chosen.rows, chosen.width, chosen.scale, chosen.targets]).toEqual([4, 2, 0.25, undefined])
  })

  it.each([
    ['float32 beside bytes', Uint8Array.of(1, 2, 3), Float32Array.of(0.5, 1, 2, 3, 4, 5)],
    ['float64 beside bytes', Uint8Array.of(1, 2, 3), Float64Array.of(1 / 3, 1, 2, 3, 4, 1e300)],
    ['float64 beside float32', Float32Array.of(1, 2, 3), Float64Array.of(1 / 3, 1, 2, 3, 4, 1e300)],
    ['float32 beside float64', Float64Array.of(1, 2, 3), Float32Array.of(0.5, 1, 2, 3, 4, 5)],
  ])('keeps targets of %s to the last bit', (_name, inputs, targets) => {
    const chosen = selectRows(new Dataset({ inputs, width: 1, targets, scale: 3 }), [2, 0])
    expect([...(chosen.targets ?? [])]).toEqual([4, 5, 0, 1].map((i) => targets[i]))
    expect([...chosen.inputs]).toEqual([3, 1])
    expect([chosen.targets?.constructor, chosen.inputs.constructor]).toEqual([targets.constructor, inputs.constructor])
    expect([chosen.targetWidth, chosen.rows, chosen.scale, chosen.labels]).toEqual([2, 2, 3, undefined])
  })

  it('copies into new shared memory', () => {
    const data = new Dataset({ inputs: Uint8Array.of(1, 2, 3), width: 1 })
    const chosen = selectRows(data, Uint32Array.of(1))
    data.inputs.fill(9)
    expect([...chosen.inputs]).toEqual([2])
    expect(chosen.inputs.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect([chosen.labels, chosen.targets]).toEqual([undefined, undefined])
  })

  it('counts the rows of a slice from the start of the slice', () => {
    const data = new Dataset({ inputs: Uint8Array.of(1, 2, 3, 4), width: 1, labels: [1, 2, 3, 4] })
    const chosen = selectRows(data.slice(2), [1, 0])
    expect([[...chosen.inputs], [...(chosen.labels ?? [])]]).toEqual([
      [4, 3],
      [4, 3],
    ])
  })

  const data = new Dataset({ inputs: Uint8Array.of(1, 2, 3), width: 1 })
  it.each<[string, unknown, string]>([
    ['an empty list', [], 'rows must be a list of at least one row number, not []'],
    ['an empty typed array', new Uint32Array(0), 'rows must be a list of at least one row number, not Uint32Array(0)'],
    ['no list', 2, 'rows must be a list of at least one row number, not 2'],
    ['nothing', undefined, 'rows must be a list of at least one row number, not undefined'],
    ['a row past the end', [0, 3], 'rows has 3 at index 1: row numbers go from 0 to 2'],
    ['a negative row', [-1], 'rows has -1 at index 0: row numbers go from 0 to 2'],
    ['half a row', [0, 1, 0.5], 'rows has 0.5 at index 2: row numbers go from 0 to 2'],
  ])('refuses %s', (_name, rows, message) => {
    expect(() => selectRows(data, rows as number[])).toThrow(new OptionError(message))
  })

  it('refuses an argument that is not a dataset', () => {
    expect(() => selectRows([[1]] as unknown as Dataset, [0])).toThrow(
      new OptionError('dataset must be a Dataset, not [[1]]'),
    )
  })
})
