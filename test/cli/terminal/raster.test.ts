import { describe, expect, it } from 'vitest'
import { colorsOf, halfBlocks, nearestOf256 } from '#src/cli/terminal/raster'

describe('the colors of a terminal', () => {
  const withDepth = (depth: number, isTTY = true) => colorsOf({ isTTY, getColorDepth: () => depth })

  it('are all, the 256 of xterm, or none', () => {
    expect([24, 8, 4, 1].map((depth) => withDepth(depth))).toEqual(['all', '256', 'none', 'none'])
    expect(withDepth(24, false)).toBe('none')
  })

  it('have the nearest of the 256: of the cube or of the grays', () => {
    expect(nearestOf256([0, 0, 0])).toBe(16)
    expect(nearestOf256([255, 255, 255])).toBe(231)
    expect(nearestOf256([255, 0, 0])).toBe(196)
    expect(nearestOf256([95, 135, 175])).toBe(67)
    expect(nearestOf256([22, 22, 22])).toBe(233)
  })
})

describe('half blocks', () => {
  // Red above blue, and below them a single green row.
  const pixels = Uint8ClampedArray.of(255, 0, 0, 255, 0, 0, 255, 255, 0, 255, 0, 255)
  const raster = { width: 1, height: 3, pixels }

  it('show two pixels each, and leave the last color', () => {
    expect(halfBlocks(raster, 'all')).toEqual([
      '\u001b[38;2;255;0;0;48;2;0;0;255m▀\u001b[0m',
      '\u001b[38;2;0;255;0;49m▀\u001b[0m',
    ])
    expect(halfBlocks(raster, '256')[0]).toBe('\u001b[38;5;196;48;5;21m▀\u001b[0m')
  })

  it('set a color only where it changes', () => {
    const wide = { width: 3, height: 1, pixels: new Uint8ClampedArray(12) }
    expect(halfBlocks(wide, 'all')).toEqual(['\u001b[38;2;0;0;0;49m▀▀▀\u001b[0m'])
  })
})
