import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { english, type Texts } from './en.js'
import { chinese } from './zh.js'

/** The languages of the page, by their BCP 47 tags. */
export const languages = { en: english, zh: chinese } as const satisfies Record<string, Texts>

export type Language = keyof typeof languages

/** Returns the first language of the list that the page has, or English. */
export function chooseLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const [language] = tag.toLowerCase().split('-')
    if (language in languages) return language as Language
  }
  return 'en'
}

export const TextsContext = createContext<Texts>(english)

/** The words of the page in the language that the user chose. */
export function useTexts(): Texts {
  return useContext(TextsContext)
}
