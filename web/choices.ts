import type { PaletteName } from '#src/drawing/colors'
import { chooseLanguage, type Language, languages } from './texts/languages.js'

export type ThemeChoice = 'system' | 'light' | 'dark'

/** What the user of the page has chosen. The browser remembers it. */
export interface Choices {
  readonly language: Language
  readonly theme: ThemeChoice
  readonly palette: PaletteName
}

export const themeChoices: readonly ThemeChoice[] = ['system', 'light', 'dark']
export const paletteChoices: readonly PaletteName[] = ['blue-orange', 'green-red']

const key = 'descent-choices'

/** Where choices are kept. Browsers may forbid it: then reading the property `localStorage` throws an error. */
export type Memory = () => { getItem(key: string): string | null; setItem(key: string, value: string): void }

/** Returns the choices that the browser remembers. What it does not remember follows from the languages it prefers. */
export function recallChoices(memory: Memory, preferred: readonly string[]): Choices {
  const kept = recall(memory)
  const one = <T extends string>(known: readonly T[], value: unknown, otherwise: T): T =>
    known.find((name) => name === value) ?? otherwise
  return {
    language: one(Object.keys(languages) as Language[], kept.language, chooseLanguage(preferred)),
    theme: one(themeChoices, kept.theme, 'system'),
    palette: one(paletteChoices, kept.palette, 'blue-orange'),
  }
}

/** Keeps the choices in the browser, where that is allowed. */
export function keepChoices(memory: Memory, choices: Choices): void {
  try {
    memory().setItem(key, JSON.stringify(choices))
  } catch {
    // The choices then hold until the page is closed.
  }
}

function recall(memory: Memory): Record<string, unknown> {
  try {
    const kept: unknown = JSON.parse(memory().getItem(key) ?? '{}')
    return typeof kept === 'object' && kept !== null ? { ...kept } : {}
  } catch {
    return {}
  }
}
