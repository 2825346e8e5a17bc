import { useTexts } from '../../texts/texts.js'
import type { ViewProps } from '../../view.js'

export function LearningView(_: ViewProps) {
  const texts = useTexts().learning
  return <p>{texts.sentence}</p>
}
