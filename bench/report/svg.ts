/** Functions that all SVG charts of the benchmarks share. */

/** Escapes text for XML. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

export function svgText(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${Number(x.toFixed(1))}" y="${Number(y.toFixed(1))}"${attributes && ` ${attributes}`}>${escapeText(content)}</text>`
}

export interface SvgFrame {
  readonly width: number
  readonly height: number
  readonly title: string
  /** The style rules for the elements of this chart. In a dark theme, those in `dark` replace those in `light`. */
  readonly light: string
  readonly dark: string
}

/**
 * Returns an SVG document that follows the light or dark theme of the viewer's system. Text has an outline in the color
 * of the background, so that it stays readable on top of lines.
 */
export function svgDocument({ width, height, title, light, dark }: SvgFrame, lines: readonly string[]): string {
  const style = `
    text { font: 12px system-ui, sans-serif; fill: #1f2328; stroke: #ffffff; stroke-width: 4px; paint-order: stroke }
    .heading { font-weight: 600; font-size: 14px }
    .case { font-weight: 600 }
    .faint { fill: #59636e }
    .paper { fill: #ffffff }
    .grid { stroke: #d1d9e0 }
    ${light}
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc; stroke: #0d1117 } .faint { fill: #9198a1 } .paper { fill: #0d1117 } .grid { stroke: #3d444d }
      ${dark}
    }`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `  <title>${escapeText(title)}</title>`,
    `  <style>${style}\n  </style>`,
    `  <rect class="paper" width="${width}" height="${height}"/>`,
    ...lines.map((line) => `  ${line}`),
    '</svg>',
    '',
  ].join('\n')
}
