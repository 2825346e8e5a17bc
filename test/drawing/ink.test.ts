import { describe, expect, it } from 'vitest'
import { createRandom } from '#src/base/random'
import { createInk, inkOf, measureInk, penRadius, reduceInk, type Stroke } from '#src/drawing/ink'

const line = (...places: [number, number][]): Stroke => ({ places, erases: false })
const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0)

describe('inkOf', () => {
  it('draws a line of the width of the pen, with round ends', () => {
    const ink = inkOf([line([8, 14], [20, 14])], 112, 1)
    // A rectangle of 12 x 2 units and a circle of radius 1, in pixels of a quarter of a unit.
    expect(sum(ink) / 16).toBeCloseTo(24 + Math.PI, 0)
    expect([ink[56 * 112 + 56], ink[40 * 112 + 56]]).toEqual([1, 0])
    expect(measureInk(ink, 112)).toMatchObject({ left: 28, right: 84, top: 52, bottom: 60, centerX: 56, centerY: 56 })
  })

  it('draws a dot for a single place, and nothing off the pad', () => {
    expect(sum(inkOf([line([14, 14])], 112, 1)) / 16).toBeCloseTo(Math.PI, 0)
    expect(sum(inkOf([line([-50, -50])], 28, 1))).toBe(0)
  })

  it('takes ink away, in the order of the strokes', () => {
    const across: Stroke = {
      places: [
        [14, 4],
        [14, 24],
      ],
      erases: true,
    }
    const ink = inkOf([line([8, 14], [20, 14]), across], 112, 1)
    expect(ink[56 * 112 + 56]).toBe(0)
    expect(ink[56 * 112 + 36]).toBe(1)
    expect(inkOf([across, line([8, 14], [20, 14])], 112, 1)[56 * 112 + 56]).toBe(1)
  })

  it('draws over a picture', () => {
    const base = new Float32Array(784)
    base[28 * 3 + 5] = 0.5
    const ink = inkOf([line([20, 20])], 56, 1, base)
    expect([ink[6 * 56 + 10], ink[7 * 56 + 11], ink[6 * 56 + 9], ink[40 * 56 + 40]]).toEqual([0.5, 0.5, 0, 1])
  })
})

describe('createInk', () => {
  it('adds to a drawing what a full redraw gives, whatever the radius and the eraser', () => {
    const random = createRandom(1, 'strokes')
    const base = Float32Array.from({ length: 784 }, () => random.uniform())
    const draw = createInk(112)
    let strokes: Stroke[] = []
    for (let move = 0; move < 200; move++) {
      const place: [number, number] = [28 * random.uniform(), 28 * random.uniform()]
      const last = strokes.at(-1)
      if (!last || random.uniform() < 0.1) strokes = [...strokes, { places: [place], erases: random.uniform() < 0.4 }]
      else strokes = [...strokes.slice(0, -1), { ...last, places: [...last.places, place] }]
      const radius = 0.45 + 1.25 * random.uniform()
      const under = move % 3 === 0 ? base : undefined
      expect(draw(strokes, radius, under)).toEqual(inkOf(strokes, 112, radius, under))
    }
  })

  it('begins again where strokes are others than before', () => {
    const draw = createInk(112)
    const [first, second] = [line([4, 4], [20, 6]), line([9, 20], [12, 25])]
    draw([first, second], 1)
    const others = [
      [],
      [second],
      [line([4, 4])],
      [first, line([9, 20], [13, 25])],
      [{ ...first, erases: true }, second],
    ]
    for (const strokes of others) expect(draw(strokes, 1)).toEqual(inkOf(strokes, 112, 1))
    expect(draw([first, second], 1)).toEqual(inkOf([first, second], 112, 1))
  })

  it('refuses a pen that is thicker than it measures', () => {
    const refusal = /^radius must be a number of at most 1.7, not 2$/
    expect(() => inkOf([line([4, 4])], 112, 2)).toThrow(refusal)
  })
})

describe('penRadius', () => {
  it('makes lines of large and of small drawings equally wide after scaling to 20 pixels', () => {
    const width = (size: number) => {
      const radius = penRadius([line([2, 2], [2, 2 + size])])
      return (20 * 2 * radius) / (size + 2 * radius)
    }
    expect(width(8)).toBeCloseTo(2.6, 5)
    expect(width(20)).toBeCloseTo(2.6, 5)
  })

  it('has a least and a largest value', () => {
    expect(penRadius([line([3, 3])])).toBe(0.45)
    expect(penRadius([])).toBe(0.45)
    expect(penRadius([line([0, 0], [28, 28])])).toBe(1.7)
  })
})

describe('reduceInk', () => {
  it('keeps the mean ink of each part', () => {
    const ink = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)
    expect([...reduceInk(ink, 4, 2)]).toEqual([0.5, 0.25, 0, 0])
  })
})

describe('measureInk', () => {
  it('measures nothing on a blank picture', () => {
    expect(measureInk(new Float32Array(784), 28)).toBeUndefined()
  })
})
