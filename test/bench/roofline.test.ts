import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeCaches, findCaches } from '../../bench/machine.js'
import { levelsOf } from '../../bench/roofline/ceilings.js'
import { drawRoofline } from '../../bench/roofline/chart.js'
import { placeLabels } from '../../bench/roofline/labels.js'
import { type Place, placeUnderRoof, roofOf } from '../../bench/roofline/place.js'
import { formatPlaces } from '../../bench/roofline/table.js'
import { workOfStep } from '../../bench/roofline/work.js'
import { temporaryFolder } from '../support/files.js'

const relu = { hidden: 'relu', output: 'softmax', cost: 'cross-entropy' } as const

describe('the work of a step', () => {
  it('is that of its matrix products: two for the first layer and three for each other', () => {
    // 5 rows x (7 x 4 weights x 2 products + 4 x 3 weights x 3 products) x 2.
    const { operations } = workOfStep({ ...relu, sizes: [7, 4, 3], batchSize: 5 })
    expect(operations).toBe(920)
    // 784-30-10 by hand: 2 x (2 x 23520 + 3 x 300) for an example.
    const { operations: book } = workOfStep({ ...relu, sizes: [784, 30, 10], batchSize: 10 })
    expect(book).toBe(10 * 95_880)
  })

  it('reads and writes parameters, batch, activations and errors, and reads the pixels', () => {
    // 4 x (7 + 1) + 3 x (4 + 1) = 47 parameters; a row has 7 inputs, and 7 neurons with an activation and an error each.
    expect(workOfStep({ ...relu, sizes: [7, 4, 3], batchSize: 5 })).toMatchObject({
      bytes: 8 * 47 + 5 * (8 * 7 + 2 * 8 * 7) + 5 * 7,
      footprint: 4 * 47 + 5 * (4 * 7 + 2 * 4 * 7) + 5 * 7,
    })
  })
})

describe('caches', () => {
  const folder = temporaryFolder()
  const caches = [
    ['1', 'Data', '32K'],
    ['1', 'Instruction', '32K'],
    ['2', 'Unified', '512K'],
    ['3', 'Unified', '32768K'],
  ]
  caches.forEach(([level, type, size], i) => {
    mkdirSync(join(folder, `index${i}`))
    for (const [name, text] of Object.entries({ level, type, size })) {
      writeFileSync(join(folder, `index${i}`, name), `${text}\n`)
    }
  })

  it('are described in words and in bytes', () => {
    expect(describeCaches(folder)).toBe('L1 data 32K, L1 instruction 32K, L2 512K, L3 32768K')
    expect(findCaches(folder)).toEqual({ L2: 524_288, L3: 33_554_432 })
    expect(describeCaches(join(folder, 'none'))).toBe('unknown on this system')
    expect(findCaches(join(folder, 'none'))).toEqual({})
  })

  it('are levels that two arrays fit into, and memory is the last', () => {
    expect(levelsOf({ L2: 1000, L3: 8000 })).toEqual([
      { name: 'L2', holds: 1000, array: 250 },
      { name: 'L3', holds: 8000, array: 2000 },
      { name: 'memory', holds: Number.POSITIVE_INFINITY, array: 2 ** 28 },
    ])
    expect(levelsOf({}).map(({ name }) => name)).toEqual(['L2', 'memory'])
  })
})

const levels = levelsOf({ L2: 1000, L3: 8000 })
const ceilings = { peak: 1e9, bandwidths: [4e8, 2e8, 1e8] }
const place = (footprint: number, bytes: number, rates = [100]): Place =>
  placeUnderRoof({ name: 'a & b, batch 10', batchSize: 10 }, { operations: 4000, bytes, footprint }, levels, rates, [
    ceilings,
    { ...ceilings, peak: 1e9, bandwidths: [8e8, 4e8, 2e8] },
    ceilings,
  ])

describe('a place under the roof', () => {
  it('is under the lower of the peak and of what the bandwidth allows', () => {
    expect(roofOf(2, 1e9, 4e8)).toBe(8e8)
    expect(roofOf(3, 1e9, 4e8)).toBe(1e9)
  })

  it('is compared with the level that holds the whole step', () => {
    expect([1000, 1001, 8001].map((footprint) => place(footprint, 4000).level.name)).toEqual(['L2', 'L3', 'memory'])
    expect(place(8001, 4000)).toMatchObject({ intensity: 1, operationsPerExample: 400, attained: 4e4, roof: 1e8 })
  })

  it('has the median share of the rounds, each under its own roof', () => {
    // 400 operations an example: 4e7, 2e8 and 6e7 under roofs of 1e8, 2e8 and 1e8.
    expect(place(8001, 4000, [1e5, 5e5, 1.5e5]).share).toBeCloseTo(0.6, 12)
  })

  it('has a line in the table', () => {
    const [, , line] = formatPlaces([place(900, 2000, [1e6, 1e6, 1e6])]).split('\n')
    expect(line.split('|').map((cell) => cell.trim())).toEqual([
      '',
      'a & b, batch 10',
      '1,000,000',
      '4.00e-4',
      '0.002',
      '2',
      'L2',
      '0.4',
      '0.8',
      '50 %',
      '',
    ])
  })
})

describe('labels', () => {
  const frame = { left: 0, right: 300, bottom: 300, height: 30 }

  it('are placed below their points, within the frame', () => {
    const points = [
      { x: 150, y: 100, width: 80 },
      { x: 10, y: 200, width: 80 },
      { x: 295, y: 20, width: 80 },
    ]
    expect(placeLabels(points, frame)).toEqual([
      { x: 110, y: 122 },
      { x: 6, y: 222 },
      { x: 214, y: 42 },
    ])
  })

  it('cover neither one another nor a point', () => {
    const points = [
      { x: 100, y: 100, width: 90 },
      { x: 130, y: 98, width: 90 },
      { x: 160, y: 140, width: 90 },
    ]
    const boxes = placeLabels(points, frame).map(({ x, y }, i) => ({ x, y, width: points[i].width }))
    boxes.forEach((one, i) => {
      for (const other of boxes.slice(i + 1)) {
        const beside = one.x + one.width <= other.x || other.x + other.width <= one.x
        expect(beside || Math.abs(one.y - other.y) >= 30).toBe(true)
      }
      for (const { x, y } of points) {
        const within = x > one.x && x < one.x + one.width && y > one.y - 12 && y < one.y + 18
        expect(within).toBe(false)
      }
    })
  })
})

/** Reads the elements of well-formed XML, each with its attributes. @throws Error if it is not well formed */
function parseElements(xml: string): { name: string; attributes: Record<string, string> }[] {
  const open: string[] = []
  const elements: { name: string; attributes: Record<string, string> }[] = []
  const rest = xml.replaceAll(/<(\/?)([a-z]+)((?: [\w:-]+="[^"<&]*")*)(\/?)>/g, (_, closing, name, written, empty) => {
    if (closing && open.pop() !== name) throw new Error(`${name} is closed where it is not open`)
    if (closing) return ''
    const attributes = [...String(written).matchAll(/ ([\w:-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value])
    if (new Set(attributes.map(([key]) => key)).size < attributes.length) throw new Error(`${name} has two of a kind`)
    elements.push({ name, attributes: Object.fromEntries(attributes) })
    if (!empty) open.push(name)
    return ''
  })
  if (open.length > 0) throw new Error(`${open.join(', ')} is not closed`)
  if (/[<>]|&(?!(amp|lt|gt|quot);)/.test(rest)) throw new Error('there is a sign that is not escaped')
  return elements
}

describe('the plot', () => {
  const svg = drawRoofline([place(8001, 4000)], levels, ceilings, ['a < b'])
  const elements = parseElements(svg)

  it('is well-formed XML', () => {
    expect(elements[0]).toMatchObject({ name: 'svg', attributes: { xmlns: 'http://www.w3.org/2000/svg' } })
    expect(svg).toContain('>a &amp; b</text>')
    expect(svg).toContain('>a &lt; b</text>')
    expect(() => parseElements('<a><b></a></b>')).toThrow('a is closed where it is not open')
    expect(() => parseElements('<a>b & c</a>')).toThrow('there is a sign that is not escaped')
  })

  it('has a roof for each level, which bends where the bandwidth allows the peak', () => {
    // 1 to 10 FLOP a byte across 640 pixels, 1e4 to 1e9 FLOP/s up 380 pixels: decades of 640 and of 76.
    const roofs = elements.filter(({ attributes }) => attributes.class === 'roof')
    expect(roofs.map(({ attributes }) => attributes.points)).toEqual([
      '72,86.2 326.7,56.0 712,56.0',
      '72,109.1 519.3,56.0 712,56.0',
      '72,132.0 712.0,56.0 712,56.0',
    ])
  })

  it('has a point for each case, at its intensity and speed', () => {
    const points = elements.filter(({ name }) => name === 'circle')
    expect(points.map(({ attributes: { cx, cy } }) => [cx, cy])).toEqual([['72', '390.24']])
  })

  it('is not drawn without cases', () => {
    expect(() => drawRoofline([], levels, ceilings, [])).toThrow('there is nothing to draw: no case was measured')
  })
})
