import { describe, expect, it } from 'vitest'
import { DataError, OptionError, type RowObject, type SchemaOptions, tableOf } from '#src/index'

const count = 240
const rows = (row: (i: number) => RowObject): RowObject[] => Array.from({ length: count }, (_, i) => row(i))
const infer = async (made: RowObject[], options: Partial<SchemaOptions> = {}) => {
  const { schema } = await tableOf(made, { target: 'y', ...options })
  if (!schema) throw new Error('there is a target')
  return schema
}
const column = async (cell: (i: number) => unknown, options: Partial<SchemaOptions> = {}) => {
  const { inputs, ignored } = await infer(
    rows((i) => ({ x: cell(i), more: i % 7, y: i % 2 ? 'a' : 'b' })),
    options,
  )
  return [...inputs, ...ignored].find(({ name }) => name === 'x')
}

describe('a column', () => {
  it('of numbers is scaled by its median and quartiles', async () => {
    // 0, 2, ..., 478: the quartiles of NumPy are 119.5, 239 and 358.5.
    expect(await column((i) => 2 * ((i * 7) % count), { intervals: 0 })).toEqual({
      name: 'x',
      kind: 'number',
      center: 239,
      factor: 1 / 239,
      clip: true,
      fill: 239,
      edges: [],
      indicator: false,
    })
  })

  it('of which most numbers are equal is scaled by half of its range', async () => {
    expect(await column((i) => (i < 20 ? i : 0), { intervals: 0 })).toMatchObject({ center: 0, factor: 2 / 19 })
  })

  it('is standardized on request', async () => {
    const found = await column((i) => (i % 2 ? 3 : 7), { scaling: 'standard', intervals: 0 })
    expect(found).toMatchObject({ center: 5, factor: 0.5, clip: false })
  })

  it('has intervals at its quantiles, with equal edges once', async () => {
    expect(await column((i) => (i < 120 ? 5 : i), { intervals: 4 })).toMatchObject({ edges: [5, 62.5, 179.25, 239] })
  })

  it('says whether values are missing', async () => {
    expect(await column((i) => (i % 3 ? i % 50 : null))).toMatchObject({ kind: 'number', indicator: true })
  })

  it.each([
    ['true', 'false'],
    ['Yes', 'no'],
    ['t', 'F'],
  ])('of %s and %s is boolean', async (a, b) => {
    expect(await column((i) => (i % 3 ? a : b))).toEqual({ name: 'x', kind: 'boolean', indicator: false })
  })

  it('of 0 and 1 is a number, because a 2 may come', async () => {
    expect(await column((i) => (i % 3 ? 0 : 1))).toMatchObject({ kind: 'number' })
  })

  it('of texts is a category, without those in fewer rows than minCount', async () => {
    const cell = (i: number) => (i < 4 ? 'rare' : i % 3 ? 'pro' : 'free')
    const found = { name: 'x', kind: 'category', categories: ['free', 'pro'], other: true, indicator: false }
    expect(await column(cell)).toEqual(found)
    expect(await column(cell, { minCount: 4 })).toEqual({ ...found, categories: ['free', 'pro', 'rare'], other: false })
  })

  it('of whole numbers is a category on request, in the order of the numbers', async () => {
    expect(await column((i) => [10, 9, 100][i % 3], { categories: ['x'] })).toMatchObject({
      kind: 'category',
      categories: ['9', '10', '100'],
    })
  })

  it('of dates has the parts in which rows differ', async () => {
    const day = (i: number) => `2026-03-${String(1 + (i % 14)).padStart(2, '0')}`
    expect(await column(day)).toMatchObject({ kind: 'date', parts: ['weekday'], fill: Date.UTC(2026, 2, 7) / 1000 })
    expect(await column((i) => new Date(Date.UTC(2026, i % 12, 1, i % 24)))).toMatchObject({
      parts: ['hour', 'weekday', 'month'],
    })
  })

  it.each<[string, (i: number) => unknown, string]>([
    ['numbers that count up', (i) => 1000 + i, 'it counts the rows'],
    ['different texts', (i) => `user ${i}`, 'all its values differ'],
    ['almost different texts', (i) => `text ${i % 200}`, 'it has 200 different texts in 240 rows'],
    ['one text', () => 'same', 'all rows have "same"'],
    ['nothing', () => null, 'it has no values'],
    [
      'numbers with a text',
      (i) => (i === 7 ? 'unknown' : 1.5 * i),
      'all its values differ; 239 of 240 are numbers, but not "unknown"',
    ],
  ])('of %s is ignored', async (_, cell, reason) => {
    expect(await column(cell)).toEqual({ name: 'x', reason })
  })

  it('that is an id by its name is ignored if its numbers differ', async () => {
    const made = rows((i) => ({ userId: (i * 7919) % 1009, x: i % 5, y: i % 2 }))
    expect((await infer(made)).ignored).toEqual([{ name: 'userId', reason: 'it is an id' }])
  })
})

describe('a target', () => {
  const target = async (cell: (i: number) => unknown, options: Partial<SchemaOptions> = {}) =>
    (
      await infer(
        rows((i) => ({ x: i % 9, y: cell(i) })),
        options,
      )
    ).target

  it('of texts has classes in their order', async () => {
    expect(await target((i) => ['pro', 'free'][i % 2])).toEqual({
      name: 'y',
      kind: 'classes',
      classes: ['free', 'pro'],
    })
  })

  it('of few whole numbers has classes, and of many it is a number', async () => {
    expect(await target((i) => [10, 2][i % 2])).toMatchObject({ classes: ['2', '10'] })
    expect(await target((i) => i % 21)).toMatchObject({ kind: 'number' })
    expect(await target((i) => i % 4, { task: 'number' })).toEqual({
      name: 'y',
      kind: 'number',
      mean: 1.5,
      deviation: Math.sqrt(1.25),
      folded: false,
    })
  })

  it.each<[string, (i: number) => unknown, Partial<SchemaOptions>, string]>([
    ['no values', () => null, {}, 'the rows: the target "y" has no values'],
    ['one value', () => 'a', {}, 'the rows: the target "y" has the same value in all rows, "a"'],
    ['a text', () => 'a', { task: 'number' }, 'the rows: the target "y" has the same value in all rows, "a"'],
    ['texts', (i) => 'ab'[i % 2], { task: 'number' }, 'the rows: the target "y" has "a", which is not a number'],
    [
      'different texts',
      (i) => `user ${i}`,
      {},
      'the rows: the target "y" has 240 different values in 240 rows, which is too many for classes',
    ],
  ])('with %s is refused', async (_, cell, options, message) => {
    await expect(target(cell, options)).rejects.toThrow(new DataError(message))
  })
})

describe('the options of a schema', () => {
  const made = rows((i) => ({ Age: i % 9, plan: i % 2 ? 'a' : 'b', y: i % 2 }))

  it.each<[Partial<SchemaOptions>, string]>([
    [{ numbers: ['age'] }, 'the rows has no column "age", which numbers names: did you mean "Age"?'],
    [{ numbers: ['plan'] }, 'the rows: "plan" has "b", so it cannot be one of numbers'],
    [{ dates: ['plan'] }, 'the rows: "plan" has "b", so it cannot be one of dates'],
    [{ numbers: ['Age'], ignore: ['Age'] }, '"Age" is in numbers and in ignore'],
    [{ ignore: ['y'] }, '"y" is in target and in ignore'],
    [{ minCount: 0 }, 'minCount must be a whole number of at least 1, not 0'],
  ])('%j are refused', async (options, message) => {
    await expect(infer(made, options)).rejects.toThrow(new OptionError(message))
  })

  it('must name a target that the table has', async () => {
    await expect(infer(made, { target: 'z' })).rejects.toThrow(
      new OptionError('the rows has no column "z": its columns are "Age", "plan", "y"'),
    )
  })

  it('must leave a column to learn from', async () => {
    await expect(infer(made, { ignore: ['Age', 'plan'] })).rejects.toThrow(
      new DataError('the rows: no column is left to learn from ("Age": as asked; "plan": as asked)'),
    )
  })
})
