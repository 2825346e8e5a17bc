import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { english, type Texts } from './en.js'

export const TextsContext = createContext<Texts>(english)

/** The words of the page in the language that the user chose. */
export function useTexts(): Texts {
  return useContext(TextsContext)
}
