import { english, type Texts } from './en.js'
import { chinese } from './zh.js'

/** The languages of the page, by their BCP 47 tags. */
export const languages = { en: english, zh: chinese } as const satisfies Record<string, Texts>

export type Language = keyof typeof languages

/** Returns the first language of the list that the page has, or English. */
export function chooseLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const [language] = tag.toLowerCase().split('-')
    if (Object.hasOwn(languages, language)) return language as Language
  }
  return 'en'
}
