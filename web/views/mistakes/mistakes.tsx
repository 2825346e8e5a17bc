import { useTexts } from '../../texts/texts.js'
import type { ViewProps } from '../../view.js'

export function MistakesView(_: ViewProps) {
  const texts = useTexts().mistakes
  return <p>{texts.sentence}</p>
}
