/** A color as red, green and blue from 0 to 255. */
export type Color = readonly [number, number, number]

/** The colors of positive and of negative numbers. Zero has the color of the background. */
export interface Palette {
  readonly positive: Color
  readonly negative: Color
}

/** Blue and orange can be told apart by people who see no difference between green and red, the colors of the notes. */
export const palettes = {
  'blue-orange': { positive: [33, 102, 196], negative: [224, 108, 0] },
  'green-red': { positive: [20, 138, 60], negative: [208, 40, 40] },
} as const satisfies Record<string, Palette>

export type PaletteName = keyof typeof palettes

/**
 * Returns the color of a number: halfway between the background and the color of its sign if it is half of `limit`.
 * Numbers beyond the limit have the full color.
 */
export function colorOf(value: number, limit: number, palette: Palette, background: Color): Color {
  const share = limit > 0 ? Math.min(Math.abs(value) / limit, 1) : 0
  const full = value < 0 ? palette.negative : palette.positive
  return [mix(background[0], full[0], share), mix(background[1], full[1], share), mix(background[2], full[2], share)]
}

function mix(from: number, to: number, share: number): number {
  return Math.round(from + (to - from) * share)
}

export function css([red, green, blue]: Color): string {
  return `rgb(${red} ${green} ${blue})`
}
