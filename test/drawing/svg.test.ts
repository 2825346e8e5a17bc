import { describe, expect, it } from 'vitest'
import { element } from '#src/drawing/markup'
import { dark, drawing, drawingStyle, light, svgFile } from '#src/drawing/svg'

/** Of a color such as "#3a82d4", by WCAG 2.1. */
function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

const contrast = (one: string, other: string): number => {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

describe('the colors of drawings', () => {
  it.each([
    ['light', light],
    ['dark', dark],
  ])('can be told from a %s background', (_, theme) => {
    for (const color of theme.series) expect(contrast(color, theme.paper)).toBeGreaterThan(3)
    for (const color of [theme.text, theme.faint]) expect(contrast(color, theme.paper)).toBeGreaterThan(4.5)
  })

  it('are in rules that need no escaping, so that they mean the same in SVG and in HTML', () => {
    expect(drawingStyle(light)).not.toMatch(/[<>&]/)
  })
})

describe('a drawing', () => {
  const size = { width: 10, height: 20 }

  it('has its size and its title', () => {
    expect(drawing(size, 'a & b', element('rect', { width: 10, height: 20 })).markup).toBe(
      '<svg class="descent-drawing" viewBox="0 0 10 20" width="10" height="20" role="img" aria-label="a &amp; b">' +
        '<title>a &amp; b</title><rect width="10" height="20"/></svg>',
    )
  })

  it('is a file with its style and its background', () => {
    const lines = svgFile(size, 'one', [element('line', { x1: 0 })], ({ text }) => `.own { fill: ${text} }`).split('\n')
    expect(lines[0]).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" class="descent-drawing" /)
    expect(lines).toContain('.own { fill: #1f2328 }')
    expect(lines).toContain('@media screen and (prefers-color-scheme: dark) {')
    expect(lines.slice(-4)).toEqual(['<rect class="paper" width="10" height="20"/>', '<line x1="0"/>', '</svg>', ''])
  })
})
