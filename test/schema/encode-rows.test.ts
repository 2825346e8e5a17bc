import { describe, expect, it } from 'vitest'
import { chunkOfObjects, type RowObject } from '#src/readers/columns/raw-objects'
import { checkSchema } from '#src/schema/check-schema'
import { createEncoder } from '#src/schema/encode-rows'
import { type InputColumn, schemaInputNames, schemaWidth, type TableSchema } from '#src/schema/schema'

function encode(column: InputColumn, cells: readonly unknown[]) {
  const rows: RowObject[] = cells.map((cell) => ({ other: 'not used', [column.name]: cell }))
  const names = ['other', column.name]
  const encoder = createEncoder({ inputs: [column] }, { source: 'the rows', names })
  const width = schemaWidth({ inputs: [column] })
  const out = new Float64Array(rows.length * width)
  const { rows: kept, problems } = encoder.encode(
    chunkOfObjects(rows, names, encoder.wanted, (row) => `row ${row}`),
    out,
    0,
  )
  const inputs = Array.from({ length: kept }, (_, row) => [...out.subarray(row * width, (row + 1) * width)])
  return { inputs, problems: problems.map(({ message }) => message), unseen: Object.fromEntries(encoder.unseen) }
}

const scaling = { center: 10, factor: 0.5, clip: false, fill: 12 }

describe('a column becomes inputs', () => {
  it('of a number: scaled, with an indicator where it is missing', () => {
    const column = { name: 'x', kind: 'number', ...scaling, edges: [], indicator: true } as const
    expect(encode(column, [14, null, '9', undefined, Number.NaN]).inputs).toEqual([
      [2, 0],
      [1, 1],
      [-0.5, 0],
      [1, 1],
      [1, 1],
    ])
  })

  it('of a number with far values: drawn in to at most 3', () => {
    const column = { name: 'x', kind: 'number', ...scaling, clip: true, edges: [], indicator: false } as const
    const { inputs } = encode(column, [18, 1e300, -1e9])
    expect(inputs[0][0]).toBe(4 / Math.sqrt(1 + (4 / 3) ** 2))
    expect(inputs[1][0]).toBeCloseTo(3, 12)
    expect(inputs[2][0]).toBeCloseTo(-3, 12)
    const unclipped = encode({ ...column, clip: false, factor: 1e300 }, [1e100])
    expect(unclipped.problems).toEqual(['row 0, column "x": 1e+100 is too far from the values of training, around 12'])
  })

  it('of a number with intervals: how far it is through each', () => {
    const column = { name: 'x', kind: 'number', ...scaling, edges: [0, 10, 14], indicator: false } as const
    expect(encode(column, [-5, 0, 5, 10, 13, 99, null]).inputs.map(([, ...intervals]) => intervals)).toEqual([
      [0, 0],
      [0, 0],
      [0.5, 0],
      [1, 0],
      [1, 0.75],
      [1, 1],
      [1, 0.5],
    ])
  })

  it('of a boolean: 1 or 0', () => {
    const { inputs, problems } = encode({ name: 'x', kind: 'boolean', indicator: true }, [true, 'No', 'T', '0', '', 2])
    expect(inputs).toEqual([
      [1, 0],
      [0, 0],
      [1, 0],
      [0, 0],
      [0, 1],
    ])
    expect(problems).toEqual(['row 5, column "x": "2" is not true or false'])
  })

  it('of a category: 1 for its own input; others and unseen ones are counted', () => {
    const column = { name: 'x', kind: 'category', categories: ['a', '7'], other: true, indicator: true } as const
    const found = encode(column, ['a', 7, 'b', null, 'c'])
    expect(found.inputs).toEqual([
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
      [0, 0, 1, 0],
    ])
    expect(found.unseen).toEqual({ x: 2 })
    expect(encode({ ...column, other: false, indicator: false }, ['b', null]).inputs).toEqual([
      [0, 0],
      [0, 0],
    ])
  })

  it('of a date: scaled seconds, and the sine and cosine of its parts', () => {
    const noon = Date.UTC(2026, 6, 5, 6) / 1000
    const times = { center: noon, factor: 1 / 3600, clip: false, fill: noon }
    const column = { name: 'x', kind: 'date', ...times, parts: ['hour', 'month'], indicator: true } as const
    const [first, second] = encode(column, ['2026-07-05T07:00', null]).inputs
    const angle = 2 * Math.PI * (7 / 24)
    expect(first).toEqual([1, Math.sin(angle), Math.cos(angle), Math.sin(Math.PI), Math.cos(Math.PI), 0])
    expect(second).toEqual([0, 0, 0, 0, 0, 1])
  })
})

describe('a row that does not fit', () => {
  const column = { name: 'x', kind: 'number', ...scaling, edges: [], indicator: false } as const

  it('is left out, and said where and why', () => {
    const { inputs, problems } = encode(column, [12, 'abc', 14, 'next'])
    expect(inputs).toEqual([[1], [2]])
    expect(problems).toEqual(['row 1, column "x": "abc" is not a number', 'row 3, column "x": "next" is not a number'])
  })

  it('lacks a column or is not an object', () => {
    const encoder = createEncoder({ inputs: [column] }, { source: 'the rows', names: ['x'] })
    const chunk = chunkOfObjects([{ y: 1 }, 7, { x: 3 }], ['x'], encoder.wanted, (row) => `row ${row}`)
    const { places, problems } = encoder.encode(chunk, new Float64Array(3), 0)
    expect([...places]).toEqual([2])
    expect(problems.map(({ message }) => message)).toEqual([
      'row 0: "x" is missing: give null if its value is not known',
      'row 1: expected an object, found 7',
    ])
  })

  it('is an error at once if no row has the column', () => {
    expect(() => createEncoder({ inputs: [column] }, { source: 'new.csv', names: ['X', 'y'] })).toThrow(
      'new.csv has no column "x"; its columns are "X", "y"',
    )
  })
})

describe('a schema from JSON', () => {
  const column = { name: 'x', kind: 'number', ...scaling, edges: [0, 1], indicator: true } as const
  const schema: TableSchema = {
    version: 1,
    rows: 9,
    inputs: [column, { name: 'c', kind: 'category', categories: ['a'], other: true, indicator: false }],
    target: { name: 'y', kind: 'classes', classes: ['a', 'b'] },
    ignored: [{ name: 'id', reason: 'it is an id' }],
  }
  const check = (value: unknown, network?: { inputs: number; outputs: number }) =>
    checkSchema(
      value,
      (problem) => {
        throw new Error(problem)
      },
      network,
    )

  it('is the same again', () => {
    expect(check(JSON.parse(JSON.stringify(schema)), { inputs: 5, outputs: 2 })).toEqual(schema)
    expect(schemaInputNames(schema)).toEqual(['x', 'x from 0 to 1', 'x is missing', 'c = a', 'c is another'])
  })

  it.each<[unknown, string]>([
    [7, 'the schema is 7, not an object'],
    [{ ...schema, version: 2 }, 'the schema has the version 2, not 1'],
    [{ ...schema, inputs: [] }, 'the schema has no inputs'],
    [{ ...schema, inputs: [{ ...column, factor: '1' }] }, 'factor of input 0 is "1", not a finite number'],
    [{ ...schema, inputs: [{ ...column, edges: [1, 1] }] }, 'edges of input 0 is not a list of rising numbers'],
    [
      { ...schema, inputs: [{ ...column, kind: 'text' }] },
      'input 0 has the kind "text", not number, boolean, category or date',
    ],
    [{ ...schema, inputs: [column, column] }, 'the schema has the column "x" twice'],
    [
      { ...schema, target: { name: 'y', kind: 'classes', classes: ['a', 'a'] } },
      'classes of the target has a text twice',
    ],
    [{ ...schema, target: { name: 'y', kind: 'classes', classes: ['a'] } }, 'the target has fewer than two classes'],
  ])('%# is refused', (value, message) => {
    expect(() => check(value)).toThrow(new Error(message))
  })

  it('must fit its network', () => {
    expect(() => check(schema, { inputs: 4, outputs: 2 })).toThrow(
      new Error('the schema makes 5 inputs and 2 outputs, but the network has 4 and 2'),
    )
  })
})
