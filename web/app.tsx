import { useState } from 'preact/hooks'
import { chooseLanguage, languages, TextsContext } from './texts/texts.js'
import { views } from './views/views.js'

/** The whole page: the navigation, and the view that is chosen. */
export function App() {
  const [language] = useState(chooseLanguage(navigator.languages))
  return (
    <TextsContext.Provider value={languages[language]}>
      <nav>
        {views.map(({ name }) => (
          <a key={name} href={`#${name}`}>
            {languages[language][name].title}
          </a>
        ))}
      </nav>
    </TextsContext.Provider>
  )
}
