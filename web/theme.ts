import { type Color, type Palette, type PaletteName, palettes } from '#src/drawing/colors'

export type Theme = 'light' | 'dark'

/** The color of zero in pictures of numbers: that of `--surface` in styles.css. */
export const surfaces: Record<Theme, Color> = { light: [255, 255, 255], dark: [29, 32, 38] }

/** The colors of ink: pictures of digits are drawn in the color of the text. */
export const inks: Record<Theme, Palette> = {
  light: { positive: [29, 29, 27], negative: [194, 87, 0] },
  dark: { positive: [233, 231, 226], negative: [255, 152, 56] },
}

/** The colors of positive and of negative numbers. On dark pages they are lighter than those of `palettes`. */
export function numberColors(palette: PaletteName, theme: Theme): Palette {
  return theme === 'light' ? palettes[palette] : darkPalettes[palette]
}

const darkPalettes: Record<PaletteName, Palette> = {
  'blue-orange': { positive: [93, 157, 240], negative: [255, 152, 56] },
  'green-red': { positive: [63, 191, 107], negative: [255, 111, 102] },
}

/** The colors of marks on canvases, which cannot name those of styles.css. They are the same. */
export const markColors: Record<Theme, { text: string; quiet: string; line: string; accent: string }> = {
  light: { text: '#1d1d1b', quiet: '#5c5a55', line: '#85827b', accent: '#1c5fb8' },
  dark: { text: '#e9e7e2', quiet: '#a9a69f', line: '#7d828c', accent: '#82b4ff' },
}
