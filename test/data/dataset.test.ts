import { describe, expect, it } from 'vitest'
import { DataError, Dataset, OptionError } from '#src/index'

describe('Dataset', () => {
  it('copies its inputs, and keeps bytes as bytes', () => {
    const inputs = Uint8Array.of(0, 51, 255, 0)
    const data = new Dataset({ inputs, width: 2, labels: [1, 0] })
    inputs.fill(9)
    expect([...data.inputs]).toEqual([0, 51, 255, 0])
    expect(data.inputs).toBeInstanceOf(Uint8Array)
    expect([data.rows, data.width, data.scale]).toEqual([2, 2, 1 / 255])
    expect([...(data.labels ?? [])]).toEqual([1, 0])
  })

  it('takes arrays of rows, with targets', () => {
    const data = new Dataset({
      inputs: [
        [1, 2],
        [3, 4],
      ],
      targets: [[1], [0]],
    })
    expect([...data.inputs]).toEqual([1, 2, 3, 4])
    expect([data.width, data.scale, data.targetWidth]).toEqual([2, 1, 1])
  })

  it('makes slices that share its memory', () => {
    const data = new Dataset({ inputs: Float32Array.of(1, 2, 3), width: 1, labels: [0, 1, 2] })
    const part = data.slice(1, 3)
    part.inputs[0] = 20
    expect([...data.inputs]).toEqual([1, 20, 3])
    expect([...(part.labels ?? [])]).toEqual([1, 2])
    expect(part.rows).toBe(2)
  })

  it('allocates shared memory to be filled in place', () => {
    const data = Dataset.allocate({ rows: 3, width: 2, dtype: 'float32', targetWidth: 4 })
    expect(data.inputs.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect([data.inputs.length, data.targets?.length, data.rows, data.scale]).toEqual([6, 12, 3, 1])
    expect(Dataset.allocate({ rows: 3, width: 2, labels: true }).labels?.length).toBe(3)
  })

  const inputs = Float32Array.of(1, 2, 3, 4)
  it.each<[string, object, OptionError | DataError]>([
    ['no width', { inputs }, new OptionError('width must be given where inputs is a typed array')],
    ['a width of 0', { inputs, width: 0 }, new OptionError('width must be a whole number of at least 1, not 0')],
    [
      'a width that is not a divisor of the length',
      { inputs, width: 3 },
      new DataError('inputs has 4 numbers, which is not a multiple of the width 3'),
    ],
    ['no rows', { inputs: new Float32Array(0), width: 3 }, new DataError('the dataset has no rows')],
    ['no rows in an array', { inputs: [], width: 3 }, new DataError('the dataset has no rows')],
    ['numbers for rows', { inputs: [1, 2] }, new DataError('inputs row 0 must be an array of numbers, not 1')],
    ['a missing row', { inputs: [[1], null] }, new DataError('inputs row 1 must be an array of numbers, not null')],
    [
      'rows of different widths',
      { inputs: [[1, 2], [3]] },
      new DataError('inputs row 1 has 1 numbers, the rows before it have 2'),
    ],
    [
      'another type',
      { inputs: new Int8Array(4), width: 2 },
      new OptionError('inputs must be a Uint8Array, Float32Array, Float64Array or an array of rows, not Int8Array(4)'),
    ],
    [
      'another dataset',
      { inputs: new Dataset({ inputs: [[1]] }) },
      new OptionError(
        'inputs must be a Uint8Array, Float32Array, Float64Array or an array of rows, not an object (Dataset)',
      ),
    ],
    [
      'NaN',
      {
        inputs: [
          [1, 2],
          [3, Number.NaN],
        ],
      },
      new DataError('inputs has NaN at row 1, column 1: every number must be finite'),
    ],
    [
      'an infinite target',
      { inputs, width: 2, targets: [[1], [-Infinity]] },
      new DataError('targets has -Infinity at row 1, column 0: every number must be finite'),
    ],
    [
      'too few labels',
      { inputs, width: 2, labels: [1] },
      new DataError('labels must have one number for each of the 2 rows, not 1'),
    ],
    [
      'a fractional label',
      { inputs, width: 2, labels: [0, 1.5] },
      new DataError('label 1.5 at row 1 must be a whole number from 0 to 2147483647'),
    ],
    [
      'a negative label',
      { inputs, width: 2, labels: [-1, 1] },
      new DataError('label -1 at row 0 must be a whole number from 0 to 2147483647'),
    ],
    [
      'a label past 2^31',
      { inputs, width: 2, labels: [0, 2 ** 32] },
      new DataError('label 4294967296 at row 1 must be a whole number from 0 to 2147483647'),
    ],
    [
      'too few targets',
      { inputs, width: 2, targets: [[1]] },
      new DataError('targets must have one row for each of the 2 rows of inputs, not 1'),
    ],
    [
      'targets of the wrong length',
      { inputs, width: 2, targets: new Float32Array(3) },
      new DataError('targets must be a multiple of the 2 rows long, not 3'),
    ],
    [
      'labels and targets',
      { inputs, width: 2, labels: [0, 1], targets: [[1], [2]] },
      new OptionError('a dataset has labels or targets, not both'),
    ],
    [
      'a scale of 0',
      { inputs, width: 2, scale: 0 },
      new OptionError('scale must be a finite number other than 0, not 0'),
    ],
    [
      'an unknown option',
      { inputs, width: 2, label: [] },
      new OptionError('unknown dataset option "label"; known: inputs, width, scale, inputNames, labels, targets'),
    ],
  ])('refuses %s', (_name, options, error) => {
    expect(() => new Dataset(options as { inputs: Float32Array })).toThrow(error)
  })

  it('refuses slices out of range and wrong shapes', () => {
    const data = new Dataset({ inputs, width: 2 })
    expect(() => data.slice(2)).toThrow(new OptionError('from must be a whole number from 0 to 1, not 2'))
    expect(() => data.slice(1, 3)).toThrow(new OptionError('to must be a whole number from 2 to 2, not 3'))
    expect(() => Dataset.allocate({ rows: 0, width: 1 })).toThrow(
      new OptionError('rows must be a whole number of at least 1, not 0'),
    )
    expect(() => Dataset.allocate({ rows: 1, width: 1, dtype: 'int8' as 'uint8' })).toThrow(
      new OptionError(`dtype must be 'uint8', 'float32' or 'float64', not "int8"`),
    )
  })
})
