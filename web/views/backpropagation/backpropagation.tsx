import { useTexts } from '../../texts/texts.js'
import type { ViewProps } from '../../view.js'

export function BackpropagationView(_: ViewProps) {
  const texts = useTexts().backpropagation
  return <p>{texts.sentence}</p>
}
