import { describe, expect, it } from 'vitest'
import { startExperiment } from '../../web/views/plane/experiment.js'
import { drawPreset, presetNames } from '../../web/views/plane/presets.js'
import { guessColumns, pointsFrom, readTable, type Table } from '../../web/views/plane/read-table.js'

describe('a preset', () => {
  it.each(presetNames)('%s has the same points for the same seed, all in the picture', (name) => {
    const { points, x, y } = drawPreset(name, 3)
    expect(drawPreset(name, 3).points).toEqual(points)
    if (name !== 'empty') expect(drawPreset(name, 4).points).not.toEqual(points)
    for (const point of points) {
      expect(point.x).toBeGreaterThan(x[0])
      expect(point.x).toBeLessThan(x[1])
      expect(point.y).toBeGreaterThan(y[0])
      expect(point.y).toBeLessThan(y[1])
    }
    const ones = points.filter(({ label }) => label === 1)
    expect(2 * ones.length).toBe(points.length)
  })

  it('XOR has class 1 where both signs are the same', () => {
    for (const { x, y, label } of drawPreset('xor', 1).points) expect(x * y > 0).toBe(label === 1)
  })
})

describe('an experiment', () => {
  const setup = { hidden: [4], activation: 'tanh', seed: 1 } as const
  const circle = drawPreset('circle', 1)

  it('learns the circle, and shows the maps of all neurons', async () => {
    const experiment = startExperiment({ ...setup, hidden: [6] }, circle)
    const before = await experiment.look(circle.points)
    await experiment.learn(circle.points, 150, 0.3)
    const after = await experiment.look(circle.points)
    expect(after.epochs).toBe(150)
    expect(after.accuracy).toBeGreaterThan(0.95)
    expect(after.cost).toBeLessThan(Number(before.cost) / 2)
    expect(after.hidden[0]).toHaveLength(6)
    // The output is above 0 in the middle of the plane, and below in its corner.
    const { values, columns, rows } = after.output.grid
    expect(values[(rows / 2) * columns + columns / 2]).toBeGreaterThan(0.5)
    expect(values[0]).toBeLessThan(-0.5)
  })

  it('is the same however many epochs are learned at once', async () => {
    const one = startExperiment(setup, circle)
    await one.learn(circle.points, 5, 0.1)
    const other = startExperiment(setup, circle)
    for (const epochs of [1, 3, 1]) await other.learn(circle.points, epochs, 0.1)
    expect((await other.look(circle.points)).layers).toEqual((await one.look(circle.points)).layers)
  })

  it('differs with the seed', async () => {
    const [one, other] = [1, 2].map((seed) => startExperiment({ ...setup, seed }, circle))
    expect((await one.look([])).layers).not.toEqual((await other.look([])).layers)
  })

  it('takes a new bias of the output', async () => {
    const experiment = startExperiment(setup, circle)
    experiment.change({ layer: 1, kind: 'biases', index: 0 }, 50)
    const { output, layers } = await experiment.look(circle.points)
    expect(layers[1].biases[0]).toBe(50)
    expect(Math.min(...Array.from(output.grid.values))).toBeGreaterThan(0.99)
  })

  it('can look at a plane without points', async () => {
    const empty = drawPreset('empty', 1)
    const experiment = startExperiment(setup, empty)
    await experiment.learn([], 1, 0.1)
    expect(await experiment.look([])).toMatchObject({ epochs: 0, cost: undefined, accuracy: undefined, answers: [] })
  })

  it('standardizes the columns of a table', async () => {
    const table = readTable('size,price,kind\n1000,1000000,a\n1010,1000100,b\n1001,1000001,a\n1009,1000099,b') as Table
    const points = pointsFrom(table, guessColumns(table))
    if ('kind' in points) throw new Error(points.kind)
    const experiment = startExperiment(setup, points)
    await experiment.learn(points.points, 200, 0.3)
    expect((await experiment.look(points.points)).accuracy).toBe(1)
  })
})

describe('a table of points', () => {
  it('is read with names, quotes, blanks and line ends of any system', () => {
    const text = '\ufeffx, y,"kind, or ""class"""\r\n1,-2.5e0,"a"\r\n\r\n 3 ,.5,b\r\n'
    const table = readTable(text) as Table
    expect(table).toEqual({
      names: ['x', 'y', 'kind, or "class"'],
      rows: [
        { line: 2, cells: ['1', '-2.5e0', 'a'] },
        { line: 4, cells: ['3', '.5', 'b'] },
      ],
    })
    expect(pointsFrom(table, guessColumns(table))).toEqual({
      points: [
        { x: 1, y: -2.5, label: 0 },
        { x: 3, y: 0.5, label: 1 },
      ],
      x: [0.8, 3.2],
      y: [-2.8, 0.8],
      names: { axes: ['x', 'y'], classes: ['a', 'b'] },
    })
  })

  it('needs no names', () => {
    const table = readTable('1;2;0\n3;4;1') as Table
    expect(table.names).toEqual(['1', '2', '3'])
    expect(table.rows).toHaveLength(2)
  })

  it('finds the columns of numbers and of classes wherever they are', () => {
    const table = readTable('id\tkind\twidth\theight\na\tyes\t1\t2\nb\tno\t2\t5\nc\tno\t4\t6') as Table
    expect(guessColumns(table)).toEqual({ x: 2, y: 3, label: 1 })
  })

  it.each([
    ['x,y,class\n', { kind: 'no rows' }],
    ['x,y\n1,2', { kind: 'columns', found: 2 }],
    ['x,y,class\n1,2,a\n1,2', { kind: 'cells', line: 3, found: 2, expected: 3 }],
    ['x,y,class\n1,2,"a\n1,2,b', { kind: 'open quote', line: 2 }],
    ['x,y,class\n1,2,"a" b\n1,2,b', { kind: 'after quote', line: 2, text: 'b' }],
  ])('%j is refused', (text, problem) => {
    expect(readTable(text)).toEqual(problem)
  })

  it.each([
    ['x,y,class\n1,two,a\n1,2,b', { kind: 'number', line: 2, column: 'y', text: 'two' }],
    ['x,y,class\n1,,a\n1,2,b', { kind: 'number', line: 2, column: 'y', text: '' }],
    ['x,y,class\n1,0x10,a\n1,2,b', { kind: 'number', line: 2, column: 'y', text: '0x10' }],
    ['x,y,class\n1,2,a\n1,2,b\n1,2,c', { kind: 'classes', column: 'class', found: 3 }],
  ])('%j has no points', (text, problem) => {
    expect(pointsFrom(readTable(text) as Table, { x: 0, y: 1, label: 2 })).toEqual(problem)
  })
})
